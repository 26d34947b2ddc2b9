import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TraceFile } from '#sim/cli/trace-file';
import type { TraceRecord } from '#sim/kernel/trace';

let folder: string;
let nowUs: number;
const failures: unknown[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-trace-'));
  nowUs = 10_000_000;
  failures.length = 0;
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const header = { trace: 'nasboard', version: 1, seed: 0, startUs: 0, board: {} } as const;

const traceTo = (path: string): TraceFile =>
  new TraceFile(path, {
    header,
    nowUs: () => nowUs,
    onFailure: (error) => void failures.push(error),
  });

const at = (t: number): TraceRecord => ({ t, source: 'reset', kind: 'line' });

const timesIn = (path: string): unknown[] =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => (JSON.parse(line) as TraceRecord).t);

test('what is told late gets its place, and what may still be overtaken waits', () => {
  const path = join(folder, 'trace.jsonl');
  const file = traceTo(path);
  file.add(at(9_900_000));
  file.add(at(9_800_000));
  file.add(at(10_900_000));
  nowUs = 11_000_000;
  vi.advanceTimersByTime(1_000);
  expect(timesIn(path)).toEqual([9_800_000, 9_900_000]);
  nowUs = 12_000_000;
  vi.advanceTimersByTime(1_000);
  expect(timesIn(path)).toEqual([9_800_000, 9_900_000, 10_900_000]);
  expect(vi.getTimerCount()).toBe(0);
  file.close();
});

test('nothing waits after the end', () => {
  const path = join(folder, 'trace.jsonl');
  const file = traceTo(path);
  file.add(at(10_000_000));
  file.close();
  file.close();
  file.add(at(10_000_001));
  expect(timesIn(path)).toEqual([10_000_000]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a full disk is told once, and ends the recording', () => {
  const file = traceTo('/dev/full');
  file.add(at(10_000_000));
  file.flush();
  file.add(at(10_000_001));
  file.close();
  expect(failures).toEqual([expect.objectContaining({ code: 'ENOSPC' })]);
});
