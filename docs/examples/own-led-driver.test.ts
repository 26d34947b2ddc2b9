// An integrator's own driver held against the contract of its port. The driver below stands for one
// that writes to /sys/class/leds; the folder is the test's, so that the example runs anywhere.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HalError, type LedColour, type Leds } from 'nasboard/hal';
import { ledsSuite, runCheck } from 'nasboard/hal/conformance';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'leds-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A bicolour status LED made of two files that hold a brightness each. */
function createLeds(path: string): Leds {
  const light = (name: 'green' | 'red', isOn: boolean): void => {
    try {
      writeFileSync(join(path, name), isOn ? '1' : '0');
    } catch (cause) {
      throw new HalError('io', 'leds', `cannot write ${name}: is the LED's driver loaded?`, {
        cause,
      });
    }
  };
  return {
    status: {
      set(colour) {
        light('green', colour === 'green');
        light('red', colour === 'red');
      },
    },
  };
}

describe('the LED driver keeps the contract', () => {
  const subject = {
    port: createLeds(folder),
    // What this rig can do. It cannot restart a board: checks that need that are unsupported.
    act: {
      colour: (): LedColour => {
        if (readFileSync(join(folder, 'green'), 'utf8') === '1') return 'green';
        return readFileSync(join(folder, 'red'), 'utf8') === '1' ? 'red' : 'off';
      },
    },
  };

  for (const check of ledsSuite.checks) {
    test(`it ${check.name}`, async () => {
      const outcome = await runCheck(ledsSuite, check, subject);
      expect(outcome).not.toMatchObject({ result: 'failed' });
    });
  }
});
