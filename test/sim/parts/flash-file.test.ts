import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyFile, FlashDraft, flashFileBytes, flashFileFrom } from '#sim/parts/flash-file';
import { chunkBytes } from '#sim/parts/flash-pool';

const place = fc.oneof(
  fc.nat(3 * chunkBytes),
  fc.constantFrom(0, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes),
);
const change = fc.oneof(
  fc.record({
    offset: place,
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.nat(255).map((byte) => new Uint8Array(chunkBytes).fill(byte)),
      fc.nat(255).map((byte) => new Uint8Array(chunkBytes + 100).fill(byte)),
    ),
  }),
  fc.record({ size: place }),
);

test('a draft is what a plain array of bytes would be, and what it started from stays', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), fc.nat(12), (changes, pauseAt) => {
      let plain = new Uint8Array(0);
      let draft = new FlashDraft(emptyFile);
      let frozen = draft.finish();
      let frozenBytes = plain;
      draft = new FlashDraft(frozen);
      changes.forEach((step, index) => {
        if (index === pauseAt) {
          frozen = draft.finish();
          frozenBytes = plain;
          draft = new FlashDraft(frozen);
        }
        if ('size' in step) {
          const next = new Uint8Array(step.size);
          next.set(plain.subarray(0, step.size));
          plain = next;
          draft.truncate(step.size);
        } else {
          const { offset, bytes } = step;
          const end = bytes.length === 0 ? 0 : offset + bytes.length;
          const next = new Uint8Array(Math.max(plain.length, end));
          next.set(plain);
          if (end > 0) next.set(bytes, offset);
          plain = next;
          draft.write(offset, bytes.slice());
        }
      });
      expect(Buffer.compare(flashFileBytes(draft), plain)).toBe(0);
      expect(Buffer.compare(flashFileBytes(frozen), frozenBytes)).toBe(0);
    }),
  );
});

test('a draft shares the pieces it does not write to', () => {
  const base = flashFileFrom(new Uint8Array(10 * chunkBytes).fill(1));
  const draft = new FlashDraft(base);
  draft.write(3 * chunkBytes + 5, new Uint8Array([2]));
  const file = draft.finish();
  expect(file.chunks.filter((chunk, index) => chunk !== base.chunks[index])).toHaveLength(1);
});

test('pieces of zeros take no room', () => {
  const bytes = new Uint8Array(4 * chunkBytes);
  bytes[2 * chunkBytes] = 1;
  const file = flashFileFrom(bytes);
  expect(file.chunks.map((chunk) => chunk !== undefined)).toEqual([false, false, true, false]);
  expect(flashFileBytes(file)).toEqual(bytes);
});
