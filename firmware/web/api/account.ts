import * as v from 'valibot';
import { change } from './changes.ts';
import { refusePassword } from './confirm.ts';
import { clearSessionCookie } from './credentials.ts';
import type { Routes } from './route.ts';
import { email, typed } from './schemas.ts';

const me = v.strictObject({
  name: v.string(),
  isAdministrator: v.boolean(),
  email: v.nullable(v.string()),
  groups: v.array(v.string()),
  twoStep: v.picklist(['disabled', 'incomplete', 'enabled']),
});

const passwordBody = v.strictObject({
  /** Not needed where this session may do nothing else: it was just given. */
  currentPassword: v.optional(typed),
  newPassword: typed,
});

const common = { tag: 'account', access: 'user' } as const;

/** One's own account. */
export function addAccount(routes: Routes): void {
  routes.add({
    ...common,
    method: 'GET',
    path: '/me',
    summary: 'The user that is signed in',
    answer: me,
    handle: ({ session: { user }, services: { accounts, twoStep } }) => ({
      name: user.name,
      isAdministrator: user.isAdministrator,
      email: user.email ?? null,
      groups: accounts
        .groups()
        .filter(({ members }) => members.includes(user.name))
        .map(({ name }) => name),
      twoStep: twoStep.status(user.id),
    }),
  });
  routes.add({
    ...common,
    method: 'PUT',
    path: '/me/password',
    summary: 'Changes the password',
    description:
      'Ends all sessions of the user and forgets the devices; the present session goes on only where it was there for nothing else.',
    body: passwordBody,
    answer: v.strictObject({ isSignedOut: v.boolean() }),
    problems: ['password-wrong', 'password-refused', 'too-many-tries'],
    handle: (call) => {
      const { body, session, services, reply } = call;
      const isFirst = session.limitedTo === 'change-password';
      const { currentPassword = '', newPassword } = body;
      const refusal = isFirst ? undefined : refusePassword(call, currentPassword);
      if (refusal !== undefined) return refusal;
      const text = isFirst
        ? 'default password replaced'
        : `password of ${session.userName} changed`;
      const failed = change(call, 'accounts', (step) =>
        step(services.accounts.setPassword(session.userName, newPassword), {
          category: 'accounts',
          text,
        }),
      );
      if (failed !== undefined) return failed;
      services.sessions.endAll(session.userId, isFirst ? session.id : undefined);
      if (!isFirst) clearSessionCookie(reply);
      return { isSignedOut: !isFirst };
    },
  });
  addEmail(routes);
}

function addEmail(routes: Routes): void {
  routes.add({
    ...common,
    method: 'PUT',
    path: '/me/email',
    summary: 'Sets the address that notifications go to',
    description: 'Takes the password: whoever moves the address is told of nothing any more.',
    body: v.strictObject({ email: v.nullable(email), password: typed }),
    problems: ['email-invalid', 'password-wrong', 'too-many-tries'],
    handle: (call) => {
      const { body, session, services } = call;
      const refusal = refusePassword(call, body.password);
      if (refusal !== undefined) return refusal;
      const text = `e-mail address of ${session.userName} ${body.email === null ? 'removed' : 'changed'}`;
      return change(call, 'accounts', (step) =>
        step(services.accounts.setEmail(session.userName, body.email ?? undefined), {
          category: 'accounts',
          text,
        }),
      );
    },
  });
}
