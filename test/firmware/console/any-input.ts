import fc from 'fast-check';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Pieces of what comes down a serial line: typing, keys, noise, floods, broken UTF-8. */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ maxLength: 24 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }).map(ascii) },
  { weight: 2, arbitrary: fc.nat({ max: 0x1f }).map((byte) => Uint8Array.of(byte)) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('\x1b[A', '\x1b[B', '\x1b[D', '\x1b[3~', '\x1b]0;', '\x1bP', '\x1b[', '\x1bO')
      .map(ascii),
  },
  { weight: 2, arbitrary: fc.constantFrom('\r', '\n', '\r\n', '\x03', '\x04', '\x15').map(ascii) },
  { weight: 1, arbitrary: fc.constantFrom('\x00', '\x00\x00', '\x7f\x7f', '\b').map(ascii) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom([0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x99], [0xed, 0xa0, 0x80])
      .map((bytes) => Uint8Array.from(bytes)),
  },
  { weight: 1, arbitrary: fc.integer({ min: 900, max: 1100 }).map((n) => ascii('x'.repeat(n))) },
);

/** Any input: pieces one after the other. */
export function anyInput(): fc.Arbitrary<Uint8Array> {
  return fc
    .array(piece, { maxLength: 24 })
    .map((pieces) => Uint8Array.from(pieces.flatMap((p) => [...p])));
}

/** The same bytes in chunks of the given lengths; the last one takes what is left. */
export function cutAnyhow(bytes: Uint8Array, lengths: Iterable<number>): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let from = 0;
  for (const length of lengths) {
    if (from >= bytes.length) break;
    const end = from + Math.max(1, length);
    chunks.push(bytes.subarray(from, end));
    from = end;
  }
  if (from < bytes.length) chunks.push(bytes.subarray(from));
  return chunks;
}
