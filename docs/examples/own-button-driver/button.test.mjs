// The driver held against the contract of its port, on a fake bus: node --test button.test.mjs
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buttonSuite, reopening, runCheck } from 'nasboard/hal/conformance';
import { createClock } from 'nasboard/hal/linux';
import { createButton } from './button.mjs';
import { createFakeExpander } from './fake-expander.mjs';

const pin = 3;
const address = 0x20;

/** A bench: the fake chip, a clock, and the driver on both. */
function createBench(context) {
  const chip = createFakeExpander(address);
  const clock = createClock();
  const faults = [];
  context.after(() => clock.close());
  const open = () =>
    createButton(
      { address, pin, lookEveryMs: 5 },
      { clock, onFault: (error) => void faults.push(error) },
      chip.connect(),
    );
  const pass = (ms) => new Promise((resolve) => void clock.setTimeout(resolve, ms));
  return { chip, clock, faults, open, pass };
}

for (const check of buttonSuite.checks) {
  await test(`the button ${check.name}`, async (context) => {
    const { chip, clock, open, pass } = createBench(context);
    // What this bench can do. The board «restarts» by the driver being opened anew.
    const rig = await reopening(open, ({ restart }) => ({
      async press() {
        chip.press(pin);
        await pass(20);
      },
      async release() {
        chip.release(pin);
        await pass(20);
      },
      nowMs: () => clock.now(),
      pass,
      restart,
    }));
    const outcome = await runCheck(buttonSuite, check, rig.subject);
    await rig.close();
    if (outcome.result === 'failed') throw outcome.error;
    assert.equal(outcome.result, 'passed');
  });
}

await test('a button that is held at the start is seen as held', (context) => {
  const { chip, open } = createBench(context);
  chip.press(pin);
  const button = open();
  assert.equal(button.isPressed(), true);
  button.close();
});

await test('other pins of the chip are not its business', (context) => {
  const { chip, open } = createBench(context);
  chip.press(pin + 1);
  const button = open();
  assert.equal(button.isPressed(), false);
  button.close();
});

await test('a chip that goes is told of once, ends the hold, and may come back', (context) => {
  const { chip, faults, open } = createBench(context);
  const button = open();
  chip.press(pin);
  assert.equal(button.isPressed(), true);
  chip.unplug();
  assert.equal(button.isPressed(), false);
  assert.equal(button.isPressed(), false);
  assert.deepEqual(
    faults.map(({ code, port }) => [code, port]),
    [['not-present', 'reset-button']],
  );
  chip.plugIn();
  assert.equal(button.isPressed(), true);
  button.close();
});

await test('a chip that is not there is a HalError that says what to do', (context) => {
  const { chip, open } = createBench(context);
  chip.unplug();
  assert.throws(open, {
    name: 'HalError',
    code: 'not-present',
    message: /0x20.*look at its supply/,
  });
  assert.equal(chip.isInUse, false);
});

await test('closing twice is no error, and gives the bus back', (context) => {
  const { chip, open } = createBench(context);
  const button = open();
  button.close();
  button.close();
  assert.equal(chip.isInUse, false);
  assert.throws(() => button.isPressed(), { code: 'closed' });
});
