import * as v from 'valibot';
import { expect, test } from 'vitest';
import { stepDefinitions } from '#sim/scenario/steps/index';

test.each([...stepDefinitions.values()].filter(({ usage }) => usage !== undefined))(
  'what the help of $key says can be typed: $usage',
  ({ key, usage = '', fromWords, schema }) => {
    const [typed, ...words] = usage.split(' ');
    expect(typed).toBe(key);
    expect(v.safeParse(schema, fromWords?.(words)).issues).toBeUndefined();
  },
);

test.each([
  ['press', 'reset 3 s', { 'part-id': 'reset', hold: 3_000_000 }],
  ['expect-led', 'status green-red', { 'part-id': 'status', colour: 'green-red' }],
  ['expect-beeps', '', []],
  ['fault', 'uart noise 20', { uart: { noise: 20 } }],
  ['fault', 'uart break', { uart: { break: 1 } }],
  ['fault', 'reset stuck', { reset: { stuck: true } }],
  ['fault', 'reset stuck off', { reset: { stuck: false } }],
  ['fault', 'cpu hang', { cpu: 'hang' }],
  ['rtc', 'time 2030-01-01T00:00:00Z', { time: Date.UTC(2030, 0, 1) * 1000 }],
  ['rtc', 'battery removed', { battery: 'removed' }],
  ['rtc', 'battery-dies 2026-12-25T00:00:00Z', { 'battery-dies': Date.UTC(2026, 11, 25) * 1000 }],
  ['rtc', 'temperature 60C', { temperature: 60 }],
  ['rtc', 'temperature -12.5 °C', { temperature: -12.5 }],
  ['fault', 'rtc nack-byte 2', { rtc: { 'nack-byte': 2 } }],
  ['fault', 'rtc disturb', { rtc: { disturb: 1 } }],
  ['fault', 'rtc hold-low off', { rtc: { 'hold-low': false } }],
  ['fault', 'rtc battery-bounce', { rtc: { 'battery-bounce': true } }],
  ['ntp', 'ntp1.example offset -90s', { server: 'ntp1.example', offset: -90_000_000 }],
  ['ntp', 'ntp1.example loss 0.5', { server: 'ntp1.example', loss: 0.5 }],
  ['ntp', 'all silent', { server: 'all', silent: true }],
  ['ntp', 'all reachable off', { server: 'all', reachable: false }],
  ['ntp', 'ntp1.example kiss RATE', { server: 'ntp1.example', kiss: 'RATE' }],
  ['ntp', 'add time.example', { add: 'time.example' }],
  ['clock', 'drift -50ppm', { drift: -50 }],
  ['clock', 'jump -5s', { jump: -5_000_000 }],
  ['clock', 'jitter 5ppm every 10m', { jitter: 5, every: 600_000_000 }],
  ['clock', 'jitter 0ppm', { jitter: 0 }],
  ['clock', 'slew +4s over 30s', { slew: 4_000_000, over: 30_000_000 }],
  ['write-serial', String.raw`admin\r`, 'admin\r'],
  ['phone', 'scan admin', { scan: 'qr-of-console', as: 'admin' }],
  ['phone', 'add admin GEZD GNBV', { add: 'GEZD GNBV', as: 'admin' }],
  ['phone', 'skew -90s', { skew: -90_000_000 }],
  ['phone', 'drift 20ppm', { drift: 20 }],
])('%s %s', (key, words, value) => {
  const definition = stepDefinitions.get(key);
  const raw = definition?.fromWords?.(words.split(' ').filter((word) => word !== ''));
  expect(v.safeParse(definition?.schema ?? v.never(), raw).output).toEqual(value);
});
