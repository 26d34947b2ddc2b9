import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flashBench, readAll } from './flash-bench.ts';

const name = fc.constantFrom('a', 'b');
const place = fc.oneof(fc.nat(10_000), fc.constantFrom(0, 4095, 4096, 8192));
const operation = fc.oneof(
  fc.record({
    kind: fc.constant('write' as const),
    name,
    place,
    length: fc.oneof(fc.nat(600), fc.constantFrom(4096, 4104, 9000)),
    byte: fc.nat(255),
  }),
  fc.record({ kind: fc.constant('truncate' as const), name, place }),
  fc.record({ kind: fc.constant('sync' as const), name }),
  fc.record({ kind: fc.constant('power-cycle' as const) }),
  fc.record({ kind: fc.constant('image' as const) }),
);

type Files = { readonly [name: string]: Uint8Array };

function written(old: Uint8Array, offset: number, bytes: Uint8Array): Uint8Array {
  const end = bytes.length === 0 ? 0 : offset + bytes.length;
  const next = new Uint8Array(Math.max(old.length, end));
  next.set(old);
  if (end > 0) next.set(bytes, offset);
  return next;
}

function cut(old: Uint8Array, size: number): Uint8Array {
  const next = new Uint8Array(size);
  next.set(old.subarray(0, size));
  return next;
}

test.each(['keep', 'lose'] as const)(
  'with un-synced "%s", files are what plain arrays of bytes would be, and images never change',
  (unsynced) => {
    const property = fc.property(
      fc.array(operation, { minLength: 1, maxLength: 40, size: 'max' }),
      (operations) => {
        const { flash, powerOn, powerOff } = flashBench({ unsynced });
        let storage = powerOn();
        let seen: Files = { a: new Uint8Array(0), b: new Uint8Array(0) };
        let durable = seen;
        const images: { image: ReturnType<typeof flash.image>; files: Files }[] = [];
        const at = (files: Files, key: string) => files[key] as Uint8Array;
        for (const step of operations) {
          if (step.kind === 'write') {
            const bytes = new Uint8Array(step.length).fill(step.byte);
            storage.write(step.name, step.place, bytes);
            seen = { ...seen, [step.name]: written(at(seen, step.name), step.place, bytes) };
          } else if (step.kind === 'truncate') {
            storage.truncate(step.name, step.place);
            seen = { ...seen, [step.name]: cut(at(seen, step.name), step.place) };
          } else if (step.kind === 'sync') {
            storage.sync(step.name);
            durable = { ...durable, [step.name]: at(seen, step.name) };
          } else if (step.kind === 'power-cycle') {
            powerOff();
            storage = powerOn();
            if (unsynced === 'keep') durable = seen;
            else seen = durable;
          } else {
            images.push({ image: flash.image(), files: durable });
          }
          for (const key of ['a', 'b']) {
            expect(Buffer.compare(readAll(storage)(key), at(seen, key))).toBe(0);
          }
        }
        for (const { image, files } of images) {
          for (const key of ['a', 'b']) {
            expect(Buffer.compare(image.read(key), at(files, key))).toBe(0);
          }
        }
      },
    );
    fc.assert(property, { numRuns: 200 });
  },
);
