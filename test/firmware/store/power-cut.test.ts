import { describe, expect, it } from 'vitest';
import { openStore, type Store } from '#firmware/store/store';
import { createRandom } from '#sim/kernel/random';
import type { FlashOptions } from '#sim/parts/flash';
import type { FlashImage } from '#sim/parts/flash-image';
import { contentOf, FlashRig, isFullProof, isPowerLoss, testMigrations, usedImage } from './rig.ts';

/** Transactions one after another; each is durable when the next begins. */
const mix: readonly ((store: Store) => void)[] = [
  (store) => store.run('UPDATE setting SET value = ?', 'static'),
  (store) => store.run('INSERT INTO entry (atMs, text) VALUES (?, ?)', 5, 'a line'),
  (store) =>
    store.transaction(() => {
      // More pages than the cache holds: the journal gets several parts, and pages spill.
      for (let id = 100; id < 130; id += 1) {
        store.run('INSERT INTO entry VALUES (?, ?, ?)', id, id * 7, 'long '.repeat(500));
      }
      store.run('UPDATE entry SET text = text || ?, atMs = atMs + 1', '!');
    }),
  (store) => store.run('UPDATE entry SET text = upper(text), atMs = 1000 - atMs'),
  (store) =>
    store.transaction(() => {
      store.run('DELETE FROM entry WHERE id % 2 = 0');
      store.run('INSERT INTO file VALUES (?, ?)', 'blob', new Uint8Array(9_000).fill(0xa5));
    }),
  (store) => store.run('DELETE FROM entry'),
  (store) =>
    store.transaction(() => {
      for (let id = 1; id < 20; id += 1) {
        store.run('INSERT INTO entry VALUES (?, ?, ?)', id, id, 'reuses free pages '.repeat(99));
      }
    }),
];

interface Plan {
  readonly image: FlashImage;
  readonly work: readonly ((store: Store) => void)[];
  /** Contents before the first, and after each transaction. */
  readonly contents: readonly string[];
  /** Operations from power-on to the end of the work. */
  readonly operations: number;
}

function plan(image: FlashImage, options: FlashOptions): Plan {
  using rig = new FlashRig(1, { ...options, image });
  const store = rig.bootWell();
  const contents = [contentOf(store)];
  for (const work of mix) {
    work(store);
    contents.push(contentOf(store));
  }
  return { image, work: mix, contents, operations: rig.flash.operations };
}

/**
 * Cuts the power at operation `cutAt`; then boots, with `secondCut` at that operation of the boot.
 */
function cutAndBoot(
  { image, work, contents }: Plan,
  options: FlashOptions & { cutAt: number; seed: number; secondCut?: number; lies?: boolean },
): string | undefined {
  const { cutAt, seed, secondCut, lies = false, ...flashOptions } = options;
  using rig = new FlashRig(seed, { ...flashOptions, image });
  const store = rig.bootWell();
  if (lies) rig.flash.lieAboutSync(true);
  rig.flash.cutPowerAfterWrites(cutAt);
  let acknowledged = 0;
  try {
    for (const step of work) {
      step(store);
      acknowledged += 1;
    }
  } catch (error) {
    if (!isPowerLoss(error)) throw error;
  }
  rig.cutPower();
  store.close();
  if (secondCut !== undefined) {
    rig.flash.cutPowerAfterWrites(secondCut);
    const outcome = rig.boot();
    if (outcome.ok) outcome.store.close();
    else if (outcome.reason !== 'unreadable') return `second boot: ${outcome.detail}`;
    rig.cutPower();
  }
  let outcome = rig.boot();
  // Where the second boot needed fewer operations, the second cut comes now.
  if (!outcome.ok && outcome.reason === 'unreadable') outcome = rig.boot();
  if (!outcome.ok) return `${outcome.reason}: ${outcome.detail}`;
  const again = outcome.store;
  try {
    const problem = again.checkIntegrity();
    if (problem !== undefined) return problem;
    const content = contentOf(again);
    const allowed = contents.slice(acknowledged, acknowledged + 2);
    return allowed.includes(content) ? undefined : `content after ${acknowledged} commits is wrong`;
  } finally {
    again.close();
  }
}

const fates = ['random', 'keep', 'lose', 'tear', 'garble'] as const;
const seeds = isFullProof ? 20 : 1;
/** Without the full proof, all operations are cut with the fate that mixes the others alone. */
const stepOf = (unsynced: (typeof fates)[number], sectorSize: number) =>
  isFullProof || (unsynced === 'random' && sectorSize <= 4096) ? 1 : 5;

