import { inspect } from 'node:util';
import type { HalErrorCode } from '../errors.ts';
import type { Mail, MailEnvelope, SmtpServer } from '../mail.ts';
import {
  abortedOutcomeOf,
  answerOf,
  type CallOutcome,
  expectRejection,
  nobodysName,
  outcomeOf,
} from './remote.ts';
import { checksOf, type ConformanceSuite, expectSame, expectThat } from './suite.ts';

/** A message as a server took it. */
export interface TakenMail {
  readonly envelope: MailEnvelope;
  readonly message: Uint8Array;
}

/** What a rig can do around outgoing mail. */
export interface MailActs {
  /** Lets so much time pass, and calls under way go on. */
  pass(ms: number): Promise<void>;
  /** A server that takes whatever is handed in, with any account or none. */
  takingServer(): Promise<SmtpServer>;
  /** What it has taken so far. */
  taken(): readonly TakenMail[];
  /** A server that answers every login and every message with this reply. */
  refusingServer(reply: string): Promise<SmtpServer>;
  /** A server that takes the connection and never says a word. */
  silentServer(): Promise<SmtpServer>;
}

const check = checksOf<Mail, MailActs>();

const codes: readonly HalErrorCode[] = ['unreachable', 'timed-out', 'refused', 'io'];
const account = { user: 'carol', password: 'Tell-nob0dy-of-this' } as const;
const nobody: SmtpServer = { host: nobodysName, port: 587, security: 'none' };

const envelope: MailEnvelope = { from: 'nas@example.org', to: ['a@example.org', 'b@example.org'] };
/** Lines that SMTP has to protect, and bytes beyond ASCII. */
const message = new TextEncoder().encode(
  'From: nas@example.org\r\nSubject: a test\r\n\r\n.\r\n..two\r\nGrüße 时间\r\n.\r\n',
);
const mail = { envelope, message };

interface Sent {
  readonly port: Mail;
  readonly act: Pick<MailActs, 'pass'>;
}

function send({ port, act }: Sent, server: SmtpServer): Promise<CallOutcome<void>> {
  const { signal } = new AbortController();
  return outcomeOf(act.pass, () => port.send(server, mail, { signal }));
}

/** Fails where the password can be read from an error, its stack, its fields or its causes. */
function expectNoSecret(outcome: CallOutcome<void>): void {
  if (outcome.kind !== 'rejected') return;
  const text = inspect(outcome.error, { depth: Number.POSITIVE_INFINITY, showHidden: true });
  const { user, password } = account;
  const plain = `\0${user}\0${password}`;
  const forms = [password, ...[password, plain].map((each) => btoa(each))];
  const isHidden = forms.every((form) => !text.includes(form));
  expectThat(isHidden, 'password in the error', { expected: false, seen: !isHidden });
}

const deliveries = [
  check(
    'hands a message in as it is, with its envelope, once',
    ['pass', 'takingServer', 'taken'],
    async (rig) => {
      const { act } = rig;
      const before = act.taken().length;
      answerOf(await send(rig, await act.takingServer()));
      const taken = act.taken().slice(before);
      expectSame('messages taken', taken.length, 1);
      expectSame('sender', taken[0]?.envelope.from, envelope.from);
      expectSame('recipients', taken[0]?.envelope.to, envelope.to);
      expectSame('message', taken[0]?.message, message);
    },
  ),
  check('hands a message in with an account', ['pass', 'takingServer', 'taken'], async (rig) => {
    const before = rig.act.taken().length;
    answerOf(await send(rig, { ...(await rig.act.takingServer()), ...account }));
    expectSame('messages taken', rig.act.taken().length - before, 1);
  }),
];

const refusals = [
  ...['451 4.7.1 try again later', '554 5.7.1 no mail from you'].map((reply) =>
    check(`says what the server said: ${reply}`, ['pass', 'refusingServer'], async (rig) => {
      const outcome = await send(rig, await rig.act.refusingServer(reply));
      expectRejection(outcome, ['refused']);
      if (outcome.kind !== 'rejected') return;
      const text = String(outcome.error);
      const [, , words = ''] = /^(\S+ \S+) (.*)$/.exec(reply) ?? [];
      expectThat(text.includes(words), 'text', { expected: `… ${words} …`, seen: text });
    }),
  ),
  check('cannot reach a name that nobody has', ['pass'], async (rig) => {
    expectRejection(await send(rig, nobody), ['unreachable']);
  }),
  check('never sends in a call that was aborted before it began', ['pass'], async (rig) => {
    const { port, act } = rig;
    const before = act.taken?.().length;
    const server = (await act.takingServer?.()) ?? nobody;
    const signal = AbortSignal.abort();
    const outcome = await outcomeOf(act.pass, () => port.send(server, mail, { signal }));
    expectRejection(outcome, codes);
    expectSame('messages taken', act.taken?.().length, before);
  }),
  check('gives up when it is aborted', ['pass', 'silentServer'], async ({ port, act }) => {
    const server = await act.silentServer();
    const call = (signal: AbortSignal) => port.send(server, mail, { signal });
    expectRejection(await abortedOutcomeOf(act.pass, call), ['timed-out']);
  }),
];

const secrets = [
  check('keeps the password out of the error where nobody is', ['pass'], async (rig) => {
    const outcome = await send(rig, { ...nobody, ...account });
    expectRejection(outcome, codes);
    expectNoSecret(outcome);
  }),
  check(
    'keeps the password out of the error where the server repeats it',
    ['pass', 'refusingServer'],
    async (rig) => {
      const reply = `535 5.7.8 ${account.password} (${btoa(account.password)}) is wrong`;
      const server = await rig.act.refusingServer(reply);
      const outcome = await send(rig, { ...server, ...account });
      expectRejection(outcome, ['refused']);
      expectNoSecret(outcome);
    },
  ),
];

/** The contract of `hal/mail.ts`. A board that reaches no server keeps it too. */
export const mailSuite: ConformanceSuite<Mail, MailActs> = {
  port: 'mail',
  checks: [...deliveries, ...refusals, ...secrets],
};
