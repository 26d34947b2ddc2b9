import * as v from 'valibot';
import { createBench, type Bench, type BenchOptions } from '../bench.ts';
import { UsageError } from '../kernel/invariant.ts';
import type { TraceHeader } from '../kernel/trace.ts';

const group = v.optional(v.looseObject({}));

const optionsSchema = v.looseObject({
  startCount: v.optional(v.number()),
  board: v.optional(v.looseObject({ flash: v.optional(v.looseObject({})) })),
  firmware: group,
  timeServers: group,
  isBlank: v.optional(v.boolean()),
});

/** The bench that a trace was recorded on, its board switched off. A `UsageError` says why not. */
export function benchOfTrace(header: TraceHeader, file: string): Bench {
  const { seed, startUs, options = {}, restored } = header;
  if (restored === true) {
    throw new UsageError(
      `${file} begins in the middle, with a board that was restored: record from power-on`,
    );
  }
  const found = v.safeParse(optionsSchema, options);
  if (!found.success) throw new UsageError(`${file}:1: options: ${found.issues[0].message}`);
  const { board } = found.output;
  if (board?.flash?.['image'] !== undefined || board?.['deviceKey'] !== undefined) {
    throw new UsageError(
      `${file} begins with a flash or a key that was kept from before: record a board that is new`,
    );
  }
  const bench = built({ ...found.output, seed, startUs } as BenchOptions, file);
  const { model, serialNumber, macAddresses } = bench.board.label;
  const label = JSON.stringify({ model, serialNumber, macAddresses });
  const recorded = JSON.stringify(header.board);
  if (label === recorded) return bench;
  throw new UsageError(
    `${file} was recorded on the board ${recorded}, which is none of the bench's`,
  );
}

function built(options: BenchOptions, file: string): Bench {
  try {
    return createBench(options);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file}:1: no bench can be built like that: ${detail}`, { cause: error });
  }
}
