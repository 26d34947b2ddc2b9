import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  openStore,
  type SqlValue,
  StatementError,
  type Store,
  StoreError,
} from '#firmware/store/store';
import type { FlashImage } from '#sim/parts/flash-image';
import { FlashSpy } from './flash-spy.ts';
import { contentOf, FlashRig, testMigrations, usedImage } from './rig.ts';

setFlagsFromString('--expose-gc');
/** What is held is told from what lies about only after this. */
const collectGarbage = runInNewContext('gc') as () => void;

describe('a store', () => {
  it('is made on a blank flash, with its schema, and says that it is new', () => {
    const store = new FlashRig(1).bootWell();
    expect(store.isNew).toBe(true);
    expect(store.schemaVersion).toBe(1);
    expect(store.row('SELECT value FROM setting WHERE key = ?', 'network.mode')).toEqual({
      value: 'dhcp',
    });
    expect(store.checkIntegrity()).toBeUndefined();
  });

  it('keeps what was written when the power goes right after', () => {
    const rig = new FlashRig(2, { unsynced: 'lose' });
    const store = rig.bootWell();
    expect(store.run('UPDATE setting SET value = ?', 'static')).toBe(2);
    rig.cutPower();
    const again = rig.bootWell();
    expect(again.isNew).toBe(false);
    expect(again.rows('SELECT DISTINCT value FROM setting')).toEqual([{ value: 'static' }]);
  });

  it.each<[string, SqlValue, SqlValue?]>([
    ['a short text', 'admin'],
    ['an empty text', ''],
    ['a text with a NUL', 'a\0b'],
    ['a text beyond ASCII', 'Zürich 🗻'],
    ['a long text', 'ä'.repeat(40_000)],
    ['zero', 0],
    ['a negative integer', -1],
    ['an integer beyond 32 bits', Date.UTC(2026, 10, 1)],
    ['the largest safe integer', Number.MAX_SAFE_INTEGER],
    ['a bigint beyond it', 2n ** 62n],
    ['a small bigint, as a number', 7n, 7],
    ['a fraction', 0.1],
    ['null', null],
    ['bytes', Uint8Array.of(0, 1, 255)],
    ['no bytes', new Uint8Array(0)],
  ])('gives back %s as it was', (_, value, expected = value) => {
    const store = new FlashRig(3).bootWell();
    expect(store.row('SELECT ? AS value', value)).toEqual({ value: expected });
  });

  it('answers undefined for no row, and no rows', () => {
    const store = new FlashRig(4).bootWell();
    expect(store.row('SELECT * FROM entry')).toBeUndefined();
    expect(store.rows('SELECT * FROM entry')).toEqual([]);
  });

  it.each([
    ['a syntax error', 'SELEKT 1', []],
    ['a broken constraint', 'INSERT INTO setting VALUES (?, ?)', ['network.mode', 'x']],
    ['too few values', 'INSERT INTO setting VALUES (?, ?)', ['x']],
    ['no statement', ' -- nothing', []],
  ])('refuses %s as a bug of the caller', (_, sql, values) => {
    const store = new FlashRig(5).bootWell();
    expect(() => store.run(sql, ...values)).toThrow(StatementError);
    expect(store.row('SELECT 1 AS one')).toEqual({ one: 1 });
  });

  it('refuses work after it was closed, and a second close is no error', () => {
    const store = new FlashRig(6).bootWell();
    store.close();
    store.close();
    expect(() => store.row('SELECT 1')).toThrow('the store is closed');
  });
});

