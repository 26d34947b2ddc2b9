import { describe, expect, test } from 'vitest';
import { FlashImage } from '#sim/parts/flash-image';
import { filled, flashBench, readAll } from './flash-bench.ts';

describe('un-synced writes at the end of a life', () => {
  const outcomes = [
    { unsynced: 'keep', expected: 2 },
    { unsynced: 'lose', expected: 1 },
  ] as const;
  test.each(outcomes)('are all treated alike with "$unsynced"', ({ unsynced, expected }) => {
    const { powerOn, powerOff } = flashBench({ unsynced });
    const before = powerOn();
    before.write('a', 0, filled(2000, 1));
    before.sync('a');
    before.write('a', 0, filled(2000, 2));
    powerOff();
    expect(readAll(powerOn())('a')).toEqual(filled(2000, expected));
  });

  test('are half new and half old in every unit with "tear"', () => {
    const { powerOn, powerOff } = flashBench({ unsynced: 'tear' });
    const before = powerOn();
    before.write('a', 0, filled(2048, 1));
    before.sync('a');
    before.write('a', 0, filled(2048, 2));
    powerOff();
    const after = readAll(powerOn())('a');
    for (let unit = 0; unit < 2048; unit += 512) {
      const runs = String(after.subarray(unit, unit + 512)).replaceAll(',', '');
      expect(runs).toMatch(/^(1+2+|2+1+)$/);
    }
  });

  test('leave noise in the whole unit with "garble", and only there', () => {
    const { powerOn, powerOff } = flashBench({ unsynced: 'garble' });
    const before = powerOn();
    before.write('a', 0, filled(1536, 1));
    before.sync('a');
    before.write('a', 600, filled(10, 2));
    powerOff();
    const after = readAll(powerOn())('a');
    expect(after.subarray(0, 512)).toEqual(filled(512, 1));
    expect(after.subarray(1024)).toEqual(filled(512, 1));
    expect(new Set(after.subarray(512, 1024)).size).toBeGreaterThan(100);
  });

  test('meet every fate by chance, each unit by itself', () => {
    const seen = { keep: 0, lose: 0, tear: 0, garble: 0 };
    for (let seed = 0; seed < 20; seed += 1) {
      const { world, powerOn, powerOff } = flashBench({ seed });
      const storage = powerOn();
      storage.write('a', 0, filled(512 * 16, 1));
      storage.sync('a');
      storage.write('a', 0, filled(512 * 16, 2));
      powerOff();
      const record = world.trace.records.find(({ kind }) => kind === 'settle');
      for (const fate of ['keep', 'lose', 'tear', 'garble'] as const) {
        seen[fate] += Number(record?.[fate]);
      }
    }
    expect(seen.keep + seen.lose + seen.tear + seen.garble).toBe(20 * 16);
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(10);
  });

  test('may be kept or lost with the growth of the file apart from its bytes', () => {
    const sizes = new Set<number>();
    let isGrownWithoutBytes = false;
    for (let seed = 0; seed < 60; seed += 1) {
      const { powerOn, powerOff } = flashBench({ seed });
      powerOn().write('a', 0, filled(512, 7));
      powerOff();
      const after = readAll(powerOn())('a');
      sizes.add(after.length);
      isGrownWithoutBytes ||= after.length === 512 && after.every((byte) => byte === 0);
    }
    expect(sizes).toEqual(new Set([0, 512]));
    expect(isGrownWithoutBytes).toBe(true);
  });

  test('include cuts of the file, which may or may not have happened', () => {
    const sizes = new Set<number>();
    for (let seed = 0; seed < 40; seed += 1) {
      const { powerOn, powerOff } = flashBench({ seed });
      const storage = powerOn();
      storage.write('a', 0, filled(5000, 1));
      storage.sync('a');
      storage.truncate('a', 100);
      powerOff();
      sizes.add(powerOn().size('a'));
    }
    expect(sizes).toEqual(new Set([100, 5000]));
  });

  test('have the same fate again with the same seed', () => {
    const run = () => {
      const { powerOn, powerOff } = flashBench({ seed: 42 });
      powerOn().write('a', 100, filled(20_000, 3));
      powerOff();
      return readAll(powerOn())('a');
    };
    expect(run()).toEqual(run());
  });
});

