import { describe, expect, it } from 'vitest';
import { isPageSound, pageBytes, sealPage } from '#firmware/store/checksum';
import { StoreError } from '#firmware/store/store';
import { createRandom, type Random } from '#sim/kernel/random';
import { FlashImage } from '#sim/parts/flash-image';
import { contentOf, FlashRig, isFullProof, isPowerLoss, usedImage } from './rig.ts';

/** A store with a past: several pages of each kind, and free ones. */
const image = usedImage((store) => {
  store.transaction(() => {
    for (let id = 1; id < 40; id += 1) {
      store.run('INSERT INTO entry VALUES (?, ?, ?)', id, id, 'line '.repeat(60));
    }
  });
  store.run('INSERT INTO file VALUES (?, ?)', 'big', new Uint8Array(9_000).fill(7));
  store.run('INSERT INTO file VALUES (?, ?)', 'gone', new Uint8Array(20_000).fill(8));
  store.run("DELETE FROM file WHERE name = 'gone'");
});
const content = contentOf(new FlashRig(1, { image }).bootWell());
const fresh = contentOf(new FlashRig(1).bootWell());

type Verdict = 'same' | 'damaged' | 'lost' | 'newer-schema' | 'new' | `wrong: ${string}`;

/** What a board makes of an image; wrong is what must never be. */
function judge(candidate: FlashImage, allowed: readonly string[] = [content]): Verdict {
  const rig = new FlashRig(1, { image: candidate });
  const outcome = rig.boot();
  if (!outcome.ok) {
    return outcome.reason === 'unreadable' ? `wrong: ${outcome.detail}` : outcome.reason;
  }
  const { store } = outcome;
  try {
    const problem = store.checkIntegrity();
    if (problem !== undefined) return `wrong: ${problem}`;
    const found = contentOf(store);
    if (allowed.includes(found)) return 'same';
    return store.isNew && found === fresh ? 'new' : 'wrong: other content';
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'damaged') return 'damaged';
    throw error;
  } finally {
    store.close();
  }
}

/** The image with one file changed. */
function withFile(
  base: FlashImage,
  name: string,
  change: (bytes: Uint8Array) => Uint8Array | void,
): FlashImage {
  const files: Record<string, Uint8Array> = {};
  for (const each of base.files.keys()) files[each] = base.read(each);
  const bytes = files[name] ?? new Uint8Array(0);
  files[name] = change(bytes) ?? bytes;
  return FlashImage.of(files);
}

function flipBit(bytes: Uint8Array, offset: number, bit: number): void {
  bytes[offset] = (bytes[offset] as number) ^ (1 << bit);
}

describe('one flipped bit', () => {
  const names = [...image.files.keys()];

  it.each(names)(
    'anywhere in %s is harmless or reported, never wrong data',
    (name) => {
      const random = createRandom(name);
      const counts: Record<string, number> = {};
      const size = image.read(name).length;
      const step = isFullProof || size < 100 ? 1 : 37;
      for (let offset = random.integer(0, step - 1); offset < size; offset += step) {
        const flipped = withFile(image, name, (bytes) =>
          flipBit(bytes, offset, random.integer(0, 7)),
        );
        const verdict = judge(flipped);
        counts[verdict] = (counts[verdict] ?? 0) + 1;
      }
      const verdicts = Object.keys(counts).sort();
      expect(['same', 'damaged']).toEqual(expect.arrayContaining(verdicts));
      if (name === 'store.db') expect(verdicts).toContain('damaged');
      else expect(verdicts).toEqual(['same']);
    },
    600_000,
  );

  it('under the feet of a running store is reported, or was read before', () => {
    const random = createRandom('running');
    const seen = new Set<string>();
    for (let round = 0; round < 200; round += 1) {
      const rig = new FlashRig(round, { image });
      const store = rig.bootWell();
      const { size } = rig.flash.files.find(({ name }) => name === 'store.db') ?? { size: 0 };
      rig.flash.flipBit('store.db', random.integer(0, size - 1), random.integer(0, 7));
      try {
        expect(contentOf(store)).toBe(content);
        seen.add('same');
      } catch (error) {
        expect(error).toMatchObject({ name: 'StoreError', reason: 'damaged' });
        seen.add('damaged');
      }
      store.close();
    }
    expect([...seen].sort()).toEqual(['damaged', 'same']);
  });
});

