import * as v from 'valibot';
import type { ReceivedMail } from '../peers/mailbox.ts';
import type { Desk } from './desk.ts';
import { count, momentFields, momentOf } from './moment.ts';
import { problem } from './problems.ts';
import type { Routes } from './route.ts';

const tag = 'surroundings';

const mailLine = v.strictObject({
  ...momentFields,
  number: count,
  from: v.string(),
  to: v.array(v.string()),
  subject: v.string(),
});

const mail = v.strictObject({ ...mailLine.entries, text: v.string() });

const account = v.strictObject({
  name: v.string(),
  /** Who the account is with, and which one; empty for a bare key. */
  title: v.string(),
  code: v.string(),
  /** Until the code changes, by the phone's clock. */
  leftMs: v.number(),
});

const timeServer = v.strictObject({
  name: v.string(),
  /** What it believes the time is, ms since the epoch. */
  nowMs: v.number(),
  /** How far that is ahead of true time. */
  offsetMs: v.number(),
  /** Whether boards are told of it. */
  suggested: v.boolean(),
  /** How it was set to behave, as the step `ntp` does it. */
  behaviour: v.record(v.string(), v.unknown()),
});

/** What stands around the board. */
export function addSurroundings(routes: Routes, desk: Desk): void {
  addMail(routes, desk);
  routes.add({
    method: 'GET',
    path: '/phone',
    tag,
    summary: 'The phone that the step `phone` acts on: its clock, its accounts and their codes',
    answer: v.strictObject({
      ...momentFields,
      /** ms since the epoch. */
      nowMs: v.number(),
      /** How far it is ahead of true time. */
      skewMs: v.number(),
      driftPpm: v.number(),
      accounts: v.array(account),
    }),
    handle: () =>
      desk.act(({ world }) => {
        const { phone } = desk.context;
        const { nowMs, skewMs, driftPpm } = phone;
        const accounts = [...phone.accounts()];
        return { ...momentOf(world.nowUs), nowMs, skewMs, driftPpm, accounts };
      }),
  });
  routes.add({
    method: 'GET',
    path: '/time-servers',
    tag,
    summary: 'The time servers: what they believe, and how they behave',
    answer: v.strictObject({ ...momentFields, servers: v.array(timeServer) }),
    handle: () =>
      desk.act(({ world, timeServers }) => ({
        ...momentOf(world.nowUs),
        servers: timeServers.all.map(({ name, nowMs, behaviour }) => ({
          name,
          nowMs,
          offsetMs: nowMs - world.nowUs / 1000,
          suggested: timeServers.suggested.includes(name),
          behaviour: { ...behaviour },
        })),
      })),
  });
}

function addMail(routes: Routes, desk: Desk): void {
  routes.add({
    method: 'GET',
    path: '/mail',
    tag,
    summary: 'The mails that mail.example has taken, the oldest first',
    answer: v.strictObject({ ...momentFields, mails: v.array(mailLine) }),
    handle: () =>
      desk.act(({ world, mailServer }) => ({
        ...momentOf(world.nowUs),
        mails: mailServer.messages.map(lineOf),
      })),
  });
  routes.add({
    method: 'GET',
    path: '/mail/:number',
    tag,
    summary: 'One of these mails with its text',
    params: v.strictObject({
      number: v.pipe(v.string(), v.regex(/^\d{1,9}$/, 'is no number'), v.transform(Number)),
    }),
    answer: mail,
    problems: ['not-found'],
    handle: ({ params }) =>
      desk.act(({ mailServer }) => {
        const found = mailServer.messages.find(({ number }) => number === params.number);
        if (found !== undefined) return { ...lineOf(found), text: found.text };
        return problem('not-found', { detail: 'GET /api/v1/mail lists the mails there are.' });
      }),
  });
}

function lineOf({ number, receivedAtUs, envelope, from, subject }: ReceivedMail) {
  return {
    ...momentOf(receivedAtUs),
    number,
    from: from === '' ? envelope.from : from,
    to: [...envelope.to],
    subject,
  };
}
