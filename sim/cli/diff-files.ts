import { readFileSync } from 'node:fs';
import { UsageError } from '../kernel/invariant.ts';
import { compareTraces, type TraceDeviation, type TracedLine } from '../replay/compare-traces.ts';
import { fieldsOf, readTrace, type RecordedTrace } from '../replay/trace-reader.ts';
import { formatSpan } from '../scenario/duration.ts';
import type { DiffFlags } from './commands/diff.ts';
import { exitCode } from './exit-codes.ts';

/** So many differences are shown. */
const shownMax = 40;

interface Side extends RecordedTrace {
  readonly file: string;
  readonly startUs: number;
}

/** `nasboard diff`; answers the exit code. */
export function diffFiles(
  a: string,
  b: string,
  { tolerance: toleranceUs, ignore }: DiffFlags,
  out: (text: string) => void,
): number {
  const [first, second] = [sideOf(a), sideOf(b)];
  const found = compareTraces(first, second, { toleranceUs, ignored: new Set(ignore) });
  if (found.length === 0) {
    out('the traces mean the same\n');
    return exitCode.passed;
  }
  for (const deviation of found.slice(0, shownMax)) out(`${lineOf(deviation, first, second)}\n`);
  const more = found.length - shownMax;
  if (more > 0) out(`… and ${more} more\n`);
  out(`${found.length} ${found.length === 1 ? 'difference' : 'differences'}\n`);
  return exitCode.failed;
}

function lineOf(deviation: TraceDeviation, first: Side, second: Side): string {
  if (deviation.kind === 'apart') {
    const { first: one, second: other } = deviation;
    const lateUs = other.record.t - second.startUs - (one.record.t - first.startUs);
    const how = `${formatSpan(Math.abs(lateUs))} ${lateUs > 0 ? 'later' : 'earlier'}`;
    return `${placeOf(first, one)}  ${said(one)}\n    ${how} in ${second.file}:${other.line}`;
  }
  const side = deviation.kind === 'only-in-first' ? first : second;
  return `${placeOf(side, deviation.at)}  ${said(deviation.at)}\n    only in ${side.file}`;
}

function placeOf({ file, startUs }: Side, { line, record }: TracedLine): string {
  return `${file}:${line}  ${((record.t - startUs) / 1e6).toFixed(6)} s`;
}

function said({ record }: TracedLine): string {
  const { source, kind, stimulus } = record;
  return JSON.stringify({ source, kind, ...(stimulus && { stimulus }), ...fieldsOf(record) });
}

function sideOf(file: string): Side {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file} cannot be read: ${detail}`, { cause: error });
  }
  const trace = readTrace(text, file);
  return { ...trace, file, startUs: trace.header.startUs };
}