describe('one flipped bit after a power cut in the middle of a change', () => {
  /** Images as cuts leave them, from the first operation of a transaction to its last. */
  const change = (rig: FlashRig) => {
    const store = rig.bootWell();
    return () =>
      store.transaction(() => {
        store.run("UPDATE entry SET text = upper(text) || 'much longer than it was'");
        store.run('DELETE FROM file');
      });
  };
  const whole = new FlashRig(1, { image });
  change(whole)();
  const operations = whole.flash.operations;
  const after = contentOf(whole.bootWell());

  it('in the journal or the database is harmless or reported, never half a change', () => {
    const random = createRandom('hot');
    const counts: Record<string, number> = {};
    const flips = isFullProof ? 2_000 : 40;
    for (let cutAt = 1; cutAt <= operations; cutAt += 1) {
      const rig = new FlashRig(cutAt, { image, unsynced: cutAt % 2 === 0 ? 'keep' : 'random' });
      const work = change(rig);
      rig.flash.cutPowerAfterWrites(cutAt);
      try {
        work();
      } catch (error) {
        if (!isPowerLoss(error)) throw error;
      }
      rig.cutPower();
      for (let flip = 0; flip < flips; flip += 1) {
        const verdict = judge(flipSomewhere(rig.flash.image(), random), [content, after]);
        counts[verdict] = (counts[verdict] ?? 0) + 1;
      }
    }
    expect(Object.keys(counts).sort()).toEqual(['damaged', 'same']);
  }, 600_000);

  /** Half of the flips go into headers, where they would do the most. */
  function flipSomewhere(base: FlashImage, random: Random): FlashImage {
    const name = random.chance(0.7) ? 'store.db-journal' : 'store.db';
    return withFile(base, name, (bytes) => {
      const sector = 512 * random.integer(0, Math.floor(bytes.length / 512) - 1);
      const isHeader = random.chance(0.5);
      const start = isHeader ? (random.chance(0.8) ? 512 * random.integer(0, 1) : sector) : 0;
      const length = isHeader ? 48 : bytes.length;
      const place = Math.min(bytes.length - 1, start + random.integer(0, length - 1));
      flipBit(bytes, place, random.integer(0, 7));
    });
  }
});

describe('a corrupt image', () => {
  const database = 'store.db';
  const damage: readonly [string, (random: Random) => FlashImage, readonly Verdict[]][] = [
    [
      'of random bytes in the database',
      (random) => withFile(image, database, (bytes) => random.bytes(bytes.length)),
      ['damaged'],
    ],
    [
      'with some of the database overwritten',
      (random) =>
        withFile(image, database, (bytes) => {
          const start = random.integer(0, bytes.length - 600);
          bytes.set(random.bytes(random.integer(1, 600)), start);
        }),
      ['damaged', 'same'],
    ],
    [
      'with a sector of zeros',
      (random) =>
        withFile(image, database, (bytes) => {
          const start = 512 * random.integer(0, bytes.length / 512 - 1);
          bytes.fill(0, start, start + 512);
        }),
      ['damaged', 'same'],
    ],
    [
      'with a page of zeros',
      (random) =>
        withFile(image, database, (bytes) => {
          const start = pageBytes * random.integer(0, bytes.length / pageBytes - 1);
          bytes.fill(0, start, start + pageBytes);
        }),
      ['damaged', 'same'],
    ],
    [
      'with two pages swapped',
      (random) =>
        withFile(image, database, (bytes) => {
          const first = pageBytes * random.integer(0, 4);
          const second = pageBytes * random.integer(5, 9);
          const kept = bytes.slice(first, first + pageBytes);
          bytes.copyWithin(first, second, second + pageBytes);
          bytes.set(kept, second);
        }),
      ['damaged', 'same'],
    ],
    [
      'cut short',
      (random) =>
        withFile(image, database, (bytes) => bytes.slice(0, random.integer(1, bytes.length - 1))),
      ['damaged'],
    ],
    [
      'that grew by garbage',
      (random) =>
        withFile(image, database, (bytes) =>
          Uint8Array.from([...bytes, ...random.bytes(random.integer(1, 9_000))]),
        ),
      ['damaged'],
    ],
    ['without its database', () => withFile(image, database, () => new Uint8Array(0)), ['lost']],
    [
      'of random bytes in the journal',
      (random) =>
        withFile(image, 'store.db-journal', () => random.bytes(random.integer(1, 20_000))),
      ['same'],
    ],
    [
      'with database and journal swapped',
      () =>
        withFile(
          withFile(image, database, () => image.read('store.db-journal')),
          'store.db-journal',
          () => image.read(database),
        ),
      ['damaged'],
    ],
    [
      'with the boot environment gone: the store is sound and is kept',
      () =>
        withFile(
          withFile(image, 'boot-a.env', () => new Uint8Array(0)),
          'boot-b.env',
          () => new Uint8Array(0),
        ),
      ['same'],
    ],
    [
      'with garbage for a boot environment, and no database',
      (random) => FlashImage.of({ 'boot-a.env': random.bytes(24), 'boot-b.env': random.bytes(24) }),
      ['lost'],
    ],
    [
      'of garbage in every file',
      (random) =>
        FlashImage.of(
          Object.fromEntries(
            [...image.files.keys()].map((name) => [name, random.bytes(random.integer(1, 50_000))]),
          ),
        ),
      ['damaged'],
    ],
    [
      'of garbage in the database and no boot environment',
      (random) => FlashImage.of({ [database]: random.bytes(random.integer(1, 50_000)) }),
      ['damaged'],
    ],
  ];

  it.each(damage)(
    '%s has a clear outcome',
    (title, make, allowed) => {
      const random = createRandom(title);
      const rounds = isFullProof ? 2_000 : 60;
      for (let round = 0; round < rounds; round += 1) {
        const verdict = judge(make(random));
        expect(allowed, `round ${round}`).toContain(verdict);
      }
    },
    600_000,
  );

  it('whose checksum was made to match is caught by the same judge (canary)', () => {
    const forged = withFile(image, database, (bytes) => {
      const place = Buffer.from(bytes).indexOf('dhcp');
      bytes[place] = 'D'.charCodeAt(0);
      const page = Math.floor(place / pageBytes);
      const words = new Int32Array(bytes.buffer, bytes.byteOffset + page * pageBytes, 1024);
      sealPage(words, page + 1);
      expect(isPageSound(words, page + 1)).toBe(true);
    });
    expect(judge(forged)).toBe('wrong: other content');
  });
});
