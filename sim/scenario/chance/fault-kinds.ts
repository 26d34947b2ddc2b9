import type { Random } from '../../kernel/random.ts';
import { timeText, type RawFault } from '../timed-fault.ts';

/** A kind of fault that chance may give a run. */
export interface FaultKind {
  readonly name: string;
  /** For people, in the reference. */
  readonly about: string;
  /** One fault at an instant, with what ends it where it has an end. */
  draw(random: Random, atUs: number): readonly RawFault[];
}

const second = 1_000_000;

/** All kinds. What one draws does not depend on which others there are. */
export const faultKinds: readonly FaultKind[] = [
  {
    name: 'flash-bit-flips',
    about: '1 to 3 bits of the flash turn over',
    draw: (random, atUs) => [at(atUs, flash('flip-bits', random.integer(1, 3)))],
  },
  {
    name: 'flash-write-failures',
    about: 'the next 1 to 4 operations that change the flash fail',
    draw: (random, atUs) => [at(atUs, flash('fail-writes', random.integer(1, 4)))],
  },
  {
    name: 'flash-power-cut',
    about: 'power fails in one of the next 12 operations of the flash; it is back within a minute',
    draw: (random, atUs) => [
      at(atUs, flash('cut-power-after-writes', random.integer(1, 12))),
      at(later(random, atUs, 60), { power: 'on' }),
    ],
  },
  {
    name: 'power-cut',
    about: 'the plug is pulled, and put back within a minute',
    draw: (random, atUs) => [
      at(atUs, { power: 'cut' }),
      at(later(random, atUs, 60), { power: 'on' }),
    ],
  },
  {
    name: 'cpu-hang',
    about: 'the processor hangs until the watchdog or a lack of power ends that',
    draw: (_random, atUs) => [at(atUs, { fault: { cpu: 'hang' } })],
  },
  {
    name: 'uart',
    about: '1 to 40 characters of noise, a break or a framing error on the console',
    draw: (random, atUs) => {
      const kind = oneOf(random, ['noise', 'break', 'framing'] as const);
      return [
        at(atUs, { fault: { uart: { [kind]: kind === 'noise' ? random.integer(1, 40) : 1 } } }),
      ];
    },
  },
  {
    name: 'rtc-bus',
    about: 'transfers to the clock chip fail, or its bus is held low for up to a minute',
    draw: (random, atUs) => {
      const kind = oneOf(random, ['nack-address', 'nack-byte', 'disturb', 'hold-low'] as const);
      if (kind !== 'hold-low') {
        return [at(atUs, { fault: { rtc: { [kind]: random.integer(1, 3) } } })];
      }
      return [
        at(atUs, { fault: { rtc: { 'hold-low': true } } }),
        at(later(random, atUs, 60), { fault: { rtc: { 'hold-low': false } } }),
      ];
    },
  },
  {
    name: 'rtc-battery',
    about: 'the coin cell is taken out, and put back within ten minutes',
    draw: (random, atUs) => [
      at(atUs, control('rtc-battery', 'present', 0)),
      at(later(random, atUs, 600), control('rtc-battery', 'present', 1)),
    ],
  },
  {
    name: 'ntp',
    about: 'a time server lies by up to a day, is silent, or sends rubbish',
    draw: (random, atUs) => {
      const server = oneOf(random, ['ntp1.example', 'ntp2.example', 'ntp3.example', 'all']);
      const change = oneOf(random, ['offset', 'silent', 'garbled', 'unreachable'] as const);
      const value = {
        offset: { offset: signed(random, random.integer(1, 86_400) * second) },
        silent: { silent: true },
        garbled: { garbled: true },
        unreachable: { reachable: false },
      }[change];
      return [at(atUs, { ntp: { server, ...value } })];
    },
  },
  {
    name: 'smtp',
    about: 'the mail server is down, silent, slow or refuses, for up to ten minutes',
    draw: (random, atUs) => [
      at(atUs, {
        fault: {
          smtp: oneOf<unknown>(random, [
            'down',
            'silent',
            { slow: timeText(random.integer(1, 60) * second) },
            { reject: '550 no' },
            { reject: '451 later' },
          ]),
        },
      }),
      at(later(random, atUs, 600), { fault: { smtp: 'up' } }),
    ],
  },
  {
    name: 'lan',
    about: 'the network cable is unplugged for up to ten minutes',
    draw: (random, atUs) => [
      at(atUs, control('lan', 'connected', 0)),
      at(later(random, atUs, 600), control('lan', 'connected', 1)),
    ],
  },
  {
    name: 'clock-jump',
    about: 'another program moves the wall clock by up to a day',
    draw: (random, atUs) => [
      at(atUs, { clock: { jump: signed(random, random.integer(1, 86_400) * second) } }),
    ],
  },
];

function at(atUs: number, step: Readonly<Record<string, unknown>>): RawFault {
  return { at: timeText(atUs), ...step };
}

function flash(kind: string, count: number): Readonly<Record<string, unknown>> {
  return { fault: { flash: { [kind]: count } } };
}

function control(part: string, name: string, value: 0 | 1): Readonly<Record<string, unknown>> {
  return { 'set-control': { 'part-id': part, name, value } };
}

/** Mostly soon: half of all within a thirtieth of the span. */
function later(random: Random, atUs: number, withinS: number): number {
  const span = withinS * second;
  const soonUs = random.integer(1_000, Math.round(span / 30));
  const anyUs = random.integer(1_000, span);
  return atUs + (random.chance(0.5) ? soonUs : anyUs);
}

function signed(random: Random, us: number): string {
  return `${random.chance(0.5) ? '+' : '-'}${timeText(us)}`;
}

function oneOf<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(0, values.length - 1)] as T;
}
