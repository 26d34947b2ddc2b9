import { describe, expect, test } from 'vitest';
import { runScenario } from '#sim/scenario/run-scenario';
import { scenarioOf } from './read.ts';
import { runCase as run } from './one-case.ts';

const ready = 'wait-state: { appliance: ready }';

describe('a step that holds lets the scenario pass', () => {
  test.each([
    ['delay', ['delay: 5s'], 5_000_000],
    ['advance-to', ['advance-to: "2026-11-24T10:00:07Z"'], 7_000_000],
    ['wait-serial', ['wait-serial: "self-test"', 'wait-serial: { pattern: "ready$" }'], undefined],
    [
      'capture-serial',
      ['capture-serial: { pattern: "firmware (\\\\S+)", as: v }', 'write-serial: "${v}"'],
      undefined,
    ],
    ['fail-serial', ['fail-serial: "panic"', ready], undefined],
    [
      'set-control',
      [
        'set-control: { part-id: power, name: on, value: 0 }',
        'expect-pin: { part-id: power, name: on, value: 0 }',
      ],
      0,
    ],
    [
      'set-control of the cable',
      [
        'set-control: { part-id: lan, name: connected, value: 0 }',
        'expect-pin: { part-id: lan, name: connected, value: 0 }',
      ],
      0,
    ],
    [
      'wait-pin',
      [
        'wait-pin: { part-id: buzzer, name: on, value: 1 }',
        'wait-pin: { part-id: buzzer, name: on, value: 0 }',
      ],
      500_000,
    ],
    [
      'press',
      [ready, 'press: { hold: 1s }', 'expect-pin: { part-id: reset, name: pressed, value: 0 }'],
      undefined,
    ],
    [
      'power cycle',
      [ready, 'power: cycle', 'expect-state: { appliance: self-test }', ready],
      undefined,
    ],
    [
      'expect-beeps, waiting for the one that sounds',
      ['wait-pin: { part-id: buzzer, name: on, value: 1 }', 'expect-beeps: [500ms]'],
      500_000,
    ],
    [
      'expect-led blinking',
      ['delay: 1.2s', 'expect-led: { colour: green, blink: 500ms }'],
      1_200_000,
    ],
    ['expect-led off', ['power: off', 'expect-led: { colour: off }'], undefined],
    ['wait-led', ['wait-led: { colour: green }'], undefined],
    ['expect-log', [ready, 'expect-log: "power: started"'], undefined],
    ['rtc', ['rtc: { drift: 20ppm, time: "2030-01-01T00:00:00Z", battery: dead }'], 0],
    ['rtc, warm', ['rtc: { temperature: 60C, battery: removed }'], 0],
    [
      'rtc, a cell that dies while the power is off',
      ['power: off', 'rtc: { battery-dies: "2026-11-24T10:00:01Z" }', 'delay: 2s'],
      2_000_000,
    ],
    ['repeat', ['repeat: { times: 3, steps: [{ delay: 1s }, { delay: 500ms }] }'], 4_500_000],
    ['for-each', ['for-each: { as: x, in: [1s, 2s], steps: [{ delay: "${x}" }] }'], 3_000_000],
  ])('%s', async (_key, steps, simulatedUs) => {
    const result = await run(steps);
    expect(result.failure).toBeUndefined();
    expect(result.outcome).toBe('passed');
    if (simulatedUs !== undefined) expect(result.simulatedUs).toBe(simulatedUs);
  });
});

