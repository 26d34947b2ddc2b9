import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CheckRig } from './check-rig.ts';

let rig: CheckRig;

beforeEach(() => {
  rig = new CheckRig();
});

afterEach(async () => {
  await rig.close();
});

/** Presses as soon as that is asked for, and lets go as soon as that is. */
async function press(asked: string): Promise<void> {
  await rig.waitFor(asked);
  rig.bench.turnKey(true);
  await rig.waitFor('let go now');
  rig.bench.turnKey(false);
  await rig.waitFor('held for ');
}

describe('a person at the terminal', () => {
  test('presses RESET four times for the whole contract, the first time long', async () => {
    const checking = rig.check({ part: 'reset-button' }, true);
    await press('press RESET and hold it for ');
    for (let time = 0; time < 3; time += 1) await press('press RESET once more');
    expect(await checking).toBe(0);
    expect(rig.said.out).toContain('   ✓ 10 checks passed\n1 of 1 part conforms\n');
    expect(rig.terminal.rawModes).toEqual([true, false]);
    const [, seconds] = /held for (\d\.\d\d) s\n/.exec(rig.terminal.shown) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(0.1);
  });

  test('who lets go too early is asked once more, and nothing is taken for a failure', async () => {
    rig.patience = { ...rig.patience, holdMs: 5_000 };
    const checking = rig.check({ part: 'reset-button' }, true);
    await rig.waitFor('press RESET and hold it for 5 s');
    rig.bench.turnKey(true);
    await rig.waitFor('hold it … ');
    rig.bench.turnKey(false);
    await rig.waitFor('let go too early: once more');
    await rig.waitFor('press RESET and hold it for 5 s');
    rig.terminal.type('s');
    expect(await checking).toBe(0);
    expect(rig.said.out).toContain('9 skipped: skipped by hand');
    expect(rig.said.out).toContain('0 of 1 part conforms, 1 partly checked\n');
  });

  test('who never presses is told so, and the check fails', async () => {
    rig.patience = { ...rig.patience, wishMs: 60 };
    expect(await rig.check({ part: 'reset-button' }, true)).toBe(1);
    expect(rig.said.out).toContain(
      'nothing came of it within 0.06 s: look at wiring and board file',
    );
  });

  test('says what the LEDs show, as the driver has it', async () => {
    const checking = rig.check({ part: 'leds' }, true);
    for (const [shown, lit] of [
      ['green', '10'],
      ['red', '01'],
      ['dark', '00'],
    ] as const) {
      await rig.waitFor(`is the status LED ${shown}? [y/n, s skips]`);
      expect(rig.bench.led('green') + rig.bench.led('red')).toBe(lit);
      rig.terminal.type('y');
    }
    expect(await checking).toBe(0);
    expect(rig.said.out).toContain('   ✓ 14 checks passed\n1 of 1 part conforms\n');
  });

  test('sees that the LEDs are swapped, which reading back does not', async () => {
    const checking = rig.check({ part: 'leds' }, true);
    for (const key of ['n', 'N', 'y']) {
      await rig.waitFor('[y/n, s skips]');
      // Only the keys that were offered are an answer.
      rig.terminal.type(`qx${key}`);
    }
    expect(await checking).toBe(1);
    expect(rig.said.out).toContain('✗ is seen green when it is\n       the driver says green, and');
    expect(rig.said.out).toContain('✗ is seen red when it is');
    expect(rig.bench.led('green') + rig.bench.led('red')).toBe('00');
  });

  test('hears the buzzer, once for each check that needs ears', async () => {
    rig.bench.folder.put(
      'own-buzzer.mjs',
      `import { writeFileSync } from 'node:fs';
       export const createBuzzer = ({ file }) => {
         let isOpen = true;
         const set = (on) => { if (isOpen) writeFileSync(file, on ? 'loud' : 'quiet'); };
         return { set, close: () => { set(false); isOpen = false; } };
       };`,
    );
    const file = rig.bench.folder.at('sound');
    rig.board(`buzzer: { driver: module, path: own-buzzer.mjs, options: { file: ${file} } }`);
    const checking = rig.check({ part: 'buzzer' }, true);
    for (let question = 0; question < 8; question += 1) {
      await rig.waitFor('does the buzzer sound now? [y/n, s skips]');
      rig.terminal.type(rig.bench.folder.text('sound') === 'loud' ? 'y' : 'n');
    }
    expect(await checking).toBe(0);
    expect(rig.said.out).toContain('1 of 1 part conforms\n');
    expect(rig.bench.folder.text('sound')).toBe('quiet');
  });

  test('joins the wire of the console when that is asked for', async () => {
    const checking = rig.check({ part: 'console' }, true);
    await rig.waitFor('by a wire, then [Enter, s skips]');
    const stopWire = rig.loopBack();
    rig.terminal.type('\r');
    expect(await checking).toBe(0);
    stopWire();
    expect(rig.said.out).toContain('   ✓ 8 checks passed\n');
  });

  test.each(['n', 's'])('is told what will be done to storage, and may say %s', async (answer) => {
    const checking = rig.check({ part: 'storage,leds' }, true);
    await rig.waitFor('storage        writes files in a new folder of ');
    await rig.waitFor('may they? [y/n, s skips]');
    rig.terminal.type(answer);
    // What was skipped says nothing of what comes next.
    for (const shown of ['green', 'red', 'dark']) {
      await rig.waitFor(`is the status LED ${shown}? [`);
      rig.terminal.type('y');
    }
    expect(await checking).toBe(0);
    expect(rig.said.out).toContain('and nobody agreed to that (--yes)');
    expect(rig.said.out).toContain('1 of 2 parts conform, 1 not checked\n');
  });

  test('is not asked anything where it is to be unattended', async () => {
    expect(await rig.check({ part: 'leds', unattended: true }, true)).toBe(0);
    expect(rig.terminal.rawModes).toEqual([]);
    expect(rig.said.out).toContain('3 skipped: nobody looks');
  });

  test.each(['\u0003', 'end of the terminal'])('who ends it all by %j is obeyed', async (how) => {
    const checking = rig.check({ part: 'leds,random' }, true);
    await rig.waitFor('is the status LED green?');
    if (how === '\u0003') rig.terminal.type(how);
    else rig.terminal.input.end();
    expect(await checking).toBe(1);
    expect(rig.said.out).toContain('3 skipped: it was stopped');
    expect(rig.said.out).toContain(', 1 not checked, stopped before the end\n');
    expect(rig.bench.led('green')).toBe('0');
    expect(rig.terminal.rawModes).toEqual([true, false]);
  });
});
