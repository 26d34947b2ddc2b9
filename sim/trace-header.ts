import type { BenchOptions } from './bench.ts';
import type { SimBoard } from './board.ts';
import type { TraceHeader, TraceValue } from './kernel/trace.ts';

/** The first line of the trace of a bench: all that it takes to build the bench again. */
export function traceHeader(
  { world, label }: SimBoard,
  options: BenchOptions,
  { startUs, isRestored }: { readonly startUs: number; readonly isRestored: boolean },
): TraceHeader {
  const { model, serialNumber, macAddresses } = label;
  const differing = optionsRecord(options);
  return {
    trace: 'nasboard',
    version: 1,
    seed: world.random.seed,
    startUs,
    board: { model, serialNumber, macAddresses },
    ...(Object.keys(differing).length > 0 && { options: differing }),
    ...(isRestored && { restored: true as const }),
  };
}

/** What stands for what is too large, or too secret, for a trace. */
const leftOut = 'its own';

/** Without what other fields say, and with a mark for what is left out. */
function optionsRecord(options: BenchOptions): { readonly [field: string]: TraceValue } {
  const { startCount, board = {}, firmware = {}, timeServers, isBlank } = options;
  const { passwordCost, resetProfile } = firmware;
  const { deviceKey, ...rest } = board;
  const { image, ...flash } = board.flash ?? {};
  const all = {
    startCount,
    board: {
      ...rest,
      ...(deviceKey !== undefined && { deviceKey: leftOut }),
      flash: { ...flash, ...(image !== undefined && { image: leftOut }) },
    },
    firmware: { passwordCost, resetProfile },
    timeServers,
    isBlank,
  };
  return (plain(all) ?? {}) as { readonly [field: string]: TraceValue };
}

/** As JSON has it; an object that says nothing is left out. */
function plain(value: unknown): TraceValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value as TraceValue | undefined;
  }
  const fields = Object.entries(value).flatMap(([name, field]) => {
    const said = plain(field);
    return said === undefined ? [] : [[name, said] as const];
  });
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}