describe('a step that does not hold fails, and says what was seen', () => {
  test.each([
    [
      'wait-serial',
      ['wait-serial: { text: nobody, timeout: 1s }'],
      '"nobody"',
      /services: http on 8080/,
    ],
    [
      'wait-serial looks on from the last match',
      [ready, 'wait-serial: "ready"', 'wait-serial: { text: self-test, timeout: 1s }'],
      '"self-test"',
      /login/,
    ],
    [
      'capture-serial',
      ['capture-serial: { pattern: "(x+y)", as: v, timeout: 1s }'],
      '/(x+y)/m',
      /services: http on 8080/,
    ],
    [
      'expect-pin',
      ['expect-pin: { part-id: power, name: on, value: 0 }'],
      'power/on 0',
      /power\/on 1/,
    ],
    [
      'wait-pin',
      ['wait-pin: { part-id: status, name: red, value: 1, timeout: 1s }'],
      'status/red 1',
      /status\/red 0/,
    ],
    [
      'rtc: a cell that died before',
      ['delay: 1s', 'rtc: { battery-dies: "2026-11-24T10:00:00Z" }'],
      'a death from 2026-11-24T10:00:01.000Z on',
      /2026-11-24T10:00:00.000Z/,
    ],
    [
      'expect-beeps: one too few',
      [ready, 'delay: 2s', 'expect-beeps: [500ms]'],
      '500ms',
      /^500ms, 1.5s$/,
    ],
    [
      'expect-beeps: one too many',
      ['delay: 600ms', 'expect-beeps: [500ms, 500ms]'],
      '500ms, 500ms',
      /^500ms$/,
    ],
    ['expect-beeps: over 10 % off', ['delay: 600ms', 'expect-beeps: [560ms]'], '560ms', /^500ms$/],
    [
      'expect-beeps: heard before',
      ['delay: 600ms', 'expect-beeps: [500ms]', 'expect-beeps: [500ms]'],
      '500ms',
      /^no beep$/,
    ],
    [
      'expect-led: blinking is not steady',
      ['delay: 100ms', 'expect-led: { colour: green }'],
      'steady green',
      /^green, blink 500ms$/,
    ],
    [
      'expect-led: steady is not blinking',
      [ready, 'delay: 5s', 'expect-led: { colour: green-red }'],
      'green-red',
      /^steady green$/,
    ],
    [
      'expect-led: another period',
      ['delay: 1s', 'expect-led: { colour: green, blink: 250ms }'],
      'green, blink 250ms',
      /^green, blink 500ms$/,
    ],
    ['wait-led', ['wait-led: { colour: red, timeout: 5s }'], 'steady red', /steady green|green/],
    ['expect-state', ['expect-state: { appliance: ready }'], 'ready', /^self-test \(just now\)$/],
    ['wait-state', ['wait-state: { appliance: halted, timeout: 5s }'], 'halted', /^ready/],
    ['expect-log', [ready, 'expect-log: "martian"'], '/martian/m', /started/],
    [
      'expect-log finds an entry once',
      [ready, 'expect-log: "synchronised"', 'expect-log: "synchronised"'],
      '/synchronised/m',
      /^no new entry$/,
    ],
    ['expect-log of a board that is off', ['power: off', 'expect-log: "x"'], '/x/m', /no log/],
    [
      'advance-to the past',
      ['delay: 1s', 'advance-to: "2026-11-24T10:00:00Z"'],
      'a time up to 2026-11-24T10:00:00.000Z',
      /10:00:01/,
    ],
    [
      'fail-serial',
      ['fail-serial: "self-test"', 'delay: 5s'],
      'that the console never says "self-test"',
      /"self-test"/,
    ],
  ])('%s', async (_what, steps, expected, seen) => {
    const { outcome, failure } = await run(steps);
    expect(outcome).toBe('failed');
    expect(failure?.expected).toContain(expected);
    expect(failure?.seen).toMatch(seen);
  });

  test('with the step, the console, the states and the clocks', async () => {
    const { failure, seed } = await run([
      ready,
      '{ name: hope, expect-state: { console: shell } }',
    ]);
    expect(seed).toBe(1);
    expect(failure).toMatchObject({
      step: { line: 6, source: 'expect-state: { console: shell }', name: 'hope' },
      expected: 'shell',
      states: { appliance: 'ready', console: 'login', 'clock.trust': 'synchronised' },
      clocks: { isRtcValid: true, trust: 'synchronised' },
      atUs: 2_460_000,
    });
    expect(failure?.console.at(-1)).toBe('TS-453N login:');
  });

  test('inside a loop it is the step of the loop that is named', async () => {
    const { failure } = await run(['repeat: { times: 2, steps: [{ expect-beeps: [1s] }] }']);
    expect(failure?.step).toMatchObject({ line: 5, source: 'expect-beeps: [1s]' });
  });
});