describe('a transaction', () => {
  it('rolls back as a whole when its work throws', () => {
    const store = new FlashRig(7).bootWell();
    const before = contentOf(store);
    const work = () => {
      store.run('DELETE FROM setting');
      throw new RangeError('changed my mind');
    };
    expect(() => store.transaction(work)).toThrow(RangeError);
    expect(contentOf(store)).toBe(before);
  });

  it('joins the one around it, and takes it along when it fails, even when caught', () => {
    const store = new FlashRig(8).bootWell();
    const before = contentOf(store);
    const outer = () => {
      store.run("INSERT INTO setting VALUES ('a', '1')");
      try {
        store.transaction(() => {
          throw new RangeError('inner');
        });
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    };
    expect(() => store.transaction(outer)).toThrow('inner');
    expect(contentOf(store)).toBe(before);
    store.transaction(() => store.transaction(() => store.run('DELETE FROM setting')));
    expect(store.rows('SELECT * FROM setting')).toEqual([]);
  });

  it('answers what its work answers', () => {
    const store = new FlashRig(9).bootWell();
    expect(store.transaction(() => 42)).toBe(42);
  });
});

describe('an error of the flash', () => {
  it('is reported with its cause and leaves the store as it was', () => {
    const rig = new FlashRig(10);
    const store = rig.bootWell();
    const before = contentOf(store);
    for (let count = 1; count <= 12; count += 1) {
      rig.flash.failWrites(count);
      let caught: unknown;
      try {
        store.run('UPDATE setting SET value = ?', `${count}`);
      } catch (error) {
        caught = error;
      }
      expect(caught).toMatchObject({ name: 'StoreError', reason: 'io', cause: { code: 'io' } });
      rig.flash.failWrites(1);
      expect(() => store.run('DELETE FROM setting')).toThrow(StoreError);
    }
    rig.flash.failWrites(1);
    expect(() => store.run('DELETE FROM setting')).toThrow(StoreError);
    expect(contentOf(store)).toBe(before);
    rig.cutPower();
    expect(contentOf(rig.bootWell())).toBe(before);
  });

  const insertion = "INSERT INTO entry (atMs, text) VALUES (1, 'x')";
  it.each<[string, (store: Store) => unknown]>([
    ['a statement', (store) => store.run(insertion)],
    ['a statement that answers a row', (store) => store.row(`${insertion} RETURNING id`)],
    ['a statement that answers rows', (store) => store.rows(`${insertion} RETURNING id`)],
    [
      'a statement that answers rows nobody wants',
      (store) => store.run(`INSERT INTO entry VALUES (1, 1, 'x'), (2, 2, 'y') RETURNING id`),
    ],
    ['a transaction', (store) => store.transaction(() => store.run(insertion))],
  ])('at any operation of %s is reported, and nothing of it is kept', (_, work) => {
    const image = usedImage();
    const before = contentOf(new FlashRig(16, { image }).bootWell());
    const all = operationsOf(image, (store) => work(store)).length;
    for (let failAt = 1; failAt <= all; failAt += 1) {
      const rig = new FlashRig(16, { image });
      const spy = new FlashSpy(rig.connect());
      const store = openWell(rig, spy);
      spy.failAt(failAt);
      expect(() => work(store), `operation ${failAt}`).toThrow(
        expect.objectContaining({ name: 'StoreError', reason: 'io' }),
      );
      // After the last one, which makes the commit durable, it is the flash that decides.
      if (failAt < all) expect(contentOf(store), `operation ${failAt}`).toBe(before);
      store.run("INSERT INTO setting VALUES ('goes', 'on')");
      store.close();
      rig.cutPower();
      expect(rig.bootWell().row("SELECT value FROM setting WHERE key = 'goes'")).toEqual({
        value: 'on',
      });
    }
    expect(all).toBeGreaterThan(15);
  });

  it('in a transaction dooms it: nothing of it is kept, whatever the caller goes on to do', () => {
    const rig = new FlashRig(11);
    const store = rig.bootWell();
    const before = contentOf(store);
    const bytes = new Uint8Array(400_000);
    const work = () => {
      rig.flash.failWrites(1);
      expect(() => store.run('INSERT INTO file VALUES (?, ?)', 'big', bytes)).toThrow(StoreError);
      expect(() => store.run("INSERT INTO setting VALUES ('a', '1')")).toThrow(StoreError);
    };
    expect(() => store.transaction(work)).toThrow(StoreError);
    expect(contentOf(store)).toBe(before);
    store.run("INSERT INTO setting VALUES ('a', '1')");
    expect(store.checkIntegrity()).toBeUndefined();
  });

  it('says no-space where the flash is full, and the store goes on', () => {
    const rig = new FlashRig(12, { capacityBytes: 160 * 1024 });
    const store = rig.bootWell();
    const before = contentOf(store);
    const bytes = new Uint8Array(200_000);
    const insert = () => store.run('INSERT INTO file VALUES (?, ?)', 'big', bytes);
    expect(insert).toThrow(expect.objectContaining({ reason: 'no-space' }));
    expect(contentOf(store)).toBe(before);
    store.run('UPDATE setting SET value = ?', 'still works');
    rig.cutPower();
    const again = rig.bootWell();
    expect(again.checkIntegrity()).toBeUndefined();
    expect(again.rows('SELECT DISTINCT value FROM setting')).toEqual([{ value: 'still works' }]);
  });

  it('on a restart of the board is power lost', () => {
    const rig = new FlashRig(13);
    const store = rig.bootWell();
    rig.cutPower();
    expect(() => store.run('DELETE FROM setting')).toThrow(
      expect.objectContaining({ reason: 'power-lost' }),
    );
    store.close();
  });
});

describe('the schema', () => {
  const second = { version: 2, sql: 'ALTER TABLE entry ADD COLUMN user TEXT;' };

  it('of an older store is brought up to date, keeping what is there', () => {
    const rig = new FlashRig(14, { image: usedImage() });
    const store = rig.bootWell([...testMigrations, second]);
    expect(store).toMatchObject({ schemaVersion: 2, isNew: false });
    expect(store.rows('SELECT key FROM setting')).toHaveLength(2);
    store.run("INSERT INTO entry (atMs, text, user) VALUES (1, 'x', 'admin')");
  });

  it('from the future is refused', () => {
    const rig = new FlashRig(15);
    rig.bootWell([...testMigrations, second]);
    rig.cutPower();
    expect(rig.boot()).toMatchObject({ ok: false, reason: 'newer-schema' });
    rig.cutPower();
    expect(rig.boot([...testMigrations, second])).toMatchObject({ ok: true });
  });
});

/** Opens the store of a flash that is spied on. */
function openWell(rig: FlashRig, spy: FlashSpy): Store {
  const outcome = openStore(spy, { random: rig.random, migrations: testMigrations });
  if (!outcome.ok) throw new Error(`boot refused: ${outcome.detail}`);
  return outcome.store;
}

/** What the last of these does to the flash. */
function operationsOf(image: FlashImage, ...works: readonly ((store: Store) => unknown)[]) {
  const rig = new FlashRig(16, { image });
  const spy = new FlashSpy(rig.connect());
  const store = openWell(rig, spy);
  for (const work of works) {
    spy.operations.length = 0;
    work(store);
  }
  const operations = [...spy.operations];
  store.close();
  return operations;
}

describe('the flash operations of a transaction', () => {
  const short = (store: Store) => store.run('UPDATE setting SET value = value || ?', '!');
  const long = (store: Store) =>
    store.transaction(() => {
      for (let id = 1; id < 30; id += 1) {
        store.run('INSERT OR REPLACE INTO entry VALUES (?, 1, ?)', id, 'long '.repeat(500));
      }
      store.run("UPDATE entry SET text = text || '!'");
    });

  it('are four syncs, and writes of what it changes', () => {
    const image = usedImage();
    const operations = operationsOf(image, short, short);
    expect(operations.map((operation) => operation.replace('store.db', 'db'))).toEqual([
      'write db-journal 512+512',
      'write db-journal 1024+4',
      'write db-journal 1028+4096',
      'write db-journal 5124+4',
      'sync db-journal',
      'write db-journal 0+44',
      'write db-journal 512+44',
      'sync db-journal',
      'write db 4096+4096',
      'sync db',
      'write db-journal 0+44',
      'write db-journal 512+44',
      'sync db-journal',
    ]);
  });

  it('are one write more after a long one, whose copy of a header goes', () => {
    const image = usedImage();
    const usual = operationsOf(image, short, short);
    const afterLong = operationsOf(image, short, long, short);
    expect(afterLong).toContain('write store.db-journal 64+44');
    expect(afterLong.filter((operation) => operation !== 'write store.db-journal 64+44')).toEqual(
      usual,
    );
    expect(operationsOf(image, short, long, short, short)).toEqual(usual);
  });
});

describe('many stores in one process', () => {
  it('do not see each other, and draw the same randomness as each would alone', () => {
    const alone = new FlashRig(16);
    const first = new FlashRig(16);
    const other = new FlashRig(17);
    const insert = "INSERT INTO entry (atMs, text) VALUES (random() & 0xffff, 'x')";
    const storeAlone = alone.bootWell();
    for (let count = 0; count < 5; count += 1) storeAlone.run(insert);
    const store = first.bootWell();
    const otherStore = other.bootWell();
    for (let count = 0; count < 5; count += 1) {
      otherStore.run(insert);
      store.run(insert);
      otherStore.run(insert);
    }
    expect(contentOf(store)).toBe(contentOf(storeAlone));
    expect(contentOf(otherStore)).not.toBe(contentOf(store));
  });

  it('give their memory back', () => {
    const image = usedImage();
    const open = () => {
      const rigs = Array.from({ length: 100 }, () => new FlashRig(18, { image }));
      const stores = rigs.map((rig) => rig.bootWell());
      for (const store of stores) store.run("UPDATE setting SET value = 'x'");
      for (const store of stores) store.close();
    };
    const heldAfterOpening = () => {
      open();
      collectGarbage();
      return process.memoryUsage().external;
    };
    const before = heldAfterOpening();
    for (let round = 0; round < 4; round += 1) heldAfterOpening();
    expect(heldAfterOpening() - before).toBeLessThan(2e6);
  });
});
