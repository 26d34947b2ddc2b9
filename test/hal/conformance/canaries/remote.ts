import { decodeNtpPacket, encodeNtpPacket, type NtpPacket } from '#hal/drivers/ntp-packet';
import { HalError } from '#hal/errors';
import type { Mail } from '#hal/mail';
import type { Ntp, NtpCheck, NtpSample } from '#hal/ntp';
import { expectPacket } from '../../drivers/ntp-replies.ts';
import type { Repair } from '../remote-sides.ts';
import type { SimRig } from '../sim-rig.ts';
import { type Canary, canariesOf } from './canary.ts';

const ntpCanaryOf = canariesOf('ntp');
const mailCanaryOf = canariesOf('mail');

/** Departs from the driver that keeps its contract, not from the board that reaches nobody. */
function ntp(what: string, caughtBy: readonly RegExp[], query: Query): Canary {
  return ntpCanaryOf(what, caughtBy, ({ remoteSides: { ntp: good } }) => () => ({
    query: (...parameters) => query(good, ...parameters),
  }));
}

function mail(what: string, caughtBy: readonly RegExp[], send: Send): Canary {
  return mailCanaryOf(what, caughtBy, () => (good) => ({
    send: (...parameters) => send(good, ...parameters),
  }));
}

type Query = (good: Ntp, ...parameters: Parameters<Ntp['query']>) => Promise<NtpSample>;
type Send = (good: Mail, ...parameters: Parameters<Mail['send']>) => Promise<void>;

/** A sample that is wrong in some way. */
function distorted(distort: (sample: NtpSample) => Partial<NtpSample>): Query {
  return async (good, server, options) => {
    const sample = await good.query(server, options);
    return { ...sample, ...distort(sample) };
  };
}

const firstOfEra1Ms = Date.UTC(2036, 1, 7, 6, 28, 16);

const madeUp: NtpSample = {
  server: 'nobody',
  serverTimeMs: 0,
  sentAtMs: 0,
  receivedAtMs: 0,
  validated: [],
};

/** A driver that says it checks something and does not: what fails the check is put right first. */
function gullible(what: string, flaw: string, repair: Repair): Canary {
  const caughtBy = [new RegExp(`believes no.*${flaw}`), new RegExp(`the true reply.*${flaw}`)];
  const make = ({ remoteSides }: SimRig) => remoteSides.ntpWith(repair);
  return ntpCanaryOf(what, caughtBy, (rig) => () => make(rig));
}

/** The same, where fields of the packet are put right. */
function gullibleOf(
  what: string,
  flaw: string,
  right: (packet: NtpPacket, request: NtpPacket) => Partial<NtpPacket>,
): Canary {
  return gullible(what, flaw, (message, request) => {
    const packet = decodeNtpPacket(message.bytes);
    if (packet === undefined) return message;
    const fields = right(packet, expectPacket(request));
    return { ...message, bytes: encodeNtpPacket({ ...packet, ...fields }) };
  });
}

/** Answers something where the good driver says no with this code. */
function blindTo(code: HalError['code']): Query {
  return (good, server, options) =>
    good.query(server, options).catch((error: unknown) => {
      if (error instanceof HalError && error.code === code) return madeUp;
      throw error;
    });
}

