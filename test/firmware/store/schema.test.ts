import { expect, it } from 'vitest';
import { migrations } from '#firmware/store/schema';
import { FlashRig } from './rig.ts';

it('a store of any version before is brought up to date, with its users as they were', () => {
  for (const { version } of migrations.slice(0, -1)) {
    const rig = new FlashRig(version);
    const old = rig.bootWell(migrations.slice(0, version));
    expect(old.schemaVersion).toBe(version);
    old.run(`INSERT INTO users (name, name_key, password_kind, password_hash, session_epoch)
      VALUES ('Ada', 'ada', 'argon2id', 'h', 4)`);
    rig.cutPower();
    const store = rig.bootWell(migrations);
    expect(store).toMatchObject({ schemaVersion: migrations.length, isNew: false });
    expect(store.rows('SELECT id, name, session_epoch, email FROM users ORDER BY id')).toEqual([
      { id: 1, name: 'admin', session_epoch: 0, email: null },
      { id: 2, name: 'Ada', session_epoch: 4, email: null },
    ]);
    expect(store.checkIntegrity()).toBeUndefined();
  }
});

it('versions of the schema count from 1 without gaps', () => {
  expect(migrations.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
});
