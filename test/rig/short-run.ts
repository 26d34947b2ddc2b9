import { defaultPassword, expectOrdinaryUser } from './appliance-run.ts';
import { findingsOf, showChecks } from './drivers-run.ts';
import { expectAsSimulated, type Finding, type Rig } from './rig.ts';
import { Steps } from './steps.ts';

/** The drivers that the firmware needs take so long where the machine is busy. */
const limitMs = 180_000;

/**
 * One boot: the drivers that the firmware cannot do without, and then the firmware itself, from its
 * login prompt to a RESET that is seen at the console and over the network.
 */
export async function checkShort(rig: Rig): Promise<readonly Finding[]> {
  const boot = await rig.boot('short', rig.newDisk());
  const { machine, host, appliance } = boot;
  let from = 0;
  const steps = new Steps(() => machine.uartText);
  try {
    await steps.step('tries the drivers', async () => {
      await machine.untilPrinted(/@firmware starts/, 0, limitMs);
    });
    showChecks(host.checks);
    // What the suite of the serial port wrote is none of the appliance's words.
    appliance.forgetConsole();
    await steps.step('boots to its login prompt on the serial port', () => appliance.loginPrompt());
    await steps.step('runs as an ordinary user', () => expectOrdinaryUser(host));
    await steps.step('answers over HTTP, with the password on the label', () =>
      appliance.takeOver(defaultPassword),
    );
    await steps.step('does the basic reset after 3 s', async () => {
      from = machine.printed.length;
      await appliance.hold(3_300);
      await appliance.says(/RESET: basic reset done/);
    });
    await steps.step('takes the password on the label again, over HTTP', () =>
      appliance.expectPassword(defaultPassword),
    );
    await steps.step('did what a simulated board does', () =>
      expectAsSimulated(boot, from, 'short'),
    );
  } finally {
    await machine.pull();
  }
  return [...findingsOf(host.checks), ...steps.findings];
}
