import { Appliance, type Finding } from './appliance.ts';
import { Host, type TimeServer } from './host.ts';
import type { GuestImage } from './image.ts';
import { Machine } from './machine.ts';

/** What the run needs of the rig. */
export interface ApplianceRun {
  readonly image: GuestImage;
  readonly folder: string;
  readonly timeServer: TimeServer;
  readonly newDisk: (folder: string) => string;
  readonly freePort: () => Promise<number>;
}

/** QEMU's MAC address of the guest: it decides the password on the label. */
const defaultPassword = '525400123456';

/** The whole firmware on real drivers: answers how many of its steps failed. */
export async function checkAppliance(run: ApplianceRun): Promise<number> {
  const findings: Finding[] = [];
  const disk = run.newDisk(run.folder);
  const boot = async (): Promise<{ machine: Machine; appliance: Appliance; host: Host }> => {
    const webPort = await run.freePort();
    const rtcBase = new Date().toISOString().slice(0, 19);
    const { image, folder } = run;
    const options = { image, folder, task: 'firmware', disk, webPort, rtcBase };
    const machine = await Machine.start(options);
    if (process.env['RIG_VERBOSE'] !== undefined) {
      machine.onLine((line) => console.log(`  ${line}`));
    }
    const appliance = new Appliance(machine, webPort);
    return { machine, appliance, host: new Host(machine, run.timeServer) };
  };
  let present = await boot();
  const step = async (what: string, act: () => Promise<void>): Promise<void> => {
    if (findings.some(({ problem }) => problem !== undefined)) return;
    try {
      await act();
      findings.push({ what });
      console.log(` ✓ ${what}`);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      findings.push({ what, problem });
      console.log(` ✗ ${what}: ${problem}`);
      console.log(present.machine.uartText.slice(-2_000).replaceAll(/^/gm, '     | '));
    }
  };
  try {
    await step('boots to its login prompt on the serial port', () =>
      present.appliance.loginPrompt(),
    );
    await step('takes RESET held for 1 s for nothing', async () => {
      await present.appliance.hold(1_000);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      if (present.appliance.hasSaid(/RESET/)) throw new Error('it did something');
    });
    await step('does the basic reset after 4 s', async () => {
      await present.appliance.hold(4_000);
      await present.appliance.says(/RESET: basic reset done/);
    });
    await step('answers over HTTP, with the password on the label', () =>
      present.appliance.takeOver(defaultPassword),
    );
    let phone: Awaited<ReturnType<Appliance['enrol']>> | undefined;
    await step('sets up 2-step verification', async () => {
      phone = await present.appliance.enrol();
    });
    await step('takes its codes', async () => {
      if (phone !== undefined) await present.appliance.signInWith(phone);
    });
    await step('is whole after the plug was pulled in the middle of writing', async () => {
      const { machine, appliance } = present;
      const written = await appliance.writeUntilGone(() => void machine.pull());
      present = await boot();
      await present.appliance.loginPrompt();
      const kept = Number(/^rig-(\d+)$/.exec(await present.appliance.hostName())?.[1]);
      if (!(kept === written - 1 || kept === written)) {
        throw new Error(`change ${written - 1} was answered, ${kept} was found`);
      }
      if (phone !== undefined) await present.appliance.signInWith(phone);
    });
    await step('does the advanced reset after 11 s, and restarts the machine', async () => {
      await present.appliance.hold(11_000);
      await present.machine.ended(120_000);
      present = await boot();
      await present.appliance.loginPrompt();
      await present.appliance.takeOver(defaultPassword);
    });
  } finally {
    await present.machine.pull();
  }
  return findings.filter(({ problem }) => problem !== undefined).length;
}
