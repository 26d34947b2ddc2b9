import * as v from 'valibot';
import { describeAnswer } from '../../peers/http-answer.ts';
import type { PhoneOutcome } from '../../peers/phone.ts';
import type { StepContext } from '../context.ts';
import { closed, oneOf, ppm, signedDuration, text, variableName } from '../schema.ts';
import { defineStep, type StepFailure } from '../step.ts';

/**
 * What a person does with the phone: takes an account (types its key, or points the camera at the
 * QR code on the console or at a picture from the web server), or has a clock that is off.
 */
export const phone = defineStep({
  key: 'phone',
  schema: v.pipe(
    closed({
      /** A key in Base32, or an otpauth URI. */
      add: v.exactOptional(text),
      scan: v.exactOptional(oneOf(['qr-of-console', 'qr-of-last-http'])),
      /** The account's name, for `${totp(NAME)}`. */
      as: v.exactOptional(variableName),
      /** Ahead of true time; negative behind. */
      skew: v.exactOptional(signedDuration),
      drift: v.exactOptional(ppm),
    }),
    v.check((value) => Object.keys(value).length > 0, 'the phone does nothing'),
    v.check(
      ({ add, scan }) => add === undefined || scan === undefined,
      'add and scan are two steps',
    ),
    v.check(
      ({ add, scan, as }) => (as !== undefined) === (add !== undefined || scan !== undefined),
      'what is added or scanned has a name: { scan: qr-of-console, as: admin }',
    ),
  ),
  captures: ({ as }) => (as === undefined ? [] : [`totp(${as})`]),
  told: ({ add, as }) => (add === undefined ? undefined : `phone: add ${as}`),
  usage: 'phone scan admin',
  fromWords: ([verb = '', ...words]) => {
    if (verb === 'scan-http') return { scan: 'qr-of-last-http', as: words.join(' ') };
    if (verb === 'scan') return { scan: 'qr-of-console', as: words.join(' ') };
    if (verb !== 'add') return { [verb]: words.join(' ') };
    const [as, ...key] = words;
    return { add: key.join(' '), as };
  },
  async run(context, { add, scan, as = '', skew, drift }) {
    if (skew !== undefined) context.phone.setSkew(skew / 1000);
    if (drift !== undefined) context.phone.setDriftPpm(drift);
    if (scan === 'qr-of-console') return scanConsole(context, as);
    if (scan === 'qr-of-last-http') return scanAnswer(context, as);
    if (add === undefined) return undefined;
    return failureOf(await context.phone.add(context.expand(add), as), 'a key or an otpauth URI');
  },
});

/** The camera sees what the console has said since power-on. */
async function scanConsole({ phone: camera, bench }: StepContext, name: string) {
  const outcome = await camera.scanTerminal(bench.board.uart.output, name);
  return failureOf(outcome, 'a QR code on the console that a phone takes');
}

/** The camera sees the picture that the web server has answered. */
async function scanAnswer({ phone: camera, http }: StepContext, name: string) {
  const expected = 'a PNG picture as the last answer, with a QR code that a phone takes';
  const { last } = http;
  if (last?.type !== 'image/png') {
    return { expected, seen: last === undefined ? 'no answer so far' : describeAnswer(last) };
  }
  return failureOf(await camera.scanPng(last.bytes, name), expected);
}

function failureOf(outcome: PhoneOutcome, expected: string): StepFailure | undefined {
  return outcome.ok ? undefined : { expected, seen: outcome.text };
}
