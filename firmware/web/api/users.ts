import * as v from 'valibot';
import type { Accounts, User } from '../../accounts/accounts.ts';
import type { Services } from '../../services.ts';
import { change, type Step } from './changes.ts';
import { problem } from './problems.ts';
import { askerOf, type Routes } from './route.ts';
import { email, named, time, timeText, typed } from './schemas.ts';
import { problemOf } from './refusals.ts';

const user = v.strictObject({
  name: v.string(),
  isAdministrator: v.boolean(),
  usesDefaultPassword: v.boolean(),
  isDisabled: v.boolean(),
  /** The user cannot sign in from then on; null: no such date, or disabled by hand. */
  disabledFrom: v.nullable(v.string()),
  email: v.nullable(v.string()),
  groups: v.array(v.string()),
  twoStep: v.picklist(['disabled', 'incomplete', 'enabled']),
});

const newUser = v.strictObject({
  name: typed,
  password: typed,
  email: v.optional(v.nullable(email)),
  groups: v.optional(v.pipe(v.array(typed), v.maxLength(256))),
});

const userPatch = v.strictObject({
  /** Of others; one’s own is changed with the old one. */
  password: v.optional(typed),
  /** At once, from a time on, or no longer. */
  disabled: v.optional(v.union([v.boolean(), v.strictObject({ from: time })])),
  email: v.optional(v.nullable(email)),
});

type UserPatch = v.InferOutput<typeof userPatch>;
const category = 'accounts';
const common = { tag: 'users', access: 'administrator' } as const;

/** The users, for administrators. */
export function addUsers(routes: Routes): void {
  addLists(routes);
  routes.add({
    ...common,
    method: 'POST',
    path: '/users',
    summary: 'Creates a user',
    body: newUser,
    status: 201,
    answer: user,
    problems: ['name-invalid', 'name-taken', 'password-refused', 'email-invalid', 'not-found'],
    handle: (call) => {
      const { body, services } = call;
      const { accounts } = services;
      const { name, password, groups = [] } = body;
      const refusal = change(call, category, (step) => {
        const text = `user ${name} created${groups.length === 0 ? '' : ` in ${groups.join(', ')}`}`;
        step(accounts.createUser({ name, password, groups }), { category, text });
        const address = body.email ?? undefined;
        if (address !== undefined) step(accounts.setEmail(name, address));
      });
      return refusal ?? userView(found(accounts, name), services);
    },
  });
  routes.add({
    ...common,
    method: 'PATCH',
    path: '/users/:name',
    summary: 'Changes a user: all that is named, or nothing',
    params: named,
    body: userPatch,
    answer: user,
    problems: [
      'not-found',
      'own-account',
      'password-refused',
      'email-invalid',
      'last-administrator',
    ],
    handle: (call) => {
      const { params, body, session, services } = call;
      const target = services.accounts.user(params.name);
      if (target === undefined) return problem('not-found');
      if (body.password !== undefined && target.id === session.userId) {
        return problem('own-account');
      }
      const refusal = change(call, category, (step) => patch(services, target.name, body, step));
      return refusal ?? userView(found(services.accounts, target.name), services);
    },
  });
  routes.add({
    ...common,
    method: 'DELETE',
    path: '/users/:name',
    summary: 'Deletes a user',
    params: named,
    problems: ['not-found', 'built-in', 'last-administrator'],
    handle: (call) => {
      const { params, services } = call;
      const text = `user ${params.name} deleted`;
      return change(call, category, (step) =>
        step(services.accounts.removeUser(params.name), { category, text }),
      );
    },
  });
  addTwoStepRemedies(routes);
}

function addLists(routes: Routes): void {
  routes.add({
    ...common,
    method: 'GET',
    path: '/users',
    summary: 'Every user, by name',
    answer: v.strictObject({ users: v.array(user) }),
    handle: ({ services }) => ({
      users: services.accounts.users().map((one) => userView(one, services)),
    }),
  });
  routes.add({
    ...common,
    method: 'GET',
    path: '/users/:name',
    summary: 'One user',
    params: named,
    answer: user,
    problems: ['not-found'],
    handle: ({ params, services }) => {
      const one = services.accounts.user(params.name);
      return one === undefined ? problem('not-found') : userView(one, services);
    },
  });
}

/** What an administrator does for a user who cannot pass the second step. */
function addTwoStepRemedies(routes: Routes): void {
  const problems = ['not-found', 'own-account', 'two-step-not-enabled'] as const;
  routes.add({
    ...common,
    method: 'POST',
    path: '/users/:name/two-step/reset',
    summary: 'Switches 2-step verification of a user off',
    description:
      'Signs that user out everywhere. Where it is enforced, the next sign-in sets it up.',
    params: named,
    problems,
    handle: (call) => {
      const { params, services } = call;
      const target = services.accounts.user(params.name);
      if (target === undefined) return problem('not-found');
      const request = { by: 'administrator', asker: askerOf(call) } as const;
      const outcome = services.twoStep.disable(target.id, request);
      return outcome.ok ? undefined : problemOf(outcome);
    },
  });
  routes.add({
    ...common,
    method: 'POST',
    path: '/users/:name/two-step/unblock',
    summary: 'Lets a user try again whose second step is blocked',
    params: named,
    problems,
    handle: (call) => {
      const { params, services } = call;
      const target = services.accounts.user(params.name);
      if (target === undefined) return problem('not-found');
      const outcome = services.twoStep.unblock(target.id, askerOf(call));
      return outcome.ok ? undefined : problemOf(outcome);
    },
  });
}

function patch({ accounts }: Services, name: string, wanted: UserPatch, step: Step): void {
  const { password, disabled, email: address } = wanted;
  if (password !== undefined) {
    const text = `password of ${name} changed`;
    step(accounts.setPassword(name, password), { category, text });
  }
  if (disabled === false) {
    step(accounts.enableUser(name), { category, text: `user ${name} enabled` });
  } else if (disabled === true) {
    step(accounts.disableUser(name), { category, text: `user ${name} disabled` });
  } else if (disabled !== undefined) {
    const fromMs = Date.parse(disabled.from);
    const text = `user ${name} disabled from ${timeText(fromMs)} on`;
    step(accounts.disableUser(name, fromMs), { category, text });
  }
  if (address !== undefined) {
    const text = `e-mail address of ${name} ${address === null ? 'removed' : 'changed'}`;
    step(accounts.setEmail(name, address ?? undefined), { category, text });
  }
}

function found(accounts: Accounts, name: string): User {
  const one = accounts.user(name);
  if (one === undefined) throw new Error('a user is gone as it was changed');
  return one;
}

function userView(
  one: User,
  { accounts, twoStep, wallClock }: Services,
): v.InferInput<typeof user> {
  const { name, isAdministrator, usesDefaultPassword, disabledFromMs } = one;
  return {
    name,
    isAdministrator,
    usesDefaultPassword,
    isDisabled: disabledFromMs !== undefined && disabledFromMs <= wallClock.nowMs(),
    disabledFrom:
      disabledFromMs === undefined || disabledFromMs === 0 ? null : timeText(disabledFromMs),
    email: one.email ?? null,
    groups: accounts
      .groups()
      .filter(({ members }) => members.includes(name))
      .map((group) => group.name),
    twoStep: twoStep.status(one.id),
  };
}
