import { describe, expect, test } from 'vitest';
import { runCase as run } from './one-case.ts';

const ready = 'wait-state: { appliance: ready }';

describe('a run is invalid where an ordered fault never took effect', () => {
  test.each([
    [
      'a cut that no write reached',
      [ready, 'fault: { flash: { cut-power-after-writes: 999 } }', 'delay: 1s'],
      /cut-power-after-writes/,
    ],
    ['noise that no board heard', ['power: off', 'fault: { uart: { noise: 9 } }'], /uart: noise/],
    ['a hang of a board that is off', ['power: off', 'fault: { cpu: hang }'], /cpu: hang/],
    [
      'a stuck button that no board met',
      ['power: off', 'fault: { reset: { stuck: true } }', 'delay: 1s'],
      /reset: stuck/,
    ],
    [
      'a clock chip that nobody asked any more',
      [ready, 'fault: { rtc: { nack-address: 2 } }', 'delay: 1s'],
      /rtc: nack-address/,
    ],
    [
      'contacts that bounced while the board was on',
      [ready, 'fault: { rtc: battery-bounce }'],
      /rtc: battery-bounce/,
    ],
    [
      'a coin cell that outlived the scenario',
      ['rtc: { battery-dies: "2027-01-01T00:00:00Z" }', 'delay: 1s'],
      /rtc: battery-dies/,
    ],
    [
      'a fault replaced before it happened',
      [
        ready,
        'fault: { flash: { fail-writes: 1 } }',
        'fault: { flash: { fail-writes: 1 } }',
        'power: cycle',
        ready,
      ],
      /fail-writes/,
    ],
  ])('%s', async (_what, steps, problem) => {
    const { outcome, failure } = await run(steps);
    expect(outcome).toBe('invalid');
    expect(failure?.problem).toMatch(problem);
  });

  test.each([
    [
      'a cut',
      [
        ready,
        'fault: { flash: { cut-power-after-writes: 1 } }',
        'press: { hold: 3s }',
        'wait-pin: { part-id: power, name: on, value: 0 }',
      ],
    ],
    ['noise', [ready, 'fault: { uart: { noise: 9, break: 1, framing: 2 } }', 'delay: 1s']],
    [
      'a button stuck before power-on',
      ['power: off', 'fault: { reset: { stuck: true } }', 'power: on', ready],
    ],
    ['a hang', ['fault: { cpu: hang }', 'delay: 1s']],
    ...[
      '{ nack-address: 2 }',
      '{ nack-byte: 2 }',
      '{ disturb: 2 }',
      'hold-low',
      'battery-bounce',
    ].map((fault): [string, string[]] => [
      `a clock chip with ${fault}`,
      [
        'power: off',
        `fault: { rtc: ${fault} }`,
        'ntp: { server: all, dns: fails }',
        'power: on',
        ready,
        'expect-state: { clock.trust: unset }',
      ],
    ]),
  ])('%s that took effect makes it valid', async (_what, steps) => {
    expect((await run(steps)).outcome).toBe('passed');
  });

  test('a step that fails counts before a fault that did not happen', async () => {
    const steps = ['fault: { flash: { cut-power-after-writes: 999 } }', 'expect-beeps: [1s]'];
    expect((await run(steps)).outcome).toBe('failed');
  });
});
