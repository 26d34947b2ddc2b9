import { describe, expect, test } from 'vitest';
import { problemsOf, scenarioOf } from './read.ts';

const file = (steps: string): string => `version: 1\nsteps:\n${steps}\n`;

describe('an unusable file is refused with line and column', () => {
  test.each([
    ['a duration without unit', '  - press: { hold: 3 }', '3:20  press.hold: "3" has no unit'],
    ['an unknown step', '  - wait-serail: x', '3:5  wait-serail: there is no step "wait-serail"'],
    ['an unknown field', '  - wait-serial: { txt: a }', '3:20  wait-serial.txt: "txt" is no field'],
    ['an unknown chart', '  - wait-state: { app: on }', '3:17  wait-state: "app" is no chart'],
    ['an unknown colour', '  - expect-led: { colour: blue }', '3:27  expect-led.colour: "blue"'],
    [
      'a missing field',
      '  - press: { part-id: reset }',
      '3:12  press: the field "hold" is missing',
    ],
    ['a wrong part', '  - press: { part-id: x, hold: 1s }', '3:23  press.part-id: "x" is none of'],
    ['a wrong pattern', '  - expect-log: "("', '3:17  expect-log: the pattern "(" is wrong'],
    ['two things in a step', '  - { delay: 1s, power: on }', '3:5  a step does one thing'],
    ['a step without a key', '  - name: nothing', '3:5  a step has a key'],
    ['a step that is text', '  - delay', '3:5  expected a step, not "delay"'],
    [
      'a name that has no value',
      '  - write-serial: "${x}"',
      '3:19  write-serial: ${x} has no value',
    ],
    ['a hold without a list', '  - write-serial: "${hold}"', '3:19  write-serial: ${hold} has'],
    [
      'an unknown account',
      '  - write-serial: "${totp(a)}"',
      '3:19  write-serial: the phone has no',
    ],
    ['an empty list of holds', '  - press: { hold: [] }', '3:20  press.hold: 0 holds'],
    ['a hold without unit in a list', '  - press: { hold: [1s, 2] }', '3:25  press.hold: "2" has'],
    ['a fault that names nothing', '  - fault: {}', '3:12  fault: no fault is named'],
    [
      'a flash fault that names nothing',
      '  - fault: { flash: {} }',
      '3:12  fault: no fault is named',
    ],
    ['a loop without steps', '  - repeat: { times: 2 }', '3:13  repeat: the field "steps" is'],
    [
      'a wrong level',
      '  - expect-pin: { part-id: reset, name: pressed, value: 2 }',
      '3:57  expect-pin.value',
    ],
    [
      'a line that cannot be driven',
      '  - set-control: { part-id: status, name: red, value: 1 }',
      '3:18',
    ],
    [
      'two fields where one is due',
      '  - wait-serial: { text: a, pattern: b }',
      '3:18  wait-serial: give one',
    ],
    [
      'a time without zone',
      '  - advance-to: 2026-11-24T10:00:00',
      '3:17  advance-to: "2026-11-24T10:00:00" is no time',
    ],
    ['a drift without unit', '  - rtc: { drift: 20 }', '3:19  rtc.drift: "20" is no drift'],
    [
      'a temperature without unit',
      '  - rtc: { temperature: 60 }',
      '3:25  rtc.temperature: "60" is no temperature',
    ],
    [
      'a temperature the chip does not stand',
      '  - rtc: { temperature: 85.5C }',
      '3:25  rtc.temperature: "85.5C" is no temperature',
    ],
    ['a byte over 255', '  - write-serial: [1, 256]', '3:19  write-serial: "256" is no byte'],
    [
      'a list of holds beside another',
      '  - press: { hold: [1s] }\n  - press: { hold: [2s] }',
      '4:20  press.hold: a scenario has one list',
    ],
  ])('%s', (_what, steps, problem) => {
    const problems = problemsOf(file(steps));
    expect(problems.join('\n')).toContain(`f.yaml:${problem}`);
  });

  test('a wrong header', () => {
    const header =
      'board: { seed: -1, colour: red, rtc: { offset: 5 }, ntp: {} }\nversion: 2\nstep: []';
    const problems = problemsOf(`${header}\nsteps: []\n`).join('\n');
    expect(problems).toContain('f.yaml:1:16  board.seed: "-1" is no integer');
    expect(problems).toContain('f.yaml:1:20  board.colour: "colour" is no field here');
    expect(problems).toContain('f.yaml:1:48  board.rtc.offset: "5" has no unit');
    expect(problems).toContain('f.yaml:2:10  version: version "2" is not read');
    expect(problems).toContain('f.yaml:3:1  step: "step" is no field here');
    expect(problems).toContain('f.yaml:4:8  expected a list of steps');
  });

  test('each mistake is told once, though every case and round meets it', () => {
    const loop = '  - for-each: { as: n, from: 1, to: 9, steps: [{ delay: 3 }] }';
    expect(problemsOf(file(`${loop}\n  - press: { hold: [1s, 2s, 3s] }`))).toHaveLength(1);
  });
});

