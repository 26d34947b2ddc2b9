import * as v from 'valibot';
import type { Services } from '../../services.ts';
import type { Asker } from '../../two-step/two-step.ts';
import { change, type Step } from './changes.ts';
import { askerOf, type Routes } from './route.ts';
import { typed } from './schemas.ts';

const listedUser = v.strictObject({
  name: v.string(),
  status: v.picklist(['disabled', 'incomplete', 'enabled']),
  /** Enforced by being named, not through a group. */
  isNamed: v.boolean(),
  enforcedThrough: v.array(v.string()),
  isBlocked: v.boolean(),
  isAlternativeBlocked: v.boolean(),
});

const overview = v.strictObject({
  users: v.array(listedUser),
  groups: v.array(v.strictObject({ name: v.string(), isEnforced: v.boolean() })),
});

const names = v.pipe(v.array(typed), v.maxLength(1024));

/** Everyone and every group that it is to be enforced on: nobody else. */
const enforcementBody = v.strictObject({ users: names, groups: names });

/** 2-step verification of all users, for administrators. */
export function addTwoStep(routes: Routes): void {
  const common = { tag: '2-step verification', access: 'administrator' } as const;
  routes.add({
    ...common,
    method: 'GET',
    path: '/two-step',
    summary: 'Users and groups with their state',
    answer: overview,
    handle: ({ services }) => overviewOf(services),
  });
  routes.add({
    ...common,
    method: 'PUT',
    path: '/two-step/enforcement',
    summary: 'Enforces 2-step verification on these users and groups, and on nobody else',
    description: 'All of it or nothing. Who has it enabled keeps it.',
    body: enforcementBody,
    answer: overview,
    problems: ['not-found'],
    handle: (call) => {
      const { body, services } = call;
      const asker = askerOf(call);
      const refusal = change(call, 'two-step', (step) => {
        enforceUsers(services, body.users, asker, step);
        enforceGroups(services, body.groups, asker, step);
      });
      return refusal ?? overviewOf(services);
    },
  });
}

function enforceUsers(
  { accounts, twoStep }: Services,
  wanted: readonly string[],
  asker: Asker,
  step: Step,
): void {
  const ids = new Set(
    wanted.map((name) => {
      const user = accounts.user(name);
      if (user === undefined) step(noSuch('user'));
      return user?.id;
    }),
  );
  const before = new Set(twoStep.enforcement().users.map(({ id }) => id));
  for (const { id } of accounts.users()) {
    if (ids.has(id) !== before.has(id)) step(twoStep.enforceUser(id, ids.has(id), asker));
  }
}

function enforceGroups(
  { accounts, twoStep }: Services,
  wanted: readonly string[],
  asker: Asker,
  step: Step,
): void {
  const ids = new Set(
    wanted.map((name) => {
      const group = accounts.group(name);
      if (group === undefined) step(noSuch('group'));
      return group?.id;
    }),
  );
  const before = new Set(twoStep.enforcement().groups.map(({ id }) => id));
  for (const { id } of accounts.groups()) {
    if (ids.has(id) !== before.has(id)) step(twoStep.enforceGroup(id, ids.has(id), asker));
  }
}

function noSuch(what: 'user' | 'group') {
  return { ok: false, reason: `no-such-${what}`, text: `There is no such ${what}.` } as const;
}

function overviewOf({ accounts, twoStep }: Services): v.InferInput<typeof overview> {
  const enforced = new Set(twoStep.enforcement().groups.map(({ id }) => id));
  return {
    users: twoStep.list().map((one) => ({
      name: one.userName,
      status: one.status,
      isNamed: one.isNamed,
      enforcedThrough: [...one.enforcedThrough],
      isBlocked: one.isBlocked,
      isAlternativeBlocked: one.isAlternativeBlocked,
    })),
    groups: accounts.groups().map(({ id, name }) => ({ name, isEnforced: enforced.has(id) })),
  };
}
