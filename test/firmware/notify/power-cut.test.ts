import { describe, expect, it } from 'vitest';
import { StoreError } from '#firmware/store/store';
import type { BoardOptions } from '#sim/board';
import type { FlashImage } from '#sim/parts/flash-image';
import { MailRig } from './mail-rig.ts';

type Flash = NonNullable<BoardOptions['flash']>;

const flashes: readonly Flash[] = [
  { unsynced: 'random', sectorSize: 512 },
  { unsynced: 'tear', sectorSize: 512, tearSize: 128 },
  { unsynced: 'lose', sectorSize: 4096 },
  { unsynced: 'keep', sectorSize: 4096 },
];

const second = 1_000;
const dayAndMore = 25 * 60 * 60 * second;

/** A flash with an account on it. */
function scene(flash: Flash): FlashImage {
  const rig = new MailRig({ flash }).withAccount();
  rig.board.powerOff();
  return rig.board.flash.image();
}

/** Queues a mail and a setting that goes with it; false where the power failed in it. */
function queue(rig: MailRig): boolean {
  const { store, settings } = rig.services;
  try {
    store.transaction(() => {
      settings.set('network.hostName', 'attic');
      rig.enqueue();
    });
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'power-lost') return false;
    throw error;
  }
}

describe('a power cut while a mail is queued', () => {
  it.each(flashes)('leaves both it and what it belongs to, or neither, on %j', async (flash) => {
    const image = scene(flash);
    const seen = new Set<number>();
    for (let cutAt = 1, isCut = true; isCut; cutAt += 1) {
      using rig = new MailRig({ flash: { ...flash, image } });
      rig.board.flash.cutPowerAfterWrites(cutAt);
      const isDone = queue(rig);
      isCut = !isDone;
      rig.bootWell();
      const { settings, outbox, store } = rig.services;
      expect(store.checkIntegrity()).toBeUndefined();
      const queued = outbox.waiting().length;
      expect(settings.get('network.hostName')).toBe(queued === 1 ? 'attic' : '');
      if (isDone) expect(queued, `cut ${cutAt}`).toBe(1);
      await rig.pass(2 * second);
      expect(rig.taken).toHaveLength(queued);
      seen.add(queued);
    }
    expect(seen).toEqual(new Set([0, 1]));
  });
});

describe('a power cut while a mail is handed in', () => {
  it.each(flashes)('sends it at least once and at most twice, on %j', async (flash) => {
    const image = scene(flash);
    const seen = new Set<number>();
    for (let cutAt = 1, isCut = true; isCut; cutAt += 1) {
      using rig = new MailRig({ flash: { ...flash, image } });
      queue(rig);
      rig.board.flash.cutPowerAfterWrites(cutAt);
      await rig.pass(2 * second);
      isCut = !rig.board.isPowered;
      rig.bootWell();
      await rig.pass(dayAndMore);
      const { length } = rig.taken;
      expect(length, `cut ${cutAt}`).toBeGreaterThanOrEqual(1);
      expect(length, `cut ${cutAt}`).toBeLessThanOrEqual(2);
      expect(rig.services.outbox.waiting()).toEqual([]);
      seen.add(length);
    }
    // Sent twice where the power failed between the server's answer and the note of it.
    expect(seen).toEqual(new Set([1, 2]));
  });

  it('sends it once where the power fails before the server has it', async () => {
    const rig = new MailRig().withAccount();
    rig.mailServer.slow(5_000_000);
    rig.enqueue();
    await rig.pass(second);
    rig.bootWell();
    await rig.pass(dayAndMore);
    expect(rig.taken).toEqual(['Hello']);
  });
});
