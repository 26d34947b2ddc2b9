import { describe, expect, it } from 'vitest';
import { openStore, type Store, StoreError } from '#firmware/store/store';
import type { UnsyncedFate } from '#sim/parts/flash-unsynced';
import type { FlashImage } from '#sim/parts/flash-image';
import { FlashSpy } from './flash-spy.ts';
import { contentOf, FlashRig, isFullProof, isPowerLoss, testMigrations, usedImage } from './rig.ts';

/** More pages than the cache holds: the journal gets several parts, each with its header. */
const long = (store: Store, text: string) =>
  store.transaction(() => {
    for (let id = 1; id < 30; id += 1) {
      store.run('INSERT OR REPLACE INTO entry VALUES (?, ?, ?)', id, id, text.repeat(500));
    }
    store.run('UPDATE entry SET text = text || ?, atMs = atMs + 1', '!');
  });
const short = (store: Store, text: string) => store.run('UPDATE setting SET value = ?', text);

const fates = ['random', 'keep', 'lose', 'tear', 'garble'] as const;
const seeds = isFullProof ? 20 : 1;

/** Boots and answers the content, or why the boot was refused. */
function contentAfterBoot(rig: FlashRig): string {
  const outcome = rig.boot();
  if (!outcome.ok) return `${outcome.reason}: ${outcome.detail}`;
  const { store } = outcome;
  try {
    return store.checkIntegrity() ?? contentOf(store);
  } finally {
    store.close();
  }
}

function untilCut(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isPowerLoss(error)) throw error;
  }
}

describe('a journal that an earlier life wrote with the same randomness', () => {
  /** Two lives that draw the same: the first leaves a journal of several parts. */
  const twice = (chance: number, image: FlashImage) => {
    const first = new FlashRig(chance, { image });
    const store = first.bootWell();
    long(store, 'long ');
    store.close();
    first.cutPower();
    return first.flash.image();
  };

  it.each(fates)(
    'is never taken for the present one, un-synced writes: %s',
    (unsynced) => {
      const base = usedImage((store) => long(store, 'old '));
      const problems: string[] = [];
      for (let seed = 1; seed <= seeds; seed += 1) {
        const image = twice(seed, base);
        for (const work of [short, long]) {
          const whole = new FlashRig(seed, { image });
          const store = whole.bootWell();
          const before = contentOf(store);
          work(store, 'new ');
          const allowed = [before, contentOf(store)];
          store.close();
          for (let cutAt = 1; cutAt <= whole.flash.operations; cutAt += 1) {
            const rig = new FlashRig(seed, { image, unsynced });
            const cut = rig.bootWell();
            rig.flash.cutPowerAfterWrites(cutAt);
            untilCut(() => work(cut, 'new '));
            cut.close();
            const found = contentAfterBoot(rig);
            if (!allowed.includes(found)) problems.push(`seed ${seed}, cut ${cutAt}: ${found}`);
          }
        }
      }
      expect(problems.map((problem) => problem.slice(0, 100))).toEqual([]);
    },
    600_000,
  );
});

describe('a commit that was cut short', () => {
  it.each<UnsyncedFate>(['random', 'tear', 'garble'])(
    'does not come back in a later cut, un-synced writes: %s',
    (unsynced) => {
      const image = usedImage();
      const counter = new FlashRig(1, { image });
      const counted = counter.bootWell();
      short(counted, 'first');
      const { operations } = counter.flash;
      counted.close();
      const problems: string[] = [];
      for (let seed = 1; seed <= 30 * seeds; seed += 1) {
        // The last operations: the commit itself.
        for (let cutAt = operations - 4; cutAt <= operations; cutAt += 1) {
          for (let again = 1; again <= operations; again += 1) {
            const rig = new FlashRig(seed, { image, unsynced });
            const store = rig.bootWell();
            rig.flash.cutPowerAfterWrites(cutAt);
            untilCut(() => short(store, 'first'));
            store.close();
            const second = rig.bootWell();
            const before = contentOf(second);
            rig.flash.cutPowerAfterWrites(again);
            untilCut(() => short(second, 'second'));
            second.close();
            const found = contentAfterBoot(rig);
            const isGood = found === before || found.includes('second');
            if (!isGood) problems.push(`seed ${seed}, cuts ${cutAt}, ${again}: ${found}`);
          }
        }
      }
      expect(problems.map((problem) => problem.slice(0, 100))).toEqual([]);
    },
    600_000,
  );
});