describe('a run can end in other ways', () => {
  test('at its time limit', async () => {
    const result = await run(['delay: 1s', 'delay: 1h'], { timeoutUs: 5_000_000 });
    expect(result).toMatchObject({ outcome: 'time-limit', simulatedUs: 5_000_000 });
    expect(result.failure).toMatchObject({
      step: { line: 6 },
      problem: 'not done within the time limit of 5s',
    });
  });

  test('but not where a wait that could last longer is over before', async () => {
    expect((await run([ready], { timeoutUs: 5_000_000 })).outcome).toBe('passed');
  });

  test('a wait that ends before the limit fails as such', async () => {
    const steps = ['wait-serial: { text: x, timeout: 1s }'];
    expect((await run(steps, { timeoutUs: 5_000_000 })).outcome).toBe('failed');
  });

  test('as unusable, where a step asks for what this board cannot do', async () => {
    const steps = [
      'power: off',
      'fault: { flash: { flip-bit: { file: nothing, offset: 0, bit: 0 } } }',
    ];
    const { outcome, failure } = await run(steps);
    expect(outcome).toBe('unusable');
    expect(failure?.problem).toContain('nothing');
    expect(failure?.step?.line).toBe(6);
  });
});

describe('the header', () => {
  test('decides the seed, and options go before it', async () => {
    const header = 'board: { seed: 7 }';
    expect((await run(['delay: 1s'], { header })).seed).toBe(7);
    expect((await run(['delay: 1s'], { header, seed: 9 })).seed).toBe(9);
  });

  test('decides the start, the power and the label', async () => {
    const board = 'start: 2030-05-06T07:08:09Z, power: off, model: TS-X';
    const header = `board: { ${board}, mac-addresses: ["02:00:00:00:00:0A"] }`;
    const steps = [
      'expect-pin: { part-id: power, name: on, value: 0 }',
      'power: on',
      'wait-serial: "TS-X login: "',
      'write-serial: "admin\\r"',
      'wait-serial: "Password: "',
      'write-serial: "02000000000A\\r"',
      'wait-serial: "Choose your own"',
      'advance-to: "2030-05-06T07:09:00Z"',
    ];
    expect((await run(steps, { header })).failure).toBeUndefined();
  });

  test('decides how RESET is debounced and when the advanced reset fires', async () => {
    const header = 'board: { reset: { debounce: 50ms, advanced-fires: on-release } }';
    const steps = [
      ready,
      'delay: 2s',
      'expect-beeps: [500ms, 1500ms]',
      'set-control: { part-id: reset, name: pressed, value: 1 }',
      'delay: 30s',
      'expect-beeps: [500ms, 500ms]',
      'expect-state: { appliance: ready }',
      'set-control: { part-id: reset, name: pressed, value: 0 }',
      'delay: 49ms',
      'expect-state: { appliance: ready }',
      'delay: 1ms',
      'expect-state: { appliance: resetting-advanced }',
    ];
    expect((await run(steps, { header })).failure).toBeUndefined();
  });

  test('decides the clock chip', async () => {
    const header = 'board: { rtc: { offset: -90s, drift: -20ppm, battery: good } }';
    const steps = ['wait-serial: "clock: 2026-11-24 09:58:30 UTC from rtc"'];
    expect((await run(steps, { header })).failure).toBeUndefined();
  });
});

test('the same seed gives the same trace, another seed another', async () => {
  const steps = [ready, 'press: { hold: 1s, bounce: { edges: 9, within: 19ms } }', 'delay: 1s'];
  const [first, second, other] = await Promise.all([
    run(steps, { keepTrace: true }),
    run(steps, { keepTrace: true }),
    run(steps, { keepTrace: true, seed: 2 }),
  ]);
  expect(first.trace).toBe(second.trace);
  expect(other.trace).not.toBe(first.trace);
  expect(first.trace?.split('\n').length).toBeGreaterThan(30);
});

test('several seeds are run in a row', async () => {
  const { cases } = await runScenario(scenarioOf('  - press: { hold: [1s, 2s] }'), {
    seed: 5,
    seeds: 2,
  });
  expect(cases.map(({ variables, seed }) => [variables['hold'], seed])).toEqual([
    ['1s', 5],
    ['2s', 5],
    ['1s', 6],
    ['2s', 6],
  ]);
});
