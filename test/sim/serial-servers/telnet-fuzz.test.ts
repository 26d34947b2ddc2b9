import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClientAction, Protocol } from '#sim/serial-servers/protocol';
import { TelnetParser, escapeTelnet } from '#sim/serial-servers/telnet-parser';
import { TelnetProtocol } from '#sim/serial-servers/telnet-protocol';

const numRuns = process.env['NASBOARD_PROOF'] === 'full' ? 100_000 : 1_000;

/** Telnet in good and in bad form: commands are as frequent as text. */
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 8 }),
  fc.constantFrom(
    [255],
    [255, 255],
    [255, 240],
    [255, 250],
    [255, 250, 44],
    [13],
    [10],
    [0],
    [13, 10],
  ),
  fc.tuple(fc.constant(255), fc.integer({ min: 239, max: 254 }), fc.constantFrom(0, 1, 3, 24, 44)),
  fc
    .tuple(fc.integer({ min: 0, max: 14 }), fc.uint8Array({ maxLength: 5 }))
    .map(([code, value]) => [255, 250, 44, code, ...value, 255, 240]),
);
const stream = fc
  .array(piece, { maxLength: 40 })
  .map((all) => Buffer.from(all.flatMap((each) => [...each])));
const cuts = fc.array(fc.nat(), { maxLength: 12 });

function cutAt(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length];
  const sorted = [0, ...ends.toSorted((a, b) => a - b)];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

/** Neighbours of one kind as one: where bytes are cut means nothing. */
function merged(actions: readonly ClientAction[]): readonly string[] {
  const all: { kind: string; text: string }[] = [];
  for (const { kind, ...rest } of actions) {
    const text = 'bytes' in rest ? Buffer.from(rest.bytes).toString('hex') : JSON.stringify(rest);
    const last = all.at(-1);
    if (last?.kind === kind && 'bytes' in rest) last.text += text;
    else all.push({ kind, text });
  }
  return all.map(({ kind, text }) => `${kind} ${text}`);
}

const whole = (bytes: Buffer): readonly string[] =>
  merged(new TelnetProtocol({ comPort: { isPowered: true } }).receive(bytes));

function checkCuts(create: () => (bytes: Buffer) => readonly ClientAction[]): void {
  fc.assert(
    fc.property(stream, cuts, (bytes, places) => {
      const receive = create();
      const seen = merged(cutAt(bytes, places).flatMap((each) => receive(each)));
      expect(seen).toEqual(whole(bytes));
    }),
    { numRuns },
  );
}

describe('telnet', () => {
  test('however a stream is cut, it means the same', () => {
    checkCuts(() => {
      const protocol: Protocol = new TelnetProtocol({ comPort: { isPowered: true } });
      return (bytes) => protocol.receive(bytes);
    });
  });

  test('a parser that forgets where it was is caught', () => {
    const forgetful = (bytes: Buffer): readonly ClientAction[] =>
      new TelnetProtocol({ comPort: { isPowered: true } }).receive(bytes);
    expect(() => checkCuts(() => forgetful)).toThrow();
  });

  test('any bytes of the board reach a client as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array(), cuts, (bytes, places) => {
        const parser = new TelnetParser();
        const events = cutAt(Buffer.from(escapeTelnet(bytes)), places).flatMap((each) =>
          parser.feed(each),
        );
        expect(
          Buffer.concat(events.map((each) => ('bytes' in each ? each.bytes : [])) as Uint8Array[]),
        ).toEqual(Buffer.from(bytes));
        expect(events.every(({ kind }) => kind === 'data')).toBe(true);
      }),
      { numRuns },
    );
  });

  test('a subnegotiation that never ends takes no memory, and is left out', () => {
    const parser = new TelnetParser();
    const flood = Buffer.alloc(1024 * 1024, 65);
    expect(parser.feed(Buffer.from([255, 250, 44]))).toEqual([]);
    expect(parser.feed(flood)).toEqual([]);
    expect(parser.feed(Buffer.from([255, 240, 66]))).toEqual([
      { kind: 'data', bytes: Buffer.from('B') },
    ]);
  });

  test('a command in the middle of a subnegotiation ends it', () => {
    const events = new TelnetParser().feed(Buffer.from([255, 250, 44, 1, 255, 253, 1, 66]));
    expect(events).toEqual([
      { kind: 'option', verb: 'do', option: 1 },
      { kind: 'data', bytes: Buffer.from('B') },
    ]);
  });
});
