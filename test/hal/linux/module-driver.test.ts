import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HalError } from '#hal/errors';
import { parseBoardFile } from '#hal/linux/board-file';
import { createClock, type LinuxClock } from '#hal/linux/clock';
import { openBuzzer, openLeds, openResetButton, openRtc } from '#hal/linux/wired-parts';
import { createFolder, type Folder } from './folder.ts';

let folder: Folder;
let clock: LinuxClock;

beforeEach(() => {
  folder = createFolder();
  clock = createClock();
});

afterEach(() => {
  clock.close();
  folder.remove();
});

const exampleFolder = fileURLToPath(
  new URL('../../../docs/examples/own-button-driver', import.meta.url),
);

const board = `
console: /dev/ttyS0
resetButton: { driver: module, path: own.mjs, options: { pin: 3 } }
leds: { driver: module, path: own.mjs }
buzzer: { driver: module, path: own.mjs }
rtc: { driver: module, path: own.mjs }
storage: flash
`;

const file = (text = board) => parseBoardFile(text, folder.at('board.yaml'));
const faults: HalError[] = [];
const context = () => ({ clock, onFault: (error: HalError) => void faults.push(error) });

/** Each test has a module of its own: Node loads one of a name once. */
let modules = 0;
function own(code: string): string {
  modules += 1;
  folder.put(`own-${modules}.mjs`, code);
  return board.replaceAll('own.mjs', `own-${modules}.mjs`);
}

describe('a driver of the integrator’s own', () => {
  test('is given its options, the clock and somebody to tell of faults', async () => {
    const text = own(`
      export function createButton(options, { clock, onFault }) {
        onFault(Object.assign(new Error(JSON.stringify([options, clock.now() >= 0]))));
        return { isPressed: () => true, onEdge: () => () => {} };
      }`);
    faults.length = 0;
    const button = await openResetButton(file(text), context());
    expect(button.isPressed()).toBe(true);
    expect(faults[0]?.message).toBe('[{"pin":3},true]');
    button.close();
  });

  test('may be for several ports, may take its time to open, and may be a class', async () => {
    const text = own(`
      class Chip { #ms = 7; read() { return { timeMs: this.#ms, valid: true }; } write(ms) { this.#ms = ms; } }
      export const createRtc = async () => new Chip();
      export const createLeds = () => ({ status: { set: () => {} } });
      export const createBuzzer = () => ({ set: () => {} });`);
    const rtc = await openRtc(file(text), context());
    rtc.write(9);
    expect(rtc.read()).toEqual({ timeMs: 9, valid: true });
    rtc.close();
    const leds = await openLeds(file(text), context());
    leds.status.set('green');
    leds.close();
    (await openBuzzer(file(text), context())).close();
  });

  test('is closed once, however often that is asked for', async () => {
    const text = own(`
      export const createBuzzer = (_, { onFault }) => ({ set: () => {}, close: () => onFault(new Error('closed')) });`);
    faults.length = 0;
    const buzzer = await openBuzzer(file(text), context());
    buzzer.close();
    buzzer.close();
    expect(faults.length).toBe(1);
  });

  test.each([
    ['export const createBuzzer = 1;', 'exports no function createBuzzer', 'bad-argument'],
    ['export const createBuzzer = () => ({});', 'answers has no set', 'bad-argument'],
    ['export const createBuzzer = () => undefined;', 'answers has no set', 'bad-argument'],
    ['syntax error', 'cannot load the driver ', 'bad-argument'],
    ["import 'nobody-has-this';", "Cannot find package 'nobody-has-this'", 'not-present'],
  ])('%j is refused with what is wrong', async (code, text, halCode) => {
    const opening = openBuzzer(file(own(code)), context());
    await expect(opening).rejects.toThrow(text);
    await expect(opening).rejects.toMatchObject({
      name: 'HalError',
      code: halCode,
      port: 'buzzer',
    });
  });

  test('that is not there is told of by its path', async () => {
    const opening = openLeds(file(), context());
    await expect(opening).rejects.toThrow(folder.at('own.mjs'));
    await expect(opening).rejects.toMatchObject({ code: 'not-present', port: 'leds' });
  });

  test('that says what is missing is passed on', async () => {
    const path = `${exampleFolder}/button.mjs`;
    const text = board.replace(
      'path: own.mjs, options: { pin: 3 }',
      `path: ${path}, options: { bus: 200 }`,
    );
    const opening = openResetButton(file(text), context());
    await expect(opening).rejects.toMatchObject({ name: 'HalError', code: 'not-present' });
    await expect(opening).rejects.toThrow('/dev/i2c-200');
  });
});

describe('the board file', () => {
  test.each([
    [board.replace('path: own.mjs, options: { pin: 3 }', 'options: {}'), 'the field "path" is'],
    [
      board.replace('leds: { driver: module', 'leds: { driver: gpio'),
      'leds.driver: the one driver',
    ],
    [board.replace('options: { pin: 3 }', 'options: [3]'), 'resetButton.options: expected fields'],
    [board.replace('options: { pin: 3 }', 'option: 3'), 'there is no field "option" here'],
  ])('%# refuses what is no module with its place', (text, problem) => {
    expect(() => file(text)).toThrow(problem);
  });
});

test('the example of the guide keeps the contract of its port', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', '--test', `${exampleFolder}/button.test.mjs`],
    { env: { ...process.env, NODE_OPTIONS: '' } },
  );
  expect(stdout).toMatch(/# pass 14\n# fail 0\n/);
});