export const ntpCanaries: readonly Canary[] = [
  ntp(
    'names the address instead of the server that was asked',
    [/server that was asked/],
    distorted(() => ({ server: '192.0.2.1' })),
  ),
  ntp(
    'stamps by the wall clock',
    [/by the monotonic clock/],
    distorted(({ serverTimeMs }) => ({ sentAtMs: serverTimeMs, receivedAtMs: serverTimeMs })),
  ),
  ntp(
    'stamps the reply before the request',
    [/in that order/],
    distorted(({ sentAtMs, receivedAtMs }) => ({ sentAtMs: receivedAtMs, receivedAtMs: sentAtMs })),
  ),
  ntp(
    'counts from the epoch of NTP',
    [/middle of the round trip/],
    distorted(({ serverTimeMs }) => ({ serverTimeMs: serverTimeMs + 2_208_988_800_000 })),
  ),
  ntp(
    'answers the time when the reply was read, a second late',
    [/middle of the round trip/],
    distorted(({ serverTimeMs }) => ({ serverTimeMs: serverTimeMs + 1000 })),
  ),
  ntp(
    'makes up a check',
    [/which checks/],
    distorted(() => ({ validated: ['checksum' as NtpCheck] })),
  ),
  ntp(
    'tells a check twice',
    [/which checks/],
    distorted(() => ({ validated: ['leap', 'leap'] })),
  ),
  ntp(
    'believes a server that is not synchronised',
    [/a stratum that exists/],
    distorted(() => ({ stratum: 16 })),
  ),
  ntp(
    'gives a server a negative error',
    [/how far the server/],
    distorted(() => ({ rootDistanceMs: -1 })),
  ),
  ntp(
    'never announces a leap second',
    [/«insert»/, /«delete»/],
    distorted(() => ({ leap: 'none' })),
  ),
  ntp(
    'takes the announcement for one more',
    [/«none»/, /«delete»/],
    distorted(() => ({ leap: 'insert' })),
  ),
  ntp(
    'counts from 1900 for ever',
    [/2036-02-07T06:28:16/, /2036-02-07T06:28:17/, /2050/],
    distorted(({ serverTimeMs }) => ({
      serverTimeMs: serverTimeMs >= firstOfEra1Ms ? serverTimeMs - 2 ** 32 * 1000 : serverTimeMs,
    })),
  ),
  ntp(
    'is in era 1 already',
    [/2036-02-07T06:28:15/],
    distorted(({ serverTimeMs }) => ({
      serverTimeMs: serverTimeMs < firstOfEra1Ms ? serverTimeMs + 2 ** 32 * 1000 : serverTimeMs,
    })),
  ),
  ntpCanaryOf('suggests the same server twice', [/each once/], () => () => ({
    servers: ['ntp.example', 'ntp.example'],
  })),
  ntpCanaryOf('suggests all its servers in one line', [/each once/], () => () => ({
    servers: ['ntp1.example ntp2.example'],
  })),
  gullible('takes replies from anybody', 'somebody else', (message) => ({
    ...message,
    isFromPeer: true,
  })),
  gullibleOf('does not compare the echo', 'another request', (_, { transmit: originate }) => ({
    originate,
  })),
  gullibleOf('does not look at the mode', 'no answer of a server', () => ({ mode: 4 })),
  gullibleOf('takes any stratum', 'a stratum that does not exist', ({ stratum }) => ({
    stratum: stratum > 15 ? 15 : stratum,
  })),
  gullibleOf('takes any leap indicator', 'not synchronised', ({ leap }) => ({
    leap: leap === 3 ? 0 : leap,
  })),
  gullibleOf('takes 0 for a time', 'tells no time', ({ receive, transmit }) => ({
    transmit: transmit === 0n ? receive : transmit,
  })),
  gullibleOf('takes any delay', 'held longer', ({ receive, transmit }) => ({
    receive: receive > transmit ? transmit : receive,
  })),
  gullibleOf('obeys any kiss-o’-death', 'refuses another', ({ stratum, originate }, request) => ({
    originate: stratum === 0 ? request.transmit : originate,
  })),
  ntp('keeps why it was refused to itself', [/and why/], (good, server, options) =>
    good.query(server, options).catch((error: unknown) => {
      throw error instanceof HalError ? new HalError(error.code, 'ntp', 'failed') : error;
    }),
  ),
  ntp('finds a server everywhere', [/cannot reach/], blindTo('unreachable')),
  ntp('takes a kiss-o’-death for an answer', [/server refused/], blindTo('refused')),
  ntp('takes anything for an answer', [/made no sense/], blindTo('io')),
  ntp('answers in spite of an abort', [/aborted before/, /gives up/], (good, server) =>
    good.query(server, { signal: new AbortController().signal }),
  ),
  ntp(
    'hands on the errors of the host',
    [/cannot reach/, /aborted before/, /gives up/, /server refused/, /no sense/],
    (good, server, options) =>
      good.query(server, options).catch((cause: unknown) => {
        throw new Error('getaddrinfo ENOTFOUND', { cause });
      }),
  ),
];

/** Sends as the good driver does, and says something else where that fails. */
function failing(say: (error: HalError, parameters: Parameters<Mail['send']>) => unknown): Send {
  return (good, ...parameters) =>
    good.send(...parameters).catch((error: unknown) => {
      throw error instanceof HalError ? say(error, parameters) : error;
    });
}

export const mailCanaries: readonly Canary[] = [
  mail(
    'lets a message end at its first dot',
    [/as it is/],
    async (good, server, { envelope, message }, options) => {
      const text = new TextDecoder().decode(message);
      const cut = new TextEncoder().encode(text.slice(0, text.indexOf('\r\n.\r\n') + 2));
      await good.send(server, { envelope, message: cut }, options);
    },
  ),
  mail('knows one recipient', [/with its envelope/], async (good, server, sent, options) => {
    const { from, to } = sent.envelope;
    const envelope = { from, to: to.slice(0, 1) };
    await good.send(server, { ...sent, envelope }, options);
  }),
  mail('sends twice to be sure', [/once/], async (good, ...parameters) => {
    await good.send(...parameters);
    await good.send(...parameters);
  }),
  mail('knows no accounts', [/with an account/], async (good, ...parameters) => {
    if (parameters[0].user !== undefined) throw new HalError('io', 'mail', 'no AUTH here');
    await good.send(...parameters);
  }),
  mail('takes a refusal for success', [/451/, /554/], (good, ...parameters) =>
    good.send(...parameters).catch((error: unknown) => {
      if (error instanceof HalError && error.code === 'refused') return;
      throw error;
    }),
  ),
  mail(
    'keeps what the server said to itself',
    [/451/, /554/],
    failing(({ code }) => new HalError(code, 'mail', 'something went wrong')),
  ),
  mail(
    'says that it cannot be reached whatever happens',
    [/451/, /554/, /gives up/],
    failing(({ message }) => new HalError('unreachable', 'mail', message)),
  ),
  mail(
    'says that time ran out whatever happens',
    [/cannot reach/],
    failing(({ message }) => new HalError('timed-out', 'mail', message)),
  ),
  mail('sends in spite of an abort', [/aborted before/, /gives up/], (good, server, sent) =>
    good.send(server, sent, { signal: new AbortController().signal }),
  ),
  mail(
    'shows the whole account that failed',
    [/where nobody is/, /server repeats it/],
    failing(({ code }, [server]) => new HalError(code, 'mail', JSON.stringify(server))),
  ),
  mail(
    'keeps the login it sent as the cause',
    [/where nobody is/],
    failing(({ code, message }, [{ user = '', password = '' }]) => {
      const cause = new Error(`at: AUTH PLAIN ${btoa(`\0${user}\0${password}`)}`);
      return new HalError(code, 'mail', message, { cause });
    }),
  ),
  mail(
    'repeats the reply word for word',
    [/server repeats it/],
    failing(({ code }, [{ password = '' }]) => new HalError(code, 'mail', `535 ${password}`)),
  ),
];
