import { describe, expect, it } from 'vitest';
import { newServices, ServicesRig } from '../services-rig.ts';

const sql = 'INSERT INTO settings VALUES (?, ?)';

/** A store and what was heard of it. */
function watched() {
  const { store } = newServices();
  const heard: string[] = [];
  store.onRollback(() => heard.push('rolled back'));
  return { store, heard };
}

describe('work for after the commit', () => {
  it('is done at once outside of a transaction', () => {
    const { store, heard } = watched();
    store.afterCommit(() => heard.push('done'));
    expect(heard).toEqual(['done']);
  });

  it('waits for the outermost transaction, and is done in order', () => {
    const { store, heard } = watched();
    store.transaction(() => {
      store.transaction(() => {
        store.afterCommit(() => heard.push('first'));
        store.run(sql, 'key', '1');
      });
      store.afterCommit(() => heard.push('second'));
      expect(heard).toEqual([]);
    });
    expect(heard).toEqual(['first', 'second']);
  });

  it('can use the store, in transactions of its own', () => {
    const { store, heard } = watched();
    store.transaction(() => {
      store.afterCommit(() => store.transaction(() => store.run(sql, 'key', '1')));
    });
    expect(store.rows('SELECT key FROM settings')).toEqual([{ key: 'key' }]);
    expect(heard).toEqual([]);
  });

  it('that fails undoes nothing', () => {
    const { store, heard } = watched();
    const fail = (): void => {
      throw new Error('a listener failed');
    };
    expect(() =>
      store.transaction(() => {
        store.run(sql, 'key', '1');
        store.afterCommit(fail);
      }),
    ).toThrow('a listener failed');
    expect(heard).toEqual([]);
    expect(store.rows('SELECT key FROM settings')).toEqual([{ key: 'key' }]);
  });

  it('is forgotten where the transaction is rolled back', () => {
    const { store, heard } = watched();
    const fail = (): void => {
      store.transaction(() => {
        store.afterCommit(() => heard.push('done'));
        throw new Error('no');
      });
    };
    expect(fail).toThrow('no');
    expect(heard).toEqual(['rolled back']);
    store.transaction(() => store.run(sql, 'key', '1'));
    expect(heard).toEqual(['rolled back']);
  });
});

describe('a rollback', () => {
  it('is heard where a part of a transaction failed, even if someone caught that', () => {
    const { store, heard } = watched();
    const part = (): void => {
      store.transaction(() => {
        throw new Error('a part failed');
      });
    };
    expect(() =>
      store.transaction(() => {
        store.run(sql, 'key', '1');
        expect(part).toThrow('a part failed');
      }),
    ).toThrow('a part failed');
    expect(heard).toEqual(['rolled back']);
    expect(store.rows('SELECT key FROM settings')).toEqual([]);
  });

  it('is heard where the flash fails', () => {
    const rig = new ServicesRig();
    const { store } = rig.bootWell();
    const heard: string[] = [];
    store.onRollback(() => heard.push('rolled back'));
    rig.board.flash.failWrites(1);
    expect(() => store.transaction(() => store.run(sql, 'key', '1'))).toThrow('store:');
    expect(heard).toEqual(['rolled back']);
  });
});
