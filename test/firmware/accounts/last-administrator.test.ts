import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Accounts, Outcome } from '#firmware/accounts/accounts';
import { newServices, tablesOf } from '../services-rig.ts';

const password = 'longer-than-8';
const administrators = 'administrators';

/** Two administrators, admin disabled: ada is the last one. */
function lastOneIsAda() {
  const services = newServices();
  const { accounts } = services;
  accounts.createUser({ name: 'ada', password, groups: [administrators] });
  accounts.disableUser('admin');
  return services;
}

describe('the last enabled administrator', () => {
  it.each<[string, (accounts: Accounts) => Outcome]>([
    ['be disabled', (accounts) => accounts.disableUser('Ada')],
    ['be disabled from a date on', (accounts) => accounts.disableUser('ada', Date.UTC(2200, 0))],
    ['be removed', (accounts) => accounts.removeUser('ada')],
    ['leave', (accounts) => accounts.removeMember({ group: administrators, user: 'ada' })],
  ])('cannot %s', (_, change) => {
    const { accounts, store } = lastOneIsAda();
    const before = tablesOf(store);
    expect(change(accounts)).toMatchObject({ ok: false, reason: 'last-administrator' });
    expect(tablesOf(store)).toEqual(before);
    accounts.enableUser('admin');
    expect(change(accounts)).toEqual({ ok: true });
  });

  it('is not one who has a date to be disabled at', () => {
    const { accounts } = lastOneIsAda();
    accounts.createUser({ name: 'bob', password, groups: [administrators] });
    accounts.disableUser('bob', Date.UTC(2200, 0));
    expect(accounts.disableUser('ada')).toMatchObject({ reason: 'last-administrator' });
    expect(accounts.removeUser('bob')).toEqual({ ok: true });
  });

  it('can have another password', () => {
    expect(lastOneIsAda().accounts.setPassword('ada', 'another-one-1')).toEqual({ ok: true });
  });
});

type Step = (accounts: Accounts) => Outcome;

const anyUser = fc.constantFrom('admin', 'ADMIN', 'ada', 'bob', 'eve');
const anyGroup = fc.constantFrom(administrators, 'everyone', 'staff');
const anyDate = fc.constantFrom(undefined, 0, 1, Date.UTC(2026, 11), Date.UTC(2999, 0));

/** Any request that touches users or groups. */
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(anyUser, fc.array(anyGroup)).map(([name, groups]): Step => {
    return (accounts) => accounts.createUser({ name, password, groups });
  }),
  anyUser.map(
    (name): Step =>
      (accounts) =>
        accounts.removeUser(name),
  ),
  fc.tuple(anyUser, anyDate).map(
    ([name, from]): Step =>
      (accounts) =>
        accounts.disableUser(name, from),
  ),
  anyUser.map(
    (name): Step =>
      (accounts) =>
        accounts.enableUser(name),
  ),
  anyUser.map(
    (name): Step =>
      (accounts) =>
        accounts.setPassword(name, password),
  ),
  anyGroup.map(
    (name): Step =>
      (accounts) =>
        accounts.createGroup(name),
  ),
  anyGroup.map(
    (name): Step =>
      (accounts) =>
        accounts.removeGroup(name),
  ),
  fc.record({ group: anyGroup, user: anyUser }).chain((member) =>
    fc.constantFrom<Step>(
      (accounts) => accounts.addMember(member),
      (accounts) => accounts.removeMember(member),
    ),
  ),
);

describe('whatever is asked for, in whatever order', () => {
  it('an administrator who is not and will not be disabled remains, and refusals change nothing', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        const { accounts, store } = newServices();
        for (const step of steps) {
          const before = tablesOf(store);
          const outcome = step(accounts);
          if (!outcome.ok) expect(tablesOf(store)).toEqual(before);
          const remaining = accounts
            .users()
            .filter((user) => user.isAdministrator && user.disabledFromMs === undefined);
          expect(remaining.length).toBeGreaterThan(0);
        }
        store.close();
      }),
      { numRuns: 150 },
    );
  });
});
