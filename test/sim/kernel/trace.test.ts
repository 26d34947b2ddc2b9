import { describe, expect, test } from 'vitest';
import { Trace, type TraceRecord } from '#sim/kernel/trace';

const numbers = (trace: Trace): readonly unknown[] =>
  trace.records.map((record) => record['number']);

describe('a trace', () => {
  test('keeps stimuli and outputs in order, with their true time', () => {
    let nowUs = 5;
    const trace = new Trace(() => nowUs);
    trace.stimulus('reset', 'press', { by: 'finger' });
    nowUs = 9;
    trace.output('led', 'led', { colour: 'red' });
    expect(trace.records).toEqual([
      { t: 5, source: 'reset', kind: 'press', stimulus: true, by: 'finger' },
      { t: 9, source: 'led', kind: 'led', colour: 'red' },
    ]);
  });

  test('tells its listeners of each record until they leave', () => {
    const trace = new Trace(() => 0);
    const heard: TraceRecord[] = [];
    const stop = trace.onRecord((record) => heard.push(record));
    trace.output('a', 'x');
    stop();
    trace.output('b', 'x');
    expect(heard.map((record) => record.source)).toEqual(['a']);
  });

  test('is written as JSON Lines under a header', () => {
    const trace = new Trace(() => 3);
    trace.output('uart', 'tx', { text: 'a\r\n' });
    const header = { trace: 'nasboard', version: 1, seed: 7, startUs: 0, board: {} } as const;
    const text = trace.toJsonLines(header);
    expect(text).toMatch(/\n$/);
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      header,
      { t: 3, source: 'uart', kind: 'tx', text: 'a\r\n' },
    ]);
  });

  test('keeps at least the last records it was told to, and not many more', () => {
    const trace = new Trace(() => 0, 100);
    for (let number = 0; number < 1_000; number += 1) trace.output('a', 'x', { number });
    expect(trace.records.length).toBeGreaterThanOrEqual(100);
    expect(trace.records.length).toBeLessThanOrEqual(125);
    expect(numbers(trace).slice(-100)).toEqual(Array.from({ length: 100 }, (_, at) => 900 + at));
  });
});
