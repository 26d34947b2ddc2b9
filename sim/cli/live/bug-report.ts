import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench } from '../../bench.ts';

/**
 * What a person is told when the firmware or the simulator broke: what, when, and how to report.
 */
export function bugReport(bench: Bench, error: unknown): string {
  const { world, board } = bench;
  const time = new Date(world.nowUs / 1000).toISOString();
  const sinceUs = world.nowUs - (board.poweredOnAtUs ?? world.nowUs);
  const power = board.isPowered ? `${(sinceUs / 1e6).toFixed(6)} s after power-on` : 'board off';
  const states = Object.entries(bench.states()).map(([chart, state]) => `${chart} ${state}`);
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    '',
    'nasboard: this is a bug of the firmware or the simulator, not of yours.',
    `  what    ${stack.replaceAll('\n', '\n          ')}`,
    `  when    true time ${time}, ${power}`,
    `  states  ${states.join(', ')}`,
    `  seed    ${world.random.seed}`,
    `  report  please send this text and ${savedTrace(bench)}`,
    '',
  ].join('\n');
}

/** The trace holds no secrets: see `Trace`. */
function savedTrace(bench: Bench): string {
  const path = join(tmpdir(), `nasboard-bug-${process.pid}.jsonl`);
  try {
    writeFileSync(path, bench.traceText());
    return `the trace in ${path}`;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return `what you did (the trace could not be written: ${detail})`;
  }
}