it('a commit that was cut short, and seen at a boot, is not undone by one flipped bit', () => {
  const image = usedImage();
  const problems: string[] = [];
  let seen = 0;
  for (let seed = 1; seed <= 40 * seeds; seed += 1) {
    const rig = new FlashRig(seed, { image });
    const store = rig.bootWell();
    // The sync that ends the commit.
    rig.flash.cutPowerAfterWrites(17);
    untilCut(() => short(store, 'first'));
    store.close();
    const atBoot = contentAfterBoot(rig);
    seen += Number(atBoot.includes('first'));
    rig.cutPower();
    const booted = rig.flash.image();
    for (let place = 0; place < 44; place += 1) {
      const rotten = new FlashRig(seed, { image: booted });
      rotten.flash.flipBit('store.db-journal', rig.flash.sectorSize + place, place % 8);
      const found = contentAfterBoot(rotten);
      if (found !== atBoot) problems.push(`seed ${seed}, byte ${place}: ${found}`);
    }
  }
  expect(problems.map((problem) => problem.slice(0, 100))).toEqual([]);
  expect(seen).toBeGreaterThan(5);
});

it('a commit that was cut short is not half undone by one flipped bit', () => {
  const image = usedImage();
  const insert = (store: Store) => store.run("INSERT INTO entry (atMs, text) VALUES (1, 'x')");
  const whole = new FlashRig(1, { image });
  const store = whole.bootWell();
  const before = contentOf(store);
  insert(store);
  const allowed = [before, contentOf(store)];
  store.close();
  const { operations, sectorSize } = whole.flash;
  const problems: string[] = [];
  let cuts = 0;
  for (let seed = 1; seed <= 8 * seeds; seed += 1) {
    // The last three: the end in the copy, in the header, and its sync.
    for (let cutAt = operations - 2; cutAt <= operations; cutAt += 1) {
      const rig = new FlashRig(seed, { image });
      const cut = rig.bootWell();
      rig.flash.cutPowerAfterWrites(cutAt);
      untilCut(() => insert(cut));
      cut.close();
      cuts += 1;
      // Of the 44 bytes of a header, those that SQLite goes by.
      for (let bit = 0; bit < 28 * 8; bit += 1) {
        const rotten = new FlashRig(seed, { image: rig.flash.image() });
        rotten.flash.flipBit('store.db-journal', sectorSize + (bit >> 3), bit & 7);
        const found = contentAfterBoot(rotten);
        const isGood = allowed.includes(found) || found.startsWith('damaged');
        if (!isGood) problems.push(`seed ${seed}, cut ${cutAt}, bit ${bit}: ${found}`);
      }
    }
  }
  expect(problems.map((problem) => problem.slice(0, 100))).toEqual([]);
  expect(cuts).toBe(24 * seeds);
});

describe('a commit that the flash refused', () => {
  it('leaves what a later cut can be recovered to', () => {
    const image = usedImage();
    const atFirst = contentAfterBoot(new FlashRig(1, { image }));
    const problems: string[] = [];
    let refused = 0;
    for (let failAt = 1; failAt <= 21; failAt += 1) {
      for (const count of [1, 2, 3]) {
        for (let cutAt = 1; cutAt <= 12; cutAt += 1) {
          for (let seed = 1; seed <= 4 * seeds; seed += 1) {
            const rig = new FlashRig(seed, { image });
            const spy = new FlashSpy(rig.connect());
            const outcome = openStore(spy, { random: rig.random, migrations: testMigrations });
            if (!outcome.ok) throw new Error(outcome.detail);
            const { store } = outcome;
            spy.failAt(failAt, count);
            try {
              short(store, 'first');
            } catch (error) {
              expect(error).toBeInstanceOf(StoreError);
              refused += 1;
            }
            spy.failAt(0, 0);
            const before = contentOf(store);
            rig.flash.cutPowerAfterWrites(cutAt);
            untilCut(() => short(store, 'second'));
            store.close();
            const found = contentAfterBoot(rig);
            const isKnown = found === before || found === atFirst || found.includes('second');
            if (isKnown) continue;
            problems.push(`${count} failed from ${failAt}, cut ${cutAt}, seed ${seed}: ${found}`);
          }
        }
      }
    }
    expect(problems.map((problem) => problem.slice(0, 100))).toEqual([]);
    expect(refused).toBeGreaterThan(100);
  }, 600_000);
});
