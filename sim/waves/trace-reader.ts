import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { UsageError } from '../kernel/invariant.ts';
import type { TraceHeader, TraceRecord } from '../kernel/trace.ts';
import { isRecord } from '../scenario/schema.ts';

/** A trace file: its head, and its records one after the other as they are asked for. */
export interface RecordedTrace {
  readonly header: TraceHeader;
  readonly records: Iterable<TraceRecord>;
}

const chunkBytes = 65_536;
const lineMax = 16 * 1024 * 1024;

/** Opens a trace; a `UsageError` names the line that is none. Holds no more than a line of it. */
export function openTrace(path: string): RecordedTrace {
  const lines = linesOf(path);
  const first = lines.next();
  const header = first.done === true ? undefined : objectOf(first.value, path, 1);
  const { trace, version, seed, startUs, board } = header ?? {};
  const isTrace = trace === 'nasboard' && Number.isSafeInteger(startUs) && isRecord(board);
  if (!isTrace || typeof seed !== 'number') {
    lines.return(undefined);
    throw new UsageError(`${path} is no trace: nasboard run --trace writes one`);
  }
  if (version !== 1) throw new UsageError(`${path}: a trace of version ${String(version)}, not 1`);
  return { header: header as unknown as TraceHeader, records: recordsOf(lines, path) };
}

function* recordsOf(lines: Iterator<string>, path: string): Generator<TraceRecord> {
  let lastUs = 0;
  for (let number = 2; ; number += 1) {
    const next = lines.next();
    if (next.done === true) return;
    const { value } = next;
    if (value === '') continue;
    const record = objectOf(value, path, number);
    const { t, source, kind } = record;
    if (!Number.isSafeInteger(t) || typeof source !== 'string' || typeof kind !== 'string') {
      throw new UsageError(`${path}:${number}: a record has t, source and kind`);
    }
    if (Number(t) < lastUs) throw new UsageError(`${path}:${number}: time goes back`);
    lastUs = Number(t);
    yield record as unknown as TraceRecord;
  }
}

function objectOf(line: string, path: string, number: number): Readonly<Record<string, unknown>> {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch (error) {
    throw new UsageError(`${path}:${number}: no JSON`, { cause: error });
  }
  if (!isRecord(read)) throw new UsageError(`${path}:${number}: no record`);
  return read;
}

function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      const pieces = (rest + decoder.write(chunk.subarray(0, length))).split('\n');
      rest = pieces.pop() ?? '';
      if (rest.length > lineMax) throw new UsageError(`${path} is no trace: a line has no end`);
      yield* pieces;
    }
    if (rest !== '') yield rest;
  } finally {
    closeSync(file);
  }
}
