import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '#sim/kernel/invariant';
import { compareTraces } from '#sim/replay/compare-traces';
import { History } from '#sim/replay/history';
import { fromJson, toJson } from '#sim/replay/plain-data';
import { replayTrace } from '#sim/replay/replay-trace';
import { decodeWorld, encodeWorld, type SavedWorld } from '#sim/replay/save-file';
import { readSecrets, SecretsRecorder } from '#sim/replay/secrets-file';
import { readTrace } from '#sim/replay/trace-reader';
import { acts, actsWithoutFlash, doAll, linesOf, started } from './world-of-stimuli.ts';

const isProof = process.env['NASBOARD_PROOF'] === 'full';
const second = 1_000_000;

/** Nothing but a clear refusal may come of any input. */
async function refuses(read: () => unknown): Promise<void> {
  try {
    await read();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
  }
}

/** Bytes with some of them changed, cut or doubled. */
function spoilt(length: number): fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> {
  const place = fc.integer({ min: 0, max: Math.max(0, length - 1) });
  return fc.oneof(
    fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(([at, value]) => (bytes: Uint8Array) => {
      const changed = Uint8Array.from(bytes);
      changed[at] = value;
      return changed;
    }),
    place.map((at) => (bytes: Uint8Array) => bytes.slice(0, at)),
    place.map(
      (at) => (bytes: Uint8Array) =>
        Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(Math.max(0, at - 40))]),
    ),
  );
}

async function savedWorld(): Promise<SavedWorld> {
  const { bench, history } = await started({ seed: 3 });
  bench.board.uart.write('admin\r');
  await bench.world.runFor(second);
  return history.save();
}

describe('a saved world', () => {
  test('goes on as the one it was saved from', async () => {
    const property = fc.asyncProperty(acts, actsWithoutFlash, async (before, after) => {
      const { bench, history } = await started({ seed: 5 }, 5 * second);
      await doAll(bench, before);
      const saved = decodeWorld(encodeWorld(history.save()));
      const from = bench.trace.records.length;
      const { bench: other } = await History.load(saved);
      const otherFrom = other.trace.records.length;
      await doAll(bench, after);
      await doAll(other, after);
      expect(linesOf(other).slice(otherFrom)).toEqual(linesOf(bench).slice(from));
    });
    await fc.assert(property, { numRuns: isProof ? 200 : 8 });
  }, 600_000);

  test('is refused in clear words where it was damaged', async () => {
    const bytes = encodeWorld(await savedWorld());
    const property = fc.asyncProperty(spoilt(bytes.length), (spoil) =>
      refuses(() => decodeWorld(spoil(bytes))),
    );
    await fc.assert(property, { numRuns: isProof ? 5_000 : 200 });
    const [header = ''] = Buffer.from(bytes).toString('latin1').split('\n');
    const newer = header.replace('"version":1', '"version":2');
    expect(() => decodeWorld(Buffer.from(`${newer}\n`))).toThrow(/newer nasboard/);
    expect(() => decodeWorld(Buffer.from('hello\n'))).toThrow(/no saved world/);
  });

  test('is refused in clear words where its checksum is right and its content is not', async () => {
    const saved = await savedWorld();
    const text = toJson(saved);
    const property = fc.asyncProperty(
      fc.integer({ min: 0, max: text.length - 1 }),
      fc.constantFrom('0', '9', '"', '{', '}', 'null', '-', 'x'),
      (at, piece) =>
        refuses(async () => {
          const forged = fromJson(text.slice(0, at) + piece + text.slice(at + 1)) as SavedWorld;
          const { bench } = await History.load(decodeWorld(encodeWorld(forged)));
          bench.stop();
        }),
    );
    await fc.assert(property, { numRuns: isProof ? 2_000 : 60 });
  }, 600_000);
});