describe('what was synced', () => {
  test('survives with every fate, and so do neighbours in other sectors', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const { powerOn, powerOff } = flashBench({ seed, sectorSize: 4096 });
      const before = powerOn();
      before.write('a', 0, filled(4096 * 3, 1));
      before.write('b', 0, filled(10, 2));
      before.sync('a');
      before.sync('b');
      before.write('a', 5000, filled(10, 9));
      powerOff();
      const after = powerOn();
      const bytes = readAll(after)('a');
      expect(bytes.subarray(0, 4096).every((byte) => byte === 1)).toBe(true);
      expect(bytes.subarray(8192, 12_288).every((byte) => byte === 1)).toBe(true);
      expect(bytes.length).toBe(12_288);
      expect(readAll(after)('b')).toEqual(filled(10, 2));
    }
  });

  test('is lost all the same where the part lies about sync', () => {
    const { flash, powerOn, powerOff } = flashBench({ unsynced: 'lose' });
    flash.lieAboutSync(true);
    expect(flash.pendingFaults).toEqual(['lie-about-sync']);
    const storage = powerOn();
    storage.write('a', 0, filled(10, 1));
    storage.sync('a');
    expect(flash.pendingFaults).toEqual([]);
    powerOff();
    expect(powerOn().size('a')).toBe(0);
  });
});

describe('cutPowerAfterWrites', () => {
  const steps = ['write', 'truncate', 'sync'] as const;
  test.each(steps.map((step, index) => ({ step, count: index + 1 })))(
    'lets the power fail during operation $count, a $step',
    ({ count }) => {
      const { flash, powerOn } = flashBench({ unsynced: 'keep' });
      flash.cutPowerAfterWrites(count);
      const storage = powerOn();
      const operations = [
        () => storage.write('a', 0, filled(100, 1)),
        () => storage.truncate('a', 50),
        () => storage.sync('a'),
      ];
      operations.forEach((operation, index) => {
        if (index + 1 < count) operation();
        else if (index + 1 === count) {
          expect(operation).toThrow(expect.objectContaining({ code: 'power-lost' }));
        } else expect(operation).toThrow(expect.objectContaining({ code: 'closed' }));
      });
      expect(flash.pendingFaults).toEqual([]);
      expect(flash.operations).toBe(count);
      expect(powerOn().size('a')).toBe(count === 1 ? 100 : 50);
    },
  );

  test('does not make a sync durable that it falls into', () => {
    const { flash, powerOn } = flashBench({ unsynced: 'lose' });
    flash.cutPowerAfterWrites(2);
    const storage = powerOn();
    storage.write('a', 0, filled(100, 1));
    expect(() => storage.sync('a')).toThrow('power');
    expect(powerOn().size('a')).toBe(0);
  });

  test('stays ordered over power cycles and is pending until it took effect', () => {
    const { flash, powerOn, powerOff } = flashBench();
    flash.cutPowerAfterWrites(2);
    powerOn().write('a', 0, filled(1, 1));
    powerOff();
    expect(flash.pendingFaults).toEqual(['cut-power-after-writes']);
    expect(() => powerOn().sync('a')).toThrow('power-lost');
    expect(flash.pendingFaults).toEqual([]);
    powerOn().sync('a');
  });
});

describe('failWrites', () => {
  test('fails so many operations with the code and lets them change nothing', () => {
    const { flash, powerOn } = flashBench();
    const storage = powerOn();
    storage.write('a', 0, filled(4, 1));
    flash.failWrites(2, 'no-space');
    expect(flash.pendingFaults).toEqual(['fail-writes']);
    const code: unknown = expect.objectContaining({ code: 'no-space', port: 'storage' });
    expect(() => storage.write('a', 0, filled(9, 2))).toThrow(code);
    expect(() => storage.sync('a')).toThrow(code);
    expect(flash.pendingFaults).toEqual([]);
    storage.sync('a');
    expect(readAll(storage)('a')).toEqual(filled(4, 1));
  });
});

describe('bit flips', () => {
  test('turn over exactly the bit that was named, and the trace names it', () => {
    const { world, flash, powerOn } = flashBench();
    const storage = powerOn();
    storage.write('a', 0, filled(5000, 0));
    storage.sync('a');
    flash.flipBit('a', 4200, 3);
    const expected = filled(5000, 0);
    expected[4200] = 8;
    expect(readAll(storage)('a')).toEqual(expected);
    expect(flash.image().read('a')).toEqual(expected);
    expect(world.trace.records.at(-1)).toMatchObject({
      source: 'flash',
      kind: 'flip-bit',
      stimulus: true,
      file: 'a',
      offset: 4200,
      bit: 3,
    });
  });

  test('reach what is un-synced as well', () => {
    const { flash, powerOn } = flashBench();
    const storage = powerOn();
    storage.write('a', 0, filled(10, 0));
    flash.flipBit('a', 9, 0);
    expect(readAll(storage)('a')[9]).toBe(1);
    expect(flash.image().read('a').length).toBe(0);
  });

  test('fall anywhere in the files by chance', () => {
    const { flash, powerOn } = flashBench();
    const storage = powerOn();
    storage.write('a', 0, filled(3000, 0));
    storage.write('b', 0, filled(9000, 0));
    expect(flash.flipBits(50)).toBe(50);
    const ones = (bytes: Uint8Array) =>
      bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    const [inA, inB] = [ones(readAll(storage)('a')), ones(readAll(storage)('b'))];
    expect(inA + inB).toBe(50);
    expect(inA).toBeGreaterThan(0);
    expect(inB).toBeGreaterThan(inA);
  });

  test('stay pending where the flash is empty', () => {
    const { flash } = flashBench();
    expect(flash.flipBits(3)).toBe(0);
    expect(flash.pendingFaults).toEqual(['flip-bits']);
  });

  test('leave an image alone that was taken before', () => {
    const { flash } = flashBench({ image: FlashImage.of({ a: filled(100, 5) }) });
    const image = flash.image();
    flash.flipBit('a', 0, 7);
    expect(image.read('a')).toEqual(filled(100, 5));
  });
});

