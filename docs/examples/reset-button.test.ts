// What a quality engineer would ask of the RESET button. Runs in virtual time: `npx vitest run`.
import { powerOn } from 'nasboard/testing';
import 'nasboard/testing/vitest';
import { describe, expect, test } from 'vitest';

describe('how long RESET is held decides what it does', () => {
  test.each([
    { hold: '2.999s', beeps: [], reset: 'none' },
    { hold: '3s', beeps: ['500ms'], reset: 'basic' },
    { hold: '9.999s', beeps: ['500ms'], reset: 'basic' },
    { hold: '10s', beeps: ['500ms', '500ms'], reset: 'advanced' },
  ] as const)('$hold: $reset', async ({ hold, beeps, reset }) => {
    await using bench = await powerOn({ seed: 7 });
    await bench.resetButton.hold(hold, { bounce: { edges: 7, within: '12ms' } });
    expect(bench.buzzer).toHaveBeeped(beeps);
    expect(bench).toHaveReset(reset);
  });
});

test('RESET for three seconds lets the owner of a forgotten password in again', async () => {
  await using bench = await powerOn({ seed: 7 });
  const { defaultPassword } = bench.label;
  await bench.serial.login('admin', defaultPassword);
  await bench.serial.writeLine('Forgotten-2morrow');
  await bench.serial.writeLine('Forgotten-2morrow');
  await bench.serial.waitFor('Password changed.');

  await bench.resetButton.hold('3s');
  await bench.advance('1.5s');
  expect(bench.leds.status).toShow('green-red', { blink: '500ms' });
  await bench.advance('5s');
  expect(bench.leds.status).toShow('green');
  expect(bench).toHaveLogged(/basic reset by the RESET button/);

  await bench.serial.login('admin', defaultPassword);
  expect(bench).toBeInState({ appliance: 'ready', console: 'new-password' });
});

test('RESET held since before power-on does nothing', async () => {
  await using bench = await powerOn();
  await bench.power.off();
  await bench.resetButton.press();
  await bench.power.on();
  await bench.ready();
  await bench.advance('15s');
  await bench.resetButton.release();
  await bench.advance('1s');
  expect(bench).toHaveReset('none');
});
