import { describe, expect, it } from 'vitest';
import { createAccounts } from '#firmware/accounts/accounts';
import { createPasswordHasher, type PasswordHasher } from '#firmware/accounts/password-hash';
import { StoreError } from '#firmware/store/store';
import { createRandom } from '#sim/kernel/random';
import { newServices } from '../services-rig.ts';

const password = 'longer-than-8';

/** Accounts whose argon2id computations are counted. */
function countedAccounts() {
  const services = newServices();
  const { board, store, settings, wallClock, notices } = services;
  const real = createPasswordHasher(createRandom('salts'), 'test');
  const count = { computations: 0 };
  const counted = <R>(result: R): R => {
    count.computations += 1;
    return result;
  };
  const hasher: PasswordHasher = {
    hash: (typed) => counted(real.hash(typed)),
    verify: (phc, typed) => counted(real.verify(phc, typed)),
    spend: () => counted(real.spend()),
  };
  const accounts = createAccounts({
    store,
    settings,
    hasher,
    identity: board.identity,
    wallClock,
    notices,
  });
  return { ...services, accounts, count };
}

describe('a login', () => {
  it('with the password on the label succeeds, must change it, and computes no hash', () => {
    const { accounts, count } = countedAccounts();
    expect(accounts.authenticate('Admin', accounts.defaultPassword)).toEqual({
      ok: true,
      user: accounts.user('admin'),
      mustChangePassword: true,
    });
    expect(count.computations).toBe(0);
  });

  it.each([
    ['nobody', 'eve', password],
    ['nobody with the password on the label', 'eve', 'LABEL'],
    ['a wrong password', 'ada', 'wrong'],
    ['an empty password', 'ada', ''],
    ['a password in another case', 'ada', password.toUpperCase()],
    ['a very long password', 'ada', password.repeat(1_000)],
    ['a wrong password of a disabled user', 'bob', 'wrong'],
    ['the right password of a disabled user', 'bob', password],
    ['a wrong password of an admin with that on the label', 'admin', 'wrong'],
    ['nearly the password on the label', 'admin', 'label'],
    ['a very long password of such an admin', 'admin', 'x'.repeat(100_000)],
    ['no name', '', password],
    ['a name that cannot be', 'a/b\0', password],
  ])(
    'with %s is refused at the price of one hash, and the answer is the same',
    (_, name, typed) => {
      const { accounts, count } = countedAccounts();
      accounts.createUser({ name: 'ada', password });
      accounts.createUser({ name: 'bob', password });
      accounts.disableUser('bob');
      count.computations = 0;
      const given = typed === 'LABEL' ? accounts.defaultPassword : typed;
      const tried = given === 'label' ? accounts.defaultPassword.toLowerCase() : given;
      const outcome = accounts.authenticate(name, tried);
      expect(outcome.ok ? '' : outcome.text).toBe('The user name or the password is wrong.');
      expect(count.computations).toBe(1);
    },
  );

  it('of a disabled user says so to the log only where the password was right', () => {
    const { accounts } = countedAccounts();
    accounts.createUser({ name: 'ada', password, groups: ['administrators'] });
    accounts.disableUser('admin');
    const { defaultPassword } = accounts;
    expect(accounts.authenticate('admin', defaultPassword)).toMatchObject({ reason: 'disabled' });
    expect(accounts.authenticate('admin', 'wrong')).toMatchObject({ reason: 'wrong-credentials' });
    accounts.disableUser('ada', 1);
    expect(accounts.authenticate('eve', 'wrong')).toMatchObject({ reason: 'wrong-credentials' });
  });

  it('takes the password however its accents were typed', () => {
    const { accounts } = countedAccounts();
    accounts.createUser({ name: 'ada', password: 'pässwörd-1'.normalize('NFD') });
    expect(accounts.authenticate('ada', 'pässwörd-1').ok).toBe(true);
  });

  it('renews a hash of another cost, once, and ends no session', () => {
    const { accounts, store, count } = countedAccounts();
    accounts.createUser({ name: 'ada', password });
    const costlier =
      '$argon2id$v=19$m=64,t=3,p=2$c2FsdCBvZiAxNiBieXRlcw$b9n2qvKbpE0u/H6sspjNMyDR4Cz7dH8U+NCtVToxB7o';
    store.run('UPDATE users SET password_hash = ? WHERE name = ?', costlier, 'ada');
    count.computations = 0;
    expect(accounts.authenticate('ada', 'wrong').ok).toBe(false);
    expect(accounts.authenticate('ada', 'password').ok).toBe(true);
    expect(count.computations).toBe(3);
    const { hash } = store.row<{ hash: string }>(
      'SELECT password_hash AS hash FROM users WHERE name = ?',
      'ada',
    ) ?? { hash: '' };
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
    expect(accounts.user('ada')?.sessionEpoch).toBe(0);
    expect(accounts.authenticate('ada', 'password').ok).toBe(true);
    expect(count.computations).toBe(4);
  });

  it('with a stored hash that cannot be read is an operating error, not a wrong password', () => {
    const { accounts, store } = countedAccounts();
    accounts.createUser({ name: 'ada', password });
    store.run("UPDATE users SET password_hash = 'nonsense' WHERE name = 'ada'");
    expect(() => accounts.authenticate('ada', password)).toThrow(StoreError);
  });
});