describe('the part', () => {
  test('answers closed once its life is over', () => {
    const { powerOn, powerOff } = flashBench();
    const storage = powerOn();
    powerOff();
    const closed: unknown = expect.objectContaining({ code: 'closed' });
    expect(() => storage.read('a', 0, filled(1, 0))).toThrow(closed);
    expect(() => storage.size('a')).toThrow(closed);
    expect(() => storage.list()).toThrow(closed);
    expect(() => storage.write('a', 0, filled(1, 0))).toThrow(closed);
    expect(() => storage.truncate('a', 1)).toThrow(closed);
    expect(() => storage.sync('a')).toThrow(closed);
  });

  test('is full at its capacity and not a byte before', () => {
    const { powerOn } = flashBench({ capacityBytes: 1000 });
    const storage = powerOn();
    storage.write('a', 0, filled(600, 1));
    storage.truncate('b', 400);
    const full: unknown = expect.objectContaining({ code: 'no-space' });
    expect(() => storage.truncate('b', 401)).toThrow(full);
    expect(() => storage.write('a', 600, filled(1, 1))).toThrow(full);
    storage.write('a', 599, filled(1, 1));
    storage.truncate('a', 599);
    storage.write('b', 400, filled(1, 1));
  });

  test('has the room again, and no more, that a cut took from what was un-synced', () => {
    const { powerOn, powerOff } = flashBench({ capacityBytes: 1000, unsynced: 'lose' });
    const before = powerOn();
    before.write('a', 0, filled(600, 1));
    before.sync('a');
    before.write('a', 600, filled(400, 1));
    powerOff();
    const after = powerOn();
    const full: unknown = expect.objectContaining({ code: 'no-space' });
    expect(() => after.truncate('b', 401)).toThrow(full);
    expect(() => after.truncate('b', 400)).not.toThrow();
  });

  test('takes an image and a reset only while the board is off', () => {
    const image = FlashImage.of({ a: filled(10, 1) });
    const { flash, powerOn, powerOff } = flashBench({ image });
    const storage = powerOn();
    expect(() => flash.load(image)).toThrow('switch it off first');
    storage.write('b', 0, filled(10, 2));
    storage.sync('b');
    flash.failWrites(1);
    powerOff();
    expect(flash.files).toEqual([
      { name: 'a', size: 10 },
      { name: 'b', size: 10 },
    ]);
    flash.reset();
    expect(flash.files).toEqual([{ name: 'a', size: 10 }]);
    expect(flash.operations).toBe(0);
    expect(flash.pendingFaults).toEqual([]);
    flash.load(FlashImage.of({ c: filled(1, 1) }));
    expect(powerOn().list()).toEqual(['c']);
  });

  const wrong = [
    { sectorSize: 256 },
    { sectorSize: 1000 },
    { tearSize: 100 },
    { capacityBytes: 5, image: FlashImage.of({ a: filled(6, 1) }) },
  ];
  test.each(wrong)('refuses to be built with %j', (options) => {
    expect(() => flashBench(options)).toThrow(expect.objectContaining({ name: 'UsageError' }));
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses a fault after %d operations', (count) => {
    const { flash } = flashBench();
    expect(() => flash.cutPowerAfterWrites(count)).toThrow('count');
    expect(() => flash.failWrites(count)).toThrow('count');
    expect(() => flash.flipBits(count)).toThrow('count');
  });

  test('refuses to flip a bit that does not exist', () => {
    const { flash } = flashBench({ image: FlashImage.of({ a: filled(10, 1) }) });
    expect(() => flash.flipBit('a', 10, 0)).toThrow('10 bytes');
    expect(() => flash.flipBit('b', 0, 0)).toThrow('0 bytes');
    expect(() => flash.flipBit('a', 0, 8)).toThrow('0 to 7');
  });
});