describe('a trace from a file', () => {
  test('is refused in clear words, or replayed, whatever was changed in it', async () => {
    const { bench } = await started({ seed: 3 });
    const secrets = new SecretsRecorder(bench.trace);
    bench.board.resetButton.hold(3 * second);
    await bench.world.runFor(5 * second);
    const bytes = Buffer.from(bench.traceText());
    const kept = readSecrets(secrets.finish(), 'secrets');
    const property = fc.asyncProperty(spoilt(bytes.length), (spoil) =>
      refuses(async () => {
        const trace = readTrace(Buffer.from(spoil(bytes)).toString('utf8'), 'out.jsonl');
        const endUs = trace.records.at(-1)?.t ?? 0;
        if (Math.abs(endUs - trace.header.startUs) > 100 * second) return;
        await replayTrace(trace, { file: 'out.jsonl', secrets: kept });
      }),
    );
    await fc.assert(property, { numRuns: isProof ? 2_000 : 60 });
  }, 600_000);

  test.each([
    ['', /out\.jsonl is empty/],
    ['{"trace":"nasboard","version":2}', /out\.jsonl:1: version 2 of traces is not read; 1 is/],
    ['{"a":1}', /out\.jsonl:1: this is no trace/],
    ['{', /out\.jsonl:1: this line is no JSON/],
  ])('%j is no trace', (text, why) => {
    expect(() => readTrace(text, 'out.jsonl')).toThrow(why);
  });

  test('differs from another where it does not come out as recorded', async () => {
    const { bench } = await started({ seed: 3 });
    const text = bench.traceText().replace('"colour":"off"', '"colour":"red"');
    const trace = readTrace(text, 'out.jsonl');
    const { difference } = await replayTrace(trace, { file: 'out.jsonl' });
    const line = text.split('\n').findIndex((each) => each.includes('"colour":"red"')) + 1;
    expect(difference).toMatchObject({ line });
    expect(difference?.expected).toContain('"colour":"red"');
    expect(difference?.seen).toContain('"colour":"off"');
  });

  test.each([
    ['that is hidden', (text: string) => text, /out\.jsonl:\d+: what was sent there is not in/],
    [
      'that nobody knows',
      (text: string) => text.replace('"source":"uart","kind":"rx"', '"source":"uart","kind":"rz"'),
      /out\.jsonl:\d+: this nasboard knows no stimulus "uart rz"/,
    ],
    [
      'of a board that was restored',
      (text: string) => text.replace('"version":1', '"version":1,"restored":true'),
      /begins in the middle/,
    ],
  ])('is not replayed with a stimulus %s', async (_, change, why) => {
    const { bench } = await started({ seed: 3 });
    bench.board.uart.write('admin\r');
    await bench.world.runFor(second);
    bench.board.uart.write('secret\r');
    await bench.world.runFor(second);
    const trace = readTrace(change(bench.traceText()), 'out.jsonl');
    await expect(replayTrace(trace, { file: 'out.jsonl' })).rejects.toThrow(why);
  });
});

describe('two traces', () => {
  const startUs = 1_000;
  const led = (t: number, colour: string) => ({ t, source: 'led', kind: 'led', colour });
  const line = (t: number, pressed: boolean) => ({ t, source: 'reset', kind: 'line', pressed });
  const first = { startUs, records: [led(1_100, 'green'), line(1_200, true), led(1_300, 'red')] };

  test('mean the same where their times count from other starts, and order differs by kind', () => {
    const records = [line(5_200, true), led(5_100, 'green'), led(5_300, 'red')];
    expect(compareTraces(first, { startUs: 5_000, records })).toEqual([]);
  });

  test('are told what is late, beyond the tolerance', () => {
    const other = {
      startUs,
      records: [led(1_100, 'green'), line(1_204, true), led(1_300, 'red')],
    };
    expect(compareTraces(first, other, { toleranceUs: 4 })).toEqual([]);
    expect(compareTraces(first, other, { toleranceUs: 3 })).toMatchObject([
      { kind: 'apart', first: { line: 3 }, second: { line: 3 } },
    ]);
  });

  test('are told what only one of them has, but for sources that do not count', () => {
    const other = {
      startUs,
      records: [led(1_100, 'green'), led(1_250, 'off'), led(1_300, 'red')],
    };
    expect(compareTraces(first, other)).toMatchObject([
      { kind: 'only-in-first', at: { line: 3 } },
      { kind: 'only-in-second', at: { line: 3 } },
    ]);
    const ignored = new Set(['reset', 'led']);
    expect(compareTraces(first, other, { ignored })).toEqual([]);
  });
});
