import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { BoardFileError, parseBoardFile } from '#hal/linux/board-file';
import { ScenarioError } from '#sim/scenario/problem';
import { readScenario } from '#sim/scenario/reader';
import { stepDefinitions } from '#sim/scenario/steps/index';
import { schemaFiles } from './files.ts';

const examples = new URL('../../docs/examples/', import.meta.url);
const names = readdirSync(examples).filter((name) => name.endsWith('.yaml'));
const textOf = (name: string): string => readFileSync(new URL(name, examples), 'utf8');

function validatorOf(name: string) {
  const url = new URL(`../../docs/reference/${name}`, import.meta.url);
  const ajv = new Ajv({
    allErrors: true,
    allowUnionTypes: true,
    strict: true,
    strictRequired: false,
  });
  return ajv.compile(JSON.parse(readFileSync(url, 'utf8')) as object);
}

test.each(schemaFiles)('$url.pathname is fresh; renew it by npm run schemas', ({ url, text }) => {
  expect(readFileSync(url, 'utf8')).toBe(text());
});

describe('the schema of scenarios', () => {
  const isScenario = validatorOf('scenario.schema.json');

  test.each(names)('takes the example %s, which names it in its first line', (name) => {
    const text = textOf(name);
    isScenario(parse(text));
    expect(isScenario.errors ?? []).toEqual([]);
    expect(text).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/reference\/scenario\.schema\.json\n/,
    );
  });

  test('tells something of every step', () => {
    const { $defs } = isScenario.schema as {
      readonly $defs: {
        readonly step: { readonly properties: Record<string, { readonly description?: string }> };
      };
    };
    for (const key of stepDefinitions.keys()) {
      expect($defs.step.properties[key]?.description, key).toMatch(/\w/);
    }
  });

  const step = (text: string): string => `version: 1\nsteps:\n  - ${text}\n`;

  test.each([
    step('delay: 3'),
    step('delay: 3 weeks'),
    step('wait-serail: x'),
    step('wait-serial: { txt: a }'),
    step('wait-serial: { text: a, timeout: 5 }'),
    step('write-serial: [256]'),
    step('write-serial: []'),
    step('press: { part-id: reset }'),
    step('press: { part-id: x, hold: 1s }'),
    step('press: { hold: [] }'),
    step('press: { hold: [1] }'),
    step('power: sideways'),
    step('{ delay: 1s, power: on }'),
    step('name: nothing'),
    step('delay'),
    step('set-control: { part-id: status, name: red, value: 1 }'),
    step('expect-pin: { part-id: reset, name: pressed, value: 2 }'),
    step('expect-led: { colour: blue }'),
    step('expect-beeps: 500ms'),
    step('expect-state: { app: ready }'),
    step('wait-state: {}'),
    step('fault: { flash: { fail-writes: 0 } }'),
    step('fault: { smtp: { slow: soon } }'),
    step('rtc: { drift: 20 }'),
    step('rtc: { temperature: 60 }'),
    step('ntp: { server: all, loss: 2 }'),
    step('clock: { jump: far }'),
    step('http: { path: a }'),
    step('http: { path: /a, expect: { status: 99 } }'),
    step('advance-to: tomorrow'),
    step('repeat: { times: 0, steps: [{ delay: 1s }] }'),
    step('repeat: { times: 2, steps: [{ delay: 1 }] }'),
    step('for-each: { as: 1a, in: [1], steps: [{ delay: 1s }] }'),
    'version: 2\nsteps: [{ delay: 1s }]',
    'version: 1\nsteps: []',
    'version: 1',
    'version: 1\ncolour: red\nsteps: [{ delay: 1s }]',
    'version: 1\nboard: { seed: -1 }\nsteps: [{ delay: 1s }]',
    'version: 1\nboard: { rtc: { offset: 5 } }\nsteps: [{ delay: 1s }]',
    'version: 1\nsweep: { a: 1 }\nsteps: [{ delay: "${a}" }]',
  ])('refuses what the reader refuses: %j', (text) => {
    expect(isScenario(parse(text))).toBe(false);
    expect(() => readScenario(text, 'f.yaml')).toThrow(ScenarioError);
  });

  test.each([
    step('{ name: a, delay: "3.5 s" }'),
    step('wait-serial: 5'),
    step('press: { hold: [1s, 2s] }'),
    step('write-serial: [65, 66]'),
    step('expect-pin: { part-id: reset, pin: pressed, value: true }'),
    step('fault: { rtc: hold-low }'),
    step(
      'repeat: { times: 2, steps: [{ for-each: { as: a, in: [1s], steps: [{ delay: "${a}" }] } }] }',
    ),
    'version: 1\nsweep: { a: [1, 2], b: [20ppm] }\nboard: { seed: "${a}", rtc: { drift: "${b}" } }\nsteps: [{ delay: 1s }]',
    'version: 1\nsteps: [{ delay: 3s }]\nfaults: [{ at: 1s, power: cut }]',
  ])('takes what the reader takes: %j', (text) => {
    isScenario(parse(text));
    expect(isScenario.errors ?? []).toEqual([]);
    expect(readScenario(text, 'f.yaml').cases).not.toEqual([]);
  });

  test('takes a screenshot, which the reader refuses for want of a panel', () => {
    const text = step('take-screenshot: { part-id: panel, save-to: a.png }');
    expect(isScenario(parse(text))).toBe(true);
    expect(() => readScenario(text, 'f.yaml')).toThrow('needs the panel');
  });
});

describe('the schema of board files', () => {
  const isBoard = validatorOf('board.schema.json');
  const reference = readFileSync(
    new URL('../../docs/reference/board-file.md', import.meta.url),
    'utf8',
  );
  const example = /```yml\n(.*?)```/s.exec(reference)?.[1] ?? '';

  test('takes the example of the reference', () => {
    isBoard(parse(example));
    expect(isBoard.errors ?? []).toEqual([]);
  });

  test.each([
    ['driver: gpio, chip', 'driver: rs232, chip'],
    ['bias: pull-up', 'bias: up'],
    ['line: RESET', 'line: -1'],
    ['activeLow: true', 'activeLow: 1'],
    [', red: /sys/class/leds/nas:red:status', ''],
    ['storage: /var/lib/nasboard', ''],
    ['driver: rtc, device: /dev/rtc0', 'driver: ds3231, bus: 1, address: 5'],
    ['driver: rtc, device: /dev/rtc0', 'driver: ds3231, bus: 1, century: none'],
    ['watchdog:', 'watchdogs:'],
  ])('refuses what the reader refuses: %s as %s', (from, to) => {
    expect(example).toContain(from);
    const text = example.replace(from, to);
    expect(isBoard(parse(text))).toBe(false);
    expect(() => parseBoardFile(text, 'b.yaml')).toThrow(BoardFileError);
  });

  test('takes a clock chip of the other convention, and drivers of one’s own', () => {
    const text = example
      .replace('driver: rtc, device: /dev/rtc0', 'driver: ds3231, bus: 1, century: set-from-2000')
      .replace(/^leds:.*$/m, 'leds: { driver: module, path: leds.js }');
    isBoard(parse(text));
    expect(isBoard.errors ?? []).toEqual([]);
    expect(parseBoardFile(text, 'b.yaml').rtc).toMatchObject({ century: 'set-from-2000' });
  });
});