describe('a usable file', () => {
  test('is read with the places of its steps', () => {
    const { cases, name } = scenarioOf('  - name: a rest\n    delay: 5s\n  - power: cut');
    expect(name).toBe('test');
    expect(cases).toHaveLength(1);
    expect(cases[0]?.steps).toMatchObject([
      { key: 'delay', name: 'a rest', value: 5_000_000, position: { line: 6, column: 5 } },
      { key: 'power', value: 'cut', position: { line: 7, column: 5 }, source: 'power: cut' },
    ]);
  });

  test('keeps the step names and fields of Wokwi', () => {
    const steps = [
      '  - delay: 100ms',
      "  - wait-serial: 'hello'",
      '  - write-serial: [65, 66]',
      '  - set-control: { part-id: reset, control: pressed, value: 1 }',
      '  - expect-pin: { part-id: reset, pin: pressed, value: 1 }',
    ];
    expect(scenarioOf(steps.join('\n'), "author: 'Somebody'").cases[0]?.steps).toHaveLength(5);
  });

  test('makes one case of each hold of a list, and tells them apart', () => {
    const { cases } = scenarioOf('  - press: { hold: [2.999s, 3s] }\n  - write-serial: "${hold}"');
    expect(cases.map(({ variables }) => variables)).toEqual([{ hold: '2.999s' }, { hold: '3s' }]);
    expect(cases.map(({ steps }) => steps.map(({ value }) => value))).toEqual([
      [{ hold: 2_999_000 }, '2.999s'],
      [{ hold: 3_000_000 }, '3s'],
    ]);
  });

  test('reads a loop out, with the type of each value', () => {
    const steps = '  - for-each: { as: n, in: [1, 2], steps: [{ write-serial: ["${n}"] }] }';
    const [loop] = scenarioOf(steps).cases[0]?.steps ?? [];
    expect(loop?.loop?.bodies.map((body) => body.map(({ value }) => value))).toEqual([
      [[1]],
      [[2]],
    ]);
  });

  test('may use a captured value after the step that captures it, not before', () => {
    const capture = '  - capture-serial: { pattern: "(x)", as: it }';
    const use = '  - write-serial: "${it} ${label.mac2} ${now} $${it}"';
    expect(problemsOf(file(`${capture}\n${use}`))).toEqual([]);
    expect(problemsOf(file(`${use}\n${capture}`))).toHaveLength(1);
  });

  test('may use anchors', () => {
    const steps = '  - expect-beeps: &both [500ms, 1500ms]\n  - expect-beeps: *both';
    expect(scenarioOf(steps).cases[0]?.steps.map(({ value }) => value)).toEqual([
      [500_000, 1_500_000],
      [500_000, 1_500_000],
    ]);
  });
});
