import * as v from 'valibot';
import { parseDuration, parseSignedDuration, show, type Parsed } from './duration.ts';
import { createPattern, type Pattern } from './pattern.ts';

/** A schema that turns what a scenario file says into a T. */
export type FieldSchema<T> = v.GenericSchema<unknown, T>;

/** What editors are told of a value, as a piece of JSON Schema: its form, and examples of it. */
export type Form = Readonly<Record<string, unknown>>;

/**
 * Whatever `parse` makes of a value; its refusals become the error's text. `form` is as much of it
 * as JSON Schema can say.
 */
export function parsed<T>(parse: (input: unknown) => Parsed<T>, form: Form = {}): FieldSchema<T> {
  return v.pipe(
    v.unknown(),
    v.metadata(form),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const outcome = parse(dataset.value);
      if (outcome.ok) return outcome.value;
      addIssue({ message: outcome.text });
      return NEVER;
    }),
  );
}

/** A group of fields; any other field is an error that names those there are. */
export function closed<const E extends v.ObjectEntries>(
  entries: E,
): v.GenericSchema<unknown, v.InferOutput<v.StrictObjectSchema<E, undefined>>> {
  const known = Object.keys(entries).join(', ');
  return v.pipe(
    // An array is an object to valibot.
    v.custom<Readonly<Record<string, unknown>>>(isRecord, (issue) => {
      return `expected fields (${known}), not ${show(issue.input)}`;
    }),
    v.strictObject(entries, (issue) => {
      const key = show(issue.path?.at(-1)?.key);
      if (issue.expected === 'never') return `${key} is no field here; there are: ${known}`;
      return `the field ${issue.expected} is missing`;
    }),
  ) as v.GenericSchema<unknown, v.InferOutput<v.StrictObjectSchema<E, undefined>>>;
}

/** One schema for a group of fields, another for everything else; `options` has both. */
export function fieldsOr<T>(
  fields: FieldSchema<T>,
  plain: FieldSchema<T>,
): FieldSchema<T> & { readonly options: readonly FieldSchema<T>[] } {
  const choice = v.lazy((input) => (isRecord(input) ? fields : plain));
  return Object.assign(choice, { options: [fields, plain] });
}

/** One of some words. */
export function oneOf<const W extends readonly string[]>(words: W): FieldSchema<W[number]> {
  return parsed(
    (input) => {
      const word = words.find((candidate) => candidate === input);
      if (word !== undefined) return { ok: true, value: word };
      return { ok: false, text: `${show(input)} is none of ${words.join(', ')}` };
    },
    { enum: words },
  );
}

/** A list with elements of one kind. */
export function listOf<T>(element: FieldSchema<T>): FieldSchema<T[]> {
  return v.array(element, (issue) => `expected a list, not ${show(issue.input)}`);
}

/** An integer within bounds, both included. */
export function integer(least: number, most: number): FieldSchema<number> {
  return parsed(
    (input) => {
      const isGood = Number.isSafeInteger(input) && Number(input) >= least && Number(input) <= most;
      if (isGood) return { ok: true, value: Number(input) };
      return { ok: false, text: `${show(input)} is no integer from ${least} to ${most}` };
    },
    { type: 'integer', minimum: least, maximum: most },
  );
}

/** How often something happens, at least once. */
export const count = integer(1, 1_000_000);

/** True or false. */
export const flag: FieldSchema<boolean> = parsed(
  (input) =>
    typeof input === 'boolean'
      ? { ok: true, value: input }
      : { ok: false, text: `${show(input)} is neither true nor false` },
  { title: 'flag', type: 'boolean' },
);

/** A level of a line: 0 or 1, or false and true. */
export const level: FieldSchema<0 | 1> = parsed(
  (input) => {
    if (input === 0 || input === false) return { ok: true, value: 0 };
    if (input === 1 || input === true) return { ok: true, value: 1 };
    return { ok: false, text: `${show(input)} is no level; write 0 or 1` };
  },
  { title: 'level', enum: [0, 1, false, true] },
);

