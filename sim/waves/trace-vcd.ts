import type { TraceRecord } from '../kernel/trace.ts';
import { BoardWaves } from './board-waves.ts';
import type { RecordedTrace } from './trace-reader.ts';
import { openVcd, type VcdOptions } from './vcd-file.ts';

/** Writes a trace that was recorded before as a VCD file. */
export function writeTraceAsVcd(trace: RecordedTrace, options: VcdOptions): void {
  const { seed, board } = trace.header;
  const { startUs, records } = startOf(trace);
  const { model: named } = board;
  const model = typeof named === 'string' ? named : 'unknown';
  const writer = openVcd(options, { startUs, seed, model });
  const waves = new BoardWaves(startUs, writer);
  writer.begin();
  let lastUs = startUs;
  for (const record of records) {
    waves.take(record);
    lastUs = record.t;
  }
  writer.end(waves.finish(lastUs));
}

/** Time 0 is the first record: what was before a trace that is kept in part has left no mark. */
export function startOf({ header, records }: RecordedTrace): {
  readonly startUs: number;
  readonly records: Iterable<TraceRecord>;
} {
  const iterator = records[Symbol.iterator]();
  const first = iterator.next();
  if (first.done === true) return { startUs: header.startUs, records: [] };
  const rest = { [Symbol.iterator]: () => iterator };
  return { startUs: first.value.t, records: joined(first.value, rest) };
}

function* joined(first: TraceRecord, rest: Iterable<TraceRecord>): Generator<TraceRecord> {
  yield first;
  yield* rest;
}