describe.each([512, 4096, 8192])('with sectors of %i bytes', (sectorSize) => {
  const image = usedImage((store) => store.run("INSERT INTO entry VALUES (1, 2, 'x')"), {
    sectorSize,
  });
  const thePlan = plan(image, { sectorSize });

  it.each(fates)(
    'a cut at any operation, un-synced writes: %s, leaves the state before or after',
    (unsynced) => {
      const problems: string[] = [];
      for (let seed = 1; seed <= seeds; seed += 1) {
        const step = stepOf(unsynced, sectorSize);
        for (let cutAt = 1; cutAt <= thePlan.operations; cutAt += step) {
          const problem = cutAndBoot(thePlan, { sectorSize, unsynced, cutAt, seed });
          if (problem !== undefined) problems.push(`seed ${seed}, cut ${cutAt}: ${problem}`);
        }
      }
      expect(problems).toEqual([]);
      expect(thePlan.operations).toBeGreaterThan(400);
    },
    600_000,
  );

  it('a second cut at any operation of the recovery does no harm', () => {
    const random = createRandom('second cut');
    const problems: string[] = [];
    const rounds = isFullProof ? 5_000 : 120;
    for (let round = 0; round < rounds; round += 1) {
      const cutAt = random.integer(1, thePlan.operations);
      const secondCut = 1 + (round % 25);
      const options = { sectorSize, unsynced: 'random' as const, cutAt, secondCut, seed: round };
      const problem = cutAndBoot(thePlan, options);
      if (problem !== undefined) problems.push(`cuts ${cutAt} and ${secondCut}: ${problem}`);
    }
    expect(problems).toEqual([]);
  }, 600_000);

  it('a flash that lies about sync is caught by the same cuts', () => {
    let caught = 0;
    for (let cutAt = 1; cutAt <= thePlan.operations; cutAt += isFullProof ? 1 : 9) {
      const options = { sectorSize, unsynced: 'random' as const, cutAt, seed: 1, lies: true };
      if (cutAndBoot(thePlan, options) !== undefined) caught += 1;
    }
    expect(caught).toBeGreaterThan(10);
  }, 600_000);
});

it('sectors larger than the flash says are caught by the same cuts', () => {
  const image = usedImage();
  const thePlan = plan(image, {});
  let caught = 0;
  const options = { sectorSize: 512, tearSize: 16_384, unsynced: 'garble' as const, seed: 1 };
  for (let cutAt = 1; cutAt <= thePlan.operations; cutAt += 3) {
    if (cutAndBoot(thePlan, { ...options, cutAt }) !== undefined) caught += 1;
  }
  expect(caught).toBeGreaterThan(0);
}, 600_000);

describe.each([512, 4096])(
  'the first making of a store, with sectors of %i bytes',
  (sectorSize) => {
    it.each(fates)('cut at any operation, un-synced writes: %s, is made good', (unsynced) => {
      using blank = new FlashRig(1, { sectorSize });
      const fresh = contentOf(blank.bootWell());
      const { operations } = blank.flash;
      for (let seed = 1; seed <= 4 * seeds; seed += 1) {
        for (let cutAt = 1; cutAt <= operations; cutAt += 1) {
          using rig = new FlashRig(seed, { sectorSize, unsynced });
          rig.flash.cutPowerAfterWrites(cutAt);
          expect(rig.boot()).toMatchObject({ ok: false, reason: 'unreadable' });
          rig.flash.cutPowerAfterWrites(1 + (cutAt % 7));
          rig.boot();
          const store = rig.bootWell();
          expect(contentOf(store)).toBe(fresh);
          expect(store.checkIntegrity()).toBeUndefined();
          store.close();
        }
      }
      expect(operations).toBeGreaterThan(15);
    });

    it('that was complete is never made again', () => {
      using rig = new FlashRig(1, { sectorSize });
      rig.bootWell().run("UPDATE setting SET value = 'mine'");
      const store = rig.bootWell();
      expect(store.isNew).toBe(false);
      const random = { bytes: (count: number) => new Uint8Array(count) };
      const storage = rig.connect();
      storage.truncate('store.db', 0);
      expect(openStore(storage, { random, migrations: testMigrations })).toMatchObject({
        reason: 'lost',
      });
    });
  },
);
