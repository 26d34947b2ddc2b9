import * as v from 'valibot';
import {
  honest,
  isKissCode,
  spoofFlaws,
  type Spoof,
  type TimeServerBehaviour,
} from '../peers/time-server-behaviour.ts';
import { show } from './duration.ts';
import {
  closed,
  duration,
  fieldsOr,
  flag,
  integer,
  oneOf,
  parsed,
  ppm,
  signedDuration,
  type FieldSchema,
} from './schema.ts';

/** A part of all: `0.3` or `30%`. */
const share: FieldSchema<number> = parsed(
  (input) => {
    const percent = typeof input === 'string' ? /^(\d+(?:\.\d+)?)\s*%$/.exec(input.trim()) : null;
    const value = percent === null ? input : Number(percent[1]) / 100;
    if (typeof value === 'number' && value >= 0 && value <= 1) return { ok: true, value };
    return { ok: false, text: `${show(input)} is no share; write 0.3 or 30%` };
  },
  {
    anyOf: [
      { type: 'number', minimum: 0, maximum: 1 },
      { type: 'string', pattern: '%$' },
    ],
  },
);

const asymmetry: FieldSchema<number> = parsed(
  (input) => {
    if (typeof input === 'number' && Math.abs(input) <= 1) return { ok: true, value: input };
    return { ok: false, text: `${show(input)} is no number from -1 (back) to 1 (there)` };
  },
  { type: 'number', minimum: -1, maximum: 1 },
);

const kiss: FieldSchema<string | undefined> = parsed(
  (input) => {
    if (input === 'none') return { ok: true, value: undefined };
    if (typeof input === 'string' && isKissCode(input)) return { ok: true, value: input };
    return { ok: false, text: `${show(input)} is no kiss code; write RATE, DENY, RSTR … or none` };
  },
  { type: 'string', examples: ['RATE', 'DENY', 'RSTR', 'none'] },
);

/** A forged reply: how far off the time in it is, and what gives it away. */
const spoof: FieldSchema<Spoof | undefined> = fieldsOr<Spoof | undefined>(
  v.pipe(
    closed({ offset: signedDuration, flaw: v.exactOptional(oneOf(spoofFlaws)) }),
    v.transform(({ offset, flaw = 'originate' }): Spoof => ({ offsetMs: offset / 1000, flaw })),
  ),
  v.lazy((input) => {
    if (input === 'none')
      return v.pipe(
        oneOf(['none']),
        v.transform(() => undefined),
      );
    return v.pipe(
      signedDuration,
      v.transform((offset): Spoof => ({ offsetMs: offset / 1000, flaw: 'originate' })),
    );
  }),
);

/** What can be said of a time server. */
export const timeServerFields = {
  offset: v.exactOptional(signedDuration),
  drift: v.exactOptional(ppm),
  delay: v.exactOptional(duration),
  asymmetry: v.exactOptional(asymmetry),
  jitter: v.exactOptional(duration),
  loss: v.exactOptional(share),
  duplicate: v.exactOptional(share),
  reorder: v.exactOptional(share),
  reachable: v.exactOptional(flag),
  silent: v.exactOptional(flag),
  dns: v.exactOptional(oneOf(['works', 'fails', 'silent'])),
  stratum: v.exactOptional(integer(1, 16)),
  leap: v.exactOptional(oneOf(['none', 'insert', 'delete', 'unsynchronised'])),
  kiss: v.exactOptional(kiss),
  spoof: v.exactOptional(spoof),
  garbled: v.exactOptional(flag),
} as const;

const schema = closed(timeServerFields);

type Fields = v.InferOutput<typeof schema>;

/** The behaviour that fields stand for; what is not said of it is absent. */
export function behaviourOf(fields: Fields): Partial<TimeServerBehaviour> {
  const { offset, drift, delay, jitter, ...same } = fields;
  return {
    ...same,
    ...(offset !== undefined && { offsetMs: offset / 1000 }),
    ...(drift !== undefined && { driftPpm: drift }),
    ...(delay !== undefined && { delayUs: delay }),
    ...(jitter !== undefined && { jitterUs: jitter }),
  };
}

/**
 * Whether a server that is right and can be asked could be like that: the way to it is no fault.
 */
export function isFault(
  field: keyof TimeServerBehaviour,
  change: Partial<TimeServerBehaviour>,
): boolean {
  if (field === 'delayUs' || field === 'jitterUs') return false;
  if (field === 'stratum') return (change.stratum ?? 0) > 15;
  return change[field] !== honest[field];
}
