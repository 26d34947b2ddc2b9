import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { importBoard } from '#sim/cli/lint/import-board';
import { lintBoard, type LintFlags } from '#sim/cli/lint/lint-board-app';
import { flatten, nas } from '../../../hal/linux/device-tree/blob.ts';

const folder = mkdtempSync(join(tmpdir(), 'nasboard-board-'));
afterAll(() => rmSync(folder, { recursive: true }));

const deviceTree = join(folder, 'nas.dtb');
writeFileSync(deviceTree, flatten(nas));

const good = `console: /dev/ttyS1
resetButton: { driver: gpio, chip: gpiochip0, line: 17, activeLow: true, bias: pull-up }
leds: { status: { green: /sys/class/leds/green:status, red: /sys/class/leds/nas:red:status } }
rtc: { driver: ds3231, bus: 2 }
storage: flash
`;

function lint(text: string, flags: LintFlags = {}) {
  const file = join(folder, 'board.yaml');
  writeFileSync(file, text);
  let [out, err] = ['', ''];
  const io = {
    out: (said: string) => void (out += said),
    err: (said: string) => void (err += said),
  };
  const code = lintBoard(file, flags, io);
  return { code, out: out.replaceAll(`${folder}/`, ''), err };
}

describe('nasboard board lint', () => {
  test('finds nothing in a good file, and shows how it is wired', () => {
    const { code, out } = lint(good);
    expect(code).toBe(0);
    expect(out)
      .toBe(`part               driver  line or path                    polarity    bias     debounce
console            serial  /dev/ttyS1
resetButton        gpio    gpiochip0 17                    active low  pull-up  by the firmware
leds.status.green  sysfs   /sys/class/leds/green:status
leds.status.red    sysfs   /sys/class/leds/nas:red:status
rtc                ds3231  i2c-2 0x68

board.yaml: nothing to find fault with
`);
  });

  const swap = (from: string, to: string): string => good.replace(from, to);
  const lamps = '{ driver: gpio, chip: gpiochip0, line: 17 }';

  test.each([
    ['a line used twice', swap('/sys/class/leds/green:status', lamps), '3:65', 'line-twice', 1],
    [
      'a line used twice, the chip written as a path',
      swap('/sys/class/leds/green:status', lamps.replace('gpiochip0', '/dev/gpiochip0')),
      '3:70',
      'line-twice',
      1,
    ],
    ['an LED used twice', swap('nas:red:status', 'green:status'), '3:61', 'led-twice', 1],
    ['a button without bias', swap(', bias: pull-up', ''), '2:14', 'no-bias', 0],
    ['a button with bias as is', swap('bias: pull-up', 'bias: as-is'), '2:80', 'no-bias', 0],
    [
      'a pull-up on a button that is active high',
      swap('activeLow: true, ', ''),
      '2:63',
      'bias-against-polarity',
      1,
    ],
    [
      'a pull-down on one that is active low',
      swap('pull-up', 'pull-down'),
      '2:80',
      'bias-against-polarity',
      1,
    ],
    [
      'a key that does not exist',
      good.replace(/^reset.*$/m, 'resetButton: { driver: evdev, device: /dev/a, key: KEY_X }'),
      '2:52',
      'unknown-key',
      1,
    ],
    [
      'two chips on an address',
      `${good}buzzer: { driver: module, path: a.js, options: { bus: 2, address: 0x68 } }\n`,
      '6:48',
      'i2c-twice',
      1,
    ],
    ['the console of the kernel', swap('/dev/ttyS1', '/dev/console'), '1:10', 'kernel-console', 0],
    ['an unknown field', `${good}colour: red\n`, '6:1', 'form', 1],
    ['what is no YAML', `${good}ntp: [\n`, '7:1', 'yaml', 1],
  ])('finds %s', (_what, text, place, rule, code) => {
    const outcome = lint(text);
    expect(outcome.out).toContain(`board.yaml:${place}  `);
    expect(outcome.out).toContain(`[${rule}]`);
    expect(outcome.code).toBe(code);
  });

  test('tells all at once, with the line, its place marked, and what to do', () => {
    const text = swap('activeLow: true, ', '').replace('storage: flash', 'colour: red');
    const { out } = lint(text);
    expect(out).toContain(
      '  2 | resetButton: { driver: gpio, chip: gpiochip0, line: 17, bias: pull-up }\n' +
        `    | ${' '.repeat(62)}^\n    = a contact to ground is active low: activeLow: true;`,
    );
    expect(out).toContain('the field "storage" is missing');
    expect(out).toContain('there is no field "colour" here');
    expect(out).toContain('3 errors\n');
  });

  test('as JSON it has each finding with its place, and the wiring', () => {
    const { out } = lint(swap(', bias: pull-up', ''), { json: true });
    expect(JSON.parse(out)).toMatchObject({
      findings: [{ line: 2, column: 14, severity: 'warning', rule: 'no-bias' }],
      wiring: [{ part: 'console' }, { part: 'resetButton', polarity: 'active low' }, {}, {}, {}],
    });
  });
});

