import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deserialiseFlashImage, FlashImage, serialiseFlashImage } from '#sim/parts/flash-image';
import { filled, flashBench } from './flash-bench.ts';

const image = FlashImage.of({ 'nas.db': filled(9000, 3), 'nas.db-journal': filled(1, 0) });

describe('an image', () => {
  test('leaves out files of size 0', () => {
    expect([...FlashImage.of({ a: filled(0, 0), b: filled(1, 0) }).files.keys()]).toEqual(['b']);
  });

  test('refuses a name that no file of a flash can have', () => {
    expect(() => FlashImage.of({ 'A/b': filled(1, 0) })).toThrow('name');
  });

  test('of a board that writes stays as it was taken, and so do other boards from it', () => {
    const [first, second] = [flashBench({ image }), flashBench({ image })];
    const storage = first.powerOn();
    storage.write('nas.db', 10, filled(5000, 9));
    storage.sync('nas.db');
    expect(image.read('nas.db')).toEqual(filled(9000, 3));
    expect(second.flash.image().read('nas.db')).toEqual(filled(9000, 3));
    expect(first.flash.image().read('nas.db').subarray(10, 5010)).toEqual(filled(5000, 9));
  });

  test('shares its pieces with the part it is loaded into', () => {
    const taken = flashBench({ image }).flash.image();
    expect(taken.files.get('nas.db')).toBe(image.files.get('nas.db'));
  });
});

describe('an image as bytes', () => {
  test('comes back as it was', () => {
    const back = deserialiseFlashImage(serialiseFlashImage(image));
    expect([...back.files.keys()]).toEqual(['nas.db', 'nas.db-journal']);
    expect(back.read('nas.db')).toEqual(filled(9000, 3));
    expect(back.read('nas.db-journal')).toEqual(filled(1, 0));
    expect(deserialiseFlashImage(serialiseFlashImage(new FlashImage())).files.size).toBe(0);
  });

  test('is refused with a reason after any damage, whatever it is', () => {
    const good = serialiseFlashImage(image);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const bad = good.slice();
        bad[place] = (bad[place] as number) ^ change;
        expect(() => deserialiseFlashImage(bad)).toThrow(
          expect.objectContaining({ name: 'UsageError' }),
        );
        expect(() => deserialiseFlashImage(good.slice(0, place))).toThrow(
          expect.objectContaining({ name: 'UsageError' }),
        );
      }),
    );
  });

  test('is refused where it is anything else', () => {
    expect(() => deserialiseFlashImage(new Uint8Array(0))).toThrow('not a flash image');
    expect(() => deserialiseFlashImage(filled(100, 65))).toThrow('not a flash image');
  });
});
