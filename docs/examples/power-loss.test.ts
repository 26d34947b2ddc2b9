// The plug is pulled at every write of a reset: what is found afterwards is whole.
import { powerOn } from 'nasboard/testing';
import 'nasboard/testing/vitest';
import { expect, test } from 'vitest';

/** Holds RESET while the power is going to fail in the n-th write; answers whether it did. */
async function resetWithCut(writes: number): Promise<'cut' | 'done'> {
  await using bench = await powerOn({ seed: writes });
  bench.flash.cutPowerAfterWrites(writes);
  await bench.resetButton.hold('3s');
  const outcome = bench.power.isOn ? 'done' : 'cut';
  await bench.power.on();
  await bench.ready();
  bench.serial.discard();
  await bench.serial.write('\r');
  await bench.serial.login('admin', bench.label.defaultPassword);
  return outcome;
}

test('a basic reset survives a power cut at any of its writes', async () => {
  let cuts = 0;
  while ((await resetWithCut(cuts + 1)) === 'cut') cuts += 1;
  expect(cuts).toBeGreaterThan(3);
});

test('a board that loses power while it starts, starts again', async () => {
  await using bench = await powerOn({ until: 'power-on' });
  await bench.advance('1.2s');
  expect(bench).toBeInState('starting');
  await bench.power.cut();
  expect(bench).toBeInState('off');
  expect(bench.leds.status).toShow('off');
  await bench.power.on();
  await bench.ready();
  expect(bench.serial).toHavePrinted(/ready\s+TS-453N login: $/);
});
