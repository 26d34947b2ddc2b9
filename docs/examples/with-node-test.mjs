// The test kit needs no particular test runner: node --test docs/examples/with-node-test.mjs
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { powerOn } from 'nasboard/testing';

await test('a glitch on the RESET line does nothing', async (t) => {
  const bench = await powerOn({ seed: 7 });
  t.after(() => bench.stop());
  await bench.resetButton.glitch('5ms');
  await bench.advance('20s');
  assert.deepEqual(bench.buzzer.takeBeeps(), []);
  assert.deepEqual(bench.takeResets(), []);
});

await test('RESET for three seconds beeps once and resets', async (t) => {
  const bench = await powerOn({ seed: 7 });
  t.after(() => bench.stop());
  await bench.resetButton.hold('3s');
  assert.deepEqual(bench.buzzer.takeBeeps(), ['500ms']);
  assert.deepEqual(bench.takeResets(), ['basic']);
  await bench.serial.waitFor('basic reset done');
});
