import * as v from 'valibot';
import { show } from './duration.ts';
import { judges } from './judge.ts';
import {
  closed,
  duration,
  flag,
  instant,
  integer,
  listOf,
  oneOf,
  parsed,
  ppm,
  signedDuration,
  text,
} from './schema.ts';
import { timeServerFields } from './time-server-fields.ts';
import { tableSchema } from './table-layout.ts';

const macAddress = parsed<string>(
  (input) => {
    const isGood = typeof input === 'string' && /^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/.test(input);
    if (isGood) return { ok: true, value: input };
    return { ok: false, text: `${show(input)} is no MAC address; write 24:5E:BE:00:00:01` };
  },
  { type: 'string', pattern: '^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$' },
);

/** The name has the unit already, so a number will do. */
const crystalPpm = parsed<number>(
  (input) => {
    const written = v.safeParse(ppm, typeof input === 'number' ? `${input}ppm` : input);
    if (written.success) return { ok: true, value: written.output };
    return { ok: false, text: `${show(input)} is no number of ppm from -100000 to 100000` };
  },
  { type: ['number', 'string'], minimum: -100_000, maximum: 100_000 },
);

function powerOfTwo(least: number): v.GenericSchema<unknown, number> {
  return parsed<number>(
    (input) => {
      const isGood = Number.isSafeInteger(input) && Number(input) >= least;
      if (isGood && Number.isInteger(Math.log2(Number(input))))
        return { ok: true, value: Number(input) };
      return { ok: false, text: `${show(input)} is no power of two from ${least} on` };
    },
    { type: 'integer', minimum: least },
  );
}

/** The `board` group of a scenario file, and the whole of a board file. */
export const boardSchema = closed({
  seed: v.exactOptional(integer(0, Number.MAX_SAFE_INTEGER)),
  /** True time at the start. */
  start: v.exactOptional(instant),
  /** Whether the supply is on when the first step is done. */
  power: v.exactOptional(oneOf(['on', 'off'])),
  model: v.exactOptional(text),
  'serial-number': v.exactOptional(text),
  'mac-addresses': v.exactOptional(
    v.pipe(listOf(macAddress), v.minLength(1, 'a board has at least one MAC address')),
  ),
  'crystal-ppm': v.exactOptional(crystalPpm),
  rtc: v.exactOptional(
    closed({
      offset: v.exactOptional(signedDuration),
      drift: v.exactOptional(ppm),
      battery: v.exactOptional(oneOf(['good', 'dead'])),
    }),
  ),
  /** How the time servers of the world behave from the start, all of them. */
  ntp: v.exactOptional(closed(timeServerFields)),
  flash: v.exactOptional(
    closed({
      'sector-size': v.exactOptional(powerOfTwo(512)),
      'tear-size': v.exactOptional(powerOfTwo(1)),
      unsynced: v.exactOptional(oneOf(['random', 'keep', 'lose', 'tear', 'garble'])),
      /** Erased, instead of as the factory delivers it. */
      blank: v.exactOptional(flag),
    }),
  ),
  uart: v.exactOptional(closed({ pacing: v.exactOptional(flag) })),
  reset: v.exactOptional(
    closed({
      debounce: v.exactOptional(duration),
      'advanced-fires': v.exactOptional(oneOf(['at-threshold', 'on-release'])),
    }),
  ),
});

/** How the board of a scenario differs from the standard one. */
export type BoardHeader = v.InferOutput<typeof boardSchema>;

const version = parsed<1>(
  (input) =>
    input === 1
      ? { ok: true, value: 1 }
      : { ok: false, text: `version ${show(input)} is not read; 1 is` },
  { const: 1 },
);

const steps = parsed<readonly unknown[]>(
  (input) =>
    Array.isArray(input) && input.length > 0
      ? { ok: true, value: input }
      : { ok: false, text: 'expected a list of steps' },
  { type: 'array', minItems: 1 },
);

/** The whole of a scenario file; its board and its steps are read apart, for each case. */
export const scenarioFile = closed({
  name: v.exactOptional(text),
  version,
  /** Who wrote it; means nothing here. */
  author: v.exactOptional(text),
  board: v.exactOptional(v.unknown()),
  /** Lists, each by the name of the variable that takes its values. */
  sweep: v.exactOptional(v.unknown()),
  /** What is told of the results of all cases. */
  table: v.exactOptional(tableSchema),
  /** Steps that happen at an instant, each with its `at`; read apart, for each case. */
  faults: v.exactOptional(v.unknown()),
  /** Whether its steps have to hold, what must hold whatever happens, or both. */
  'judged-by': v.exactOptional(oneOf(judges)),
  steps,
});
