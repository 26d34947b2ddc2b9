import { describe, expect, test } from 'vitest';
import { readScenario } from '#sim/scenario/reader';
import { runScenario } from '#sim/scenario/run-scenario';
import { problemsOf } from './read.ts';

/**
 * Scenarios in the form that Wokwi documents for its version 1
 * (https://docs.wokwi.com/wokwi-ci/automation-scenarios), with parts of this board.
 */

async function outcomeOf(text: string): Promise<string> {
  const { cases } = await runScenario(readScenario(text, 'wokwi.test.yaml'));
  const [first] = cases;
  return first?.failure === undefined
    ? String(first?.outcome)
    : `${first.outcome}: ${first.failure.expected}`;
}

const steps = (...lines: readonly string[]): string =>
  `name: 'A scenario'\nversion: 1\nauthor: 'Somebody'\n\nsteps:\n${lines.join('\n')}\n`;

describe('a scenario as Wokwi writes them runs unchanged', () => {
  test.each([
    [
      'a button pressed and let go, by the older names of fields',
      `
  # List of steps:
  - delay: 8s
  - expect-pin:
      part-id: reset
      pin: pressed
      value: 0
  - set-control:
      part-id: reset
      control: pressed
      value: 1
  - delay: 500ms
  - expect-pin:
      part-id: reset
      pin: pressed
      value: 1
  - set-control:
      part-id: reset
      control: pressed
      value: 0`,
    ],
    [
      'the same by their names of today, with values as YAML has them',
      `
  - delay: 8s
  - set-control: { part-id: reset, name: pressed, value: true }
  - expect-pin: { part-id: reset, name: pressed, value: true }
  - set-control: { part-id: reset, name: pressed, value: false }
  - expect-pin: { part-id: reset, name: pressed, value: 0 }`,
    ],
    [
      'a dialogue on the serial port, as text and as bytes',
      `
  - wait-serial: 'login:'
  - write-serial: "guest\\r"
  - wait-serial: 'Password:'
  - write-serial: [120, 13]
  - wait-serial: 'login:'`,
    ],
    [
      'steps that have names',
      `
  - name: 'Wait for the prompt'
    wait-serial: 'login:'
  - name: 'A while later'
    delay: 1.5s`,
    ],
    [
      'durations in all units',
      `
  - delay: 1000000ns
  - delay: 250us
  - delay: 20ms
  - delay: 1s
  - delay: 1m`,
    ],
    [
      'an LED and a buzzer looked at',
      `
  - delay: 20s
  - expect-pin: { part-id: status, pin: green, value: 1 }
  - expect-pin: { part-id: status, pin: red, value: 0 }
  - expect-pin: { part-id: buzzer, pin: on, value: 0 }`,
    ],
  ])('%s', async (_what, text) => {
    await expect(outcomeOf(steps(text))).resolves.toBe('passed');
  });

  test('a level that is another fails, and says which was expected', async () => {
    const text = steps('  - expect-pin:\n      part-id: reset\n      pin: pressed\n      value: 1');
    await expect(outcomeOf(text)).resolves.toBe('failed: reset/pressed 1');
  });

  test('neither the name of the scenario nor its author is needed', async () => {
    await expect(outcomeOf('version: 1\nsteps: [{ delay: 1ms }]')).resolves.toBe('passed');
  });
});

describe('what is wrong in it is told before anything runs', () => {
  const reset = 'part-id: reset, value: 1';

  test.each([
    ['delay: 30', '6:12  delay: "30" has no unit'],
    ["delay: '500 ms '", ''],
    ['delay: -1s', '6:12  delay: "-1s" is no duration'],
    ['wait-serial:', '6:17  wait-serial: expected text, not nothing'],
    ["wait-serial: ''", '6:18  wait-serial: the text is empty'],
    ['write-serial: []', '6:19  write-serial: 0 bytes: give 1'],
    ['write-serial: [a]', '6:19  write-serial: "a" is no byte'],
    ['write-serial: { value: x }', '6:19  write-serial: expected text or a list of bytes'],
    [
      `set-control: { ${reset}, name: pressed, control: pressed }`,
      '6:18  set-control: "control" is an older name of "name": give one of them',
    ],
    [`set-control: { ${reset} }`, '6:18  set-control: the field "name" is missing'],
    ['set-control: { name: pressed, value: 1 }', '6:18  set-control: the field "part-id" is'],
    ['set-control: { part-id: reset, name: pressed }', '6:18  set-control: the field "value" is'],
    [
      'set-control: { part-id: btn1, control: pressed, value: 1 }',
      'there is no "btn1" with "pressed" here; there are: reset/pressed, power/on',
    ],
    [
      `set-control: { ${reset}, pin: pressed }`,
      'set-control.pin: "pin" is no field here; there are: part-id, name, value',
    ],
    [
      `expect-pin: { ${reset}, name: pressed, pin: pressed }`,
      '6:17  expect-pin: "pin" is an older name of "name": give one of them',
    ],
    [
      'expect-pin: { part-id: esp, pin: 2, value: 1 }',
      'there is no "esp" with "2" here; there are: reset/pressed',
    ],
    [
      'expect-pin: { part-id: reset, pin: pressed, value: 0.5 }',
      'expect-pin.value: "0.5" is no level; write 0 or 1',
    ],
    ['touch: { part-id: lcd1, x: 1, y: 1 }', 'touch: there is no step "touch"; there are: delay'],
    ['Delay: 1s', 'Delay: there is no step "Delay"'],
  ])('%s', (step, problem) => {
    const problems = problemsOf(steps(`  - ${step}`));
    if (problem === '') expect(problems).toEqual([]);
    else expect(problems.join('\n')).toContain(problem);
  });

  test.each(['2', '0', "'1'", ''])('version %s', (version) => {
    const text = `name: a\nversion: ${version}\nsteps: [{ delay: 1s }]`;
    expect(problemsOf(text)[0]).toMatch(/^f\.yaml:2:\d+ {2}version: version .* is not read; 1 is$/);
  });

  test('no version', () => {
    expect(problemsOf('steps: [{ delay: 1s }]')).toEqual([
      'f.yaml:1:1  the field "version" is missing',
    ]);
  });
});

describe('a screenshot', () => {
  const screenshot = (fields: string): string => steps(`  - take-screenshot: { ${fields} }`);
  const needsPanel = 'f.yaml:6:5  take-screenshot: a screenshot needs the panel';

  test.each([
    'part-id: panel, save-to: a.png',
    'part-id: panel, compare-with: a.png',
    'part-id: panel, save-to: a.png, compare-with: b.png',
  ])('{ %s } is understood, and refused for want of the panel alone', (fields) => {
    const [problem = '', ...more] = problemsOf(screenshot(fields));
    expect(problem.startsWith(needsPanel)).toBe(true);
    expect(more).toEqual([]);
  });

  test.each([
    ['part-id: lcd1, save-to: a.png', 'take-screenshot.part-id: "lcd1" is none of panel'],
    ['part-id: panel', 'take-screenshot: say what becomes of the picture: save-to'],
    ['save-to: a.png', 'take-screenshot: the field "part-id" is missing'],
    ['part-id: panel, save-as: a.png', 'take-screenshot.save-as: "save-as" is no field here'],
  ])('{ %s } is told both', (fields, problem) => {
    const problems = problemsOf(screenshot(fields)).join('\n');
    expect(problems).toContain(needsPanel);
    expect(problems).toContain(problem);
  });
});
