// What happens when the coin cell of the clock chip is empty.
import { powerOn } from 'nasboard/testing';
import 'nasboard/testing/vitest';
import { expect, test } from 'vitest';

test('with a good coin cell the clock is right after a night without power', async () => {
  await using bench = await powerOn({ start: '2026-11-24T22:00:00Z' });
  await bench.power.off();
  await bench.advance('9h');
  await bench.power.on();
  await bench.ready();
  expect(bench).toBeInState({ 'clock.trust': 'synchronised' });
  expect(bench.serial).toHavePrinted(/clock: 2026-11-25 07:00:0\d UTC from rtc/);
});

test('with an empty coin cell the firmware knows that it does not know the time', async () => {
  await using bench = await powerOn({ start: '2026-11-24T22:00:00Z' });
  bench.ntp.set('all', { dns: 'fails' });
  bench.rtc.setBattery(false);
  await bench.power.cycle('1m');
  await bench.ready();
  expect(bench).toBeInState({ 'clock.trust': 'unset' });
});
