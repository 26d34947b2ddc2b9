import { describe, expect, it } from 'vitest';
import { markCreated, markErasing, readBootEnvironment } from '#firmware/store/boot-environment';
import { eraseStore } from '#firmware/store/store';
import { FlashImage } from '#sim/parts/flash-image';
import { contentOf, FlashRig, usedImage } from './rig.ts';

describe('the boot environment', () => {
  it('survives a cut at any operation, however the flash tears', () => {
    const image = usedImage();
    for (let seed = 0; seed < 100; seed += 1) {
      for (let cutAt = 1; cutAt <= 4; cutAt += 1) {
        const rig = new FlashRig(seed, { unsynced: 'garble', image });
        const storage = rig.connect();
        rig.flash.cutPowerAfterWrites(cutAt);
        expect(() => markCreated(storage, readBootEnvironment(storage).current)).toThrow(
          expect.objectContaining({ code: 'power-lost' }),
        );
        const { current } = readBootEnvironment(rig.connect());
        expect(current).toMatchObject({ life: 'created' });
      }
    }
  });

  it('with one bad slot is made whole again at the next boot', () => {
    const image = usedImage();
    for (const name of ['boot-a.env', 'boot-b.env']) {
      const rig = new FlashRig(1, { image });
      rig.flash.flipBit(name, 9, 3);
      expect(readBootEnvironment(rig.connect()).isRedundant).toBe(false);
      rig.bootWell();
      expect(readBootEnvironment(rig.connect())).toMatchObject({
        current: { life: 'created' },
        isRedundant: true,
      });
    }
  });

  it('of a later format is left to the firmware that wrote it', () => {
    const record = Buffer.from('4e4245310000000200000001000000090000000000000000', 'hex');
    record.writeUInt32BE(crc32Of(record.subarray(0, 20)), 20);
    const image = FlashImage.of({ 'boot-a.env': record, 'boot-b.env': record });
    expect(new FlashRig(1, { image }).boot()).toMatchObject({ reason: 'newer-schema' });
  });
});

describe('erasing a store', () => {
  const image = usedImage((store) => store.run("UPDATE setting SET value = 'mine'"));

  it('makes way for a new one, also where the old one is damaged or lost', () => {
    const fresh = contentOf(new FlashRig(1).bootWell());
    for (const spoil of [
      () => undefined,
      (rig: FlashRig) => rig.flash.flipBit('store.db', 5_000, 1),
      (rig: FlashRig) => rig.connect().truncate('store.db', 0),
    ]) {
      const rig = new FlashRig(1, { image, unsynced: 'keep' });
      spoil(rig);
      eraseStore(rig.connect());
      const store = rig.bootWell();
      expect(store.isNew).toBe(true);
      expect(contentOf(store)).toBe(fresh);
    }
  });

  it('cut at any operation leaves the old store or makes a new one', () => {
    const old = contentOf(new FlashRig(1, { image }).bootWell());
    const fresh = contentOf(new FlashRig(1).bootWell());
    const contents = new Set<string>();
    for (let seed = 0; seed < 20; seed += 1) {
      for (let cutAt = 1; cutAt <= 8; cutAt += 1) {
        const rig = new FlashRig(seed, { image });
        const storage = rig.connect();
        rig.flash.cutPowerAfterWrites(cutAt);
        expect(() => eraseStore(storage)).toThrow();
        const content = contentOf(rig.bootWell());
        expect([old, fresh]).toContain(content);
        contents.add(content);
      }
    }
    expect(contents.size).toBe(2);
  });

  it('is remembered in both slots', () => {
    const rig = new FlashRig(1, { image });
    markErasing(rig.connect());
    expect(readBootEnvironment(rig.connect())).toMatchObject({
      current: { life: 'creating' },
      isRedundant: true,
    });
  });
});

/** By the book (ISO 3309), so that an error in the firmware's own shows. */
function crc32Of(bytes: Uint8Array): number {
  let remainder = 0xffffffffn;
  for (const byte of bytes) {
    remainder ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) {
      remainder = remainder & 1n ? (remainder >> 1n) ^ 0xedb88320n : remainder >> 1n;
    }
  }
  return Number(remainder ^ 0xffffffffn);
}
