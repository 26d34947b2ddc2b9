import * as v from 'valibot';
import { normalAddress } from '../../notify/mail-address.ts';
import { change, note } from './changes.ts';
import { problem } from './problems.ts';
import type { Routes } from './route.ts';
import { email, idInPath, timeText, typed } from './schemas.ts';

const security = v.picklist(['none', 'starttls', 'tls']);

const account = v.strictObject({
  id: v.number(),
  name: v.string(),
  host: v.string(),
  port: v.number(),
  security,
  sender: v.string(),
  user: v.nullable(v.string()),
  hasPassword: v.boolean(),
  isDefault: v.boolean(),
});

const fields = {
  name: typed,
  host: typed,
  port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  security,
  sender: email,
};

const newAccount = v.strictObject({
  ...fields,
  user: v.optional(typed),
  password: v.optional(typed),
});

const accountPatch = v.partial(
  v.strictObject({ ...fields, user: v.nullable(typed), password: v.nullable(typed) }),
);

const category = 'mail';
const path = '/mail-accounts';
const params = v.strictObject({ id: idInPath });
const common = { tag: 'mail', access: 'administrator' } as const;

/** The accounts that mail is sent with, and what waits to be sent, for administrators. */
export function addMail(routes: Routes): void {
  addAccounts(routes);
  addUse(routes);
  routes.add({
    ...common,
    method: 'GET',
    path: '/outbox',
    summary: 'Mails that wait to be sent, the oldest first',
    answer: v.strictObject({
      mails: v.array(
        v.strictObject({
          id: v.number(),
          to: v.string(),
          subject: v.string(),
          queued: v.string(),
          tries: v.number(),
          lastProblem: v.nullable(v.string()),
        }),
      ),
    }),
    handle: ({ services }) => ({
      mails: services.outbox.waiting().map((mail) => ({
        id: mail.id,
        to: mail.to,
        subject: mail.subject,
        queued: timeText(mail.queuedAtMs),
        tries: mail.tries,
        lastProblem: mail.lastProblem ?? null,
      })),
    }),
  });
}

function addAccounts(routes: Routes): void {
  routes.add({
    ...common,
    method: 'GET',
    path,
    summary: 'Every mail account; passwords are never shown',
    answer: v.strictObject({ accounts: v.array(account) }),
    handle: ({ services }) => ({
      accounts: services.mailAccounts.list().map((one) => ({ ...one, user: one.user ?? null })),
    }),
  });
  routes.add({
    ...common,
    method: 'POST',
    path,
    summary: 'Creates a mail account; the first one becomes the default',
    body: newAccount,
    status: 201,
    answer: v.strictObject({ id: v.number() }),
    problems: ['mail-account-invalid'],
    handle: (call) => {
      const { body, services } = call;
      let id = 0;
      const refusal = change(call, category, (step) => {
        const outcome = services.mailAccounts.create(body);
        step(outcome, { category, text: `mail account ${body.name} created` });
        if (outcome.ok) ({ id } = outcome);
      });
      return refusal ?? { id };
    },
  });
  routes.add({
    ...common,
    method: 'PATCH',
    path: `${path}/:id`,
    summary: 'Changes a mail account; null takes the user or the password away',
    params,
    body: accountPatch,
    problems: ['not-found', 'mail-account-invalid'],
    handle: (call) => {
      const { body, services } = call;
      const { user, password, ...rest } = body;
      const changes = {
        ...(Object.fromEntries(
          Object.entries(rest).filter(([, value]) => value !== undefined),
        ) as Partial<v.InferOutput<typeof newAccount>>),
        ...(user !== undefined && { user: user ?? undefined }),
        ...(password !== undefined && { password: password ?? undefined }),
      };
      const entry = { category, text: `mail account ${call.params.id} changed` };
      return change(call, category, (step) =>
        step(services.mailAccounts.change(call.params.id, changes), entry),
      );
    },
  });
  routes.add({
    ...common,
    method: 'DELETE',
    path: `${path}/:id`,
    summary: 'Deletes a mail account',
    params,
    problems: ['not-found'],
    handle: (call) => {
      const { id } = call.params;
      const entry = { category, text: `mail account ${id} deleted` };
      return change(call, category, (step) => step(call.services.mailAccounts.remove(id), entry));
    },
  });
}

function addUse(routes: Routes): void {
  routes.add({
    ...common,
    method: 'PUT',
    path: `${path}/:id/default`,
    summary: 'Makes it the account that mail is sent with',
    params,
    problems: ['not-found'],
    handle: (call) => {
      const { id } = call.params;
      const entry = { category, text: `mail account ${id} is the default` };
      return change(call, category, (step) =>
        step(call.services.mailAccounts.setDefault(id), entry),
      );
    },
  });
  routes.add({
    ...common,
    method: 'POST',
    path: `${path}/:id/test`,
    summary: 'Sends a test mail with it, once',
    params,
    body: v.strictObject({ to: email }),
    answer: v.strictObject({
      mail: v.picklist(['sent', 'failed']),
      /** What the mail server or the network said. */
      text: v.nullable(v.string()),
    }),
    problems: ['not-found', 'email-invalid'],
    handle: async (call) => {
      const { body, services } = call;
      const { id } = call.params;
      const to = normalAddress(body.to);
      if (to === undefined) return problem('email-invalid');
      if (!services.mailAccounts.list().some((one) => one.id === id)) return problem('not-found');
      const outcome = await services.mailAccounts.sendTest(id, to);
      note(call, {
        category,
        text: `test mail with account ${id} ${outcome.ok ? 'sent' : 'failed'}`,
      });
      return outcome.ok
        ? { mail: 'sent' as const, text: null }
        : { mail: 'failed' as const, text: outcome.text };
    },
  });
}
