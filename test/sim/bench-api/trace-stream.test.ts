import { describe, expect, it } from 'vitest';
import { createBench } from '#sim/bench';
import { TraceStream } from '#sim/bench-api/trace-stream';

/** A reader that takes only what a test lets it take. */
function slowReader() {
  const bench = createBench();
  const sent: string[] = [];
  let taken: (() => void)[] = [];
  const stream = new TraceStream({}, (text, done) => {
    sent.push(text);
    taken.push(done);
  });
  stream.follow(bench);
  return {
    bench,
    note: (count: number, text = 'x'.repeat(100)) => {
      for (let place = 0; place < count; place += 1)
        bench.trace.output('test', 'note', { text, place });
    },
    takeAll: () => {
      while (taken.length > 0) {
        const some = taken;
        taken = [];
        for (const done of some) done();
      }
    },
    sent,
    records: () => sent.map((text) => JSON.parse(text) as Record<string, unknown>),
  };
}

describe('a stream of the trace', () => {
  it('has no more on its way than a reader takes', () => {
    const reader = slowReader();
    reader.note(10_000);
    const onItsWay = reader.sent.reduce((sum, { length }) => sum + length, 0);
    expect(onItsWay).toBeLessThan(300 * 1024);
    reader.takeAll();
    expect(reader.records().slice(1)).toEqual(reader.bench.trace.records);
  });

  it('tells a slow reader how many it has lost, where they are missing', () => {
    const reader = slowReader();
    reader.note(30_000);
    const waiting = reader.sent.length - 1 + 10_000;
    reader.takeAll();
    reader.note(1);
    reader.takeAll();
    const records = reader.records().slice(1);
    const lost = records.findIndex(({ kind }) => kind === 'lost');
    expect(lost).toBe(waiting);
    expect(records[lost]).toMatchObject({
      source: 'stream',
      kind: 'lost',
      count: 30_000 - waiting,
    });
    expect(records.slice(0, lost)).toEqual(reader.bench.trace.records.slice(0, lost));
    expect(records.slice(lost + 1)).toEqual(reader.bench.trace.records.slice(-1));
  });

  it('loses nothing of a reader that keeps up, however long it goes on', () => {
    const reader = slowReader();
    for (let round = 0; round < 300; round += 1) {
      reader.note(200);
      reader.takeAll();
      reader.note(1);
    }
    reader.takeAll();
    expect(reader.records().filter(({ kind }) => kind === 'lost')).toEqual([]);
    expect(reader.sent).toHaveLength(1 + 300 * 201);
  });
});