describe('with the device tree of the board', () => {
  const reset = 'resetButton: { driver: gpio, chip: gpiochip0, line: RESET, bias: pull-up }';

  test('a file that agrees with it has no errors', () => {
    const { code, out } = lint(good, { deviceTree });
    expect(out).toContain('nothing to find fault with');
    expect(code).toBe(0);
  });

  test.each([
    ['a line that gpio-keys has', reset, 'line-of-kernel', 'gives line RESET to gpio-keys'],
    ['the same by its number', reset.replace('RESET', '3'), 'line-of-kernel', 'gives line 3 to'],
    ['another polarity', reset, 'against-device-tree', 'active high here, active low in the'],
    [
      'another bias',
      reset.replace('pull-up', 'pull-down'),
      'against-device-tree',
      'pull-down here, pull-up in the device tree',
    ],
    [
      'a key that no gpio-keys makes',
      'resetButton: { driver: evdev, device: /dev/a, key: KEY_POWER }',
      'not-in-device-tree',
      'makes KEY_POWER; it has KEY_RESTART',
    ],
  ])('finds %s', (_what, button, rule, text) => {
    const { out } = lint(good.replace(/^reset.*$/m, button), { deviceTree });
    expect(out).toContain(text);
    expect(out).toContain(`[${rule}]`);
  });

  test.each([
    [['green:status', 'blue:status'], 'not-in-device-tree', 'it makes green:status, nas:red'],
    [['bus: 2', 'bus: 1'], 'i2c-of-kernel', 'write { driver: rtc, device: /dev/rtc0 }'],
    [['/dev/ttyS1', '/dev/ttyAMA0'], 'kernel-console', 'run no getty on it'],
  ])('with %j it finds %s', ([from = '', to = ''], rule, text) => {
    const { out } = lint(good.replace(from, to), { deviceTree });
    expect(out).toContain(`[${rule}]`);
    expect(out).toContain(text);
  });

  test('a device tree that cannot be read ends with 2', () => {
    const broken = join(folder, 'broken.dtb');
    writeFileSync(broken, flatten(nas).subarray(0, 100));
    const { code, err } = lint(good, { deviceTree: broken });
    expect(code).toBe(2);
    expect(err).toContain('it is cut off');
  });
});

describe('nasboard board import', () => {
  const silent = { out: () => undefined, err: () => undefined };

  test('writes a file that lint finds no error in', () => {
    const out = join(folder, 'imported.yaml');
    expect(importBoard(deviceTree, { out, io: silent })).toBe(0);
    const { code } = lint(readFileSync(out, 'utf8'), { deviceTree });
    expect(code).toBe(0);
  });

  test('never writes over a file', () => {
    const out = join(folder, 'kept.yaml');
    writeFileSync(out, 'mine');
    expect(() => importBoard(deviceTree, { out, io: silent })).toThrow(/EEXIST/);
    expect(readFileSync(out, 'utf8')).toBe('mine');
  });
});