/** Text that is not empty; numbers and the like count as they are written in YAML's plain form. */
export const text: FieldSchema<string> = parsed(
  (input) => {
    const isScalar = ['string', 'number', 'boolean'].includes(typeof input);
    if (isScalar && input !== '') return { ok: true, value: String(input) };
    return {
      ok: false,
      text: input === '' ? 'the text is empty' : `expected text, not ${show(input)}`,
    };
  },
  { title: 'text', type: ['string', 'number', 'boolean'], minLength: 1 },
);

const namePattern = /^[A-Za-z][\w-]{0,63}$/;

/** A name that `${…}` can hold. */
export const variableName: FieldSchema<string> = parsed(
  (input) => {
    if (typeof input !== 'string' || !namePattern.test(input)) {
      return {
        ok: false,
        text: `${show(input)} is no name: a letter, then letters, digits, - or _`,
      };
    }
    if (['hold', 'now', 'label'].includes(input)) {
      return { ok: false, text: `"${input}" has a meaning already; take another name` };
    }
    return { ok: true, value: input };
  },
  { title: 'name', type: 'string', pattern: namePattern.source },
);

/** A duration with its unit, in whole µs of true time. */
export const duration: FieldSchema<number> = parsed(parseDuration, durationForm());

/** A duration that may be negative. */
export const signedDuration: FieldSchema<number> = parsed(
  parseSignedDuration,
  durationForm('[+-]?'),
);

/** The form of a duration, with a sign where it may have one. */
export function durationForm(sign = ''): Form {
  const pattern = `^${sign}\\d+(\\.\\d+)?\\s*(ns|us|µs|ms|s|m|min|h|d)$`;
  const title = sign === '' ? 'duration' : 'signed-duration';
  return { title, type: 'string', pattern, examples: ['20ms', '3s', '10m', '2h', '30d'] };
}

/** How long a waiting step waits at most. */
export const timeout = v.exactOptional(duration);

/** A regular expression; `${…}` in it stands for the value's own characters. */
export const pattern: FieldSchema<Pattern> = parsed(createPattern, {
  title: 'pattern',
  type: 'string',
  minLength: 1,
});

/** Parts per million, with the unit: `20ppm`, `-3.5ppm`. */
export const ppm: FieldSchema<number> = parsed(
  (input) => {
    const match =
      typeof input === 'string' ? /^([+-]?\d+(?:\.\d+)?)\s*ppm$/.exec(input.trim()) : null;
    if (match === null) {
      return { ok: false, text: `${show(input)} is no drift; write it with its unit, as 20ppm` };
    }
    const value = Number(match[1]);
    if (Math.abs(value) > 100_000) return { ok: false, text: `${show(input)} is over 100000ppm` };
    return { ok: true, value };
  },
  {
    title: 'drift',
    type: 'string',
    pattern: '^[+-]?\\d+(\\.\\d+)?\\s*ppm$',
    examples: ['20ppm', '-3.5ppm'],
  },
);

/** A true time with its zone (`2026-11-24T10:00:00Z`), in µs since the epoch. */
export const instant: FieldSchema<number> = parsed(
  (input) => {
    const form = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;
    const isGood = typeof input === 'string' && form.test(input);
    const timeMs = isGood ? Date.parse(input.replace(' ', 'T')) : Number.NaN;
    const firstMs = Date.UTC(1970, 0, 1);
    if (!(timeMs >= firstMs && timeMs < Date.UTC(2200, 0, 1))) {
      return { ok: false, text: `${show(input)} is no time; write 2026-11-24T10:00:00Z` };
    }
    const fraction = /\.(\d+)/.exec(String(input))?.[1] ?? '';
    const belowMs = Number(fraction.padEnd(6, '0').slice(3));
    return { ok: true, value: timeMs * 1_000 + belowMs };
  },
  {
    title: 'instant',
    type: 'string',
    pattern: '^\\d{4}-\\d\\d-\\d\\d[T ]',
    examples: ['2026-11-24T10:00:00Z'],
  },
);

/** True for a group of fields. */
export function isRecord(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
