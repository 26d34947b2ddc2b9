import type { Appliance } from './appliance.ts';
import type { Host } from './host.ts';
import { expectAsSimulated, type Finding, type Rig } from './rig.ts';
import { Steps } from './steps.ts';

/** QEMU's MAC address of the guest: it decides the password on the label. */
export const defaultPassword = '525400123456';

/** CAP_SYS_TIME, which sets clocks. */
const onlyCapability = 1 << 25;

/** The firmware is no root, has its groups, and no capability but the one that sets clocks. */
export async function expectOrdinaryUser({ user }: Host): Promise<void> {
  if (user === undefined) throw new Error('the guest did not say who runs it');
  const { uid, groups, capabilities } = user;
  const isOrdinary = uid.split(/\s+/).every((id) => id === '900') && groups === '101 102 103';
  if (isOrdinary && Number.parseInt(capabilities, 16) === onlyCapability) return;
  throw new Error(`uid ${uid}, groups ${groups}, capabilities ${capabilities}`);
}

/** The whole firmware on real drivers, through the life of an appliance. */
export async function checkAppliance(rig: Rig): Promise<readonly Finding[]> {
  const disk = rig.newDisk();
  const boot = () => rig.boot('firmware', disk);
  let present = await boot();
  let from = 0;
  const steps = new Steps(() => present.machine.uartText);
  try {
    await steps.step('boots to its login prompt on the serial port', () =>
      present.appliance.loginPrompt(),
    );
    await steps.step('runs as an ordinary user', () => expectOrdinaryUser(present.host));
    await steps.step('takes RESET held for 1 s for nothing', async () => {
      await present.appliance.hold(1_000);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      if (present.appliance.hasSaid(/RESET/)) throw new Error('it did something');
    });
    await steps.step('does the basic reset after 4 s', async () => {
      from = present.machine.printed.length;
      await present.appliance.hold(4_000);
      await present.appliance.says(/RESET: basic reset done/);
    });
    await steps.step('did what a simulated board does', () =>
      expectAsSimulated(present, from, 'appliance'),
    );
    await steps.step('answers over HTTP, with the password on the label', () =>
      present.appliance.takeOver(defaultPassword),
    );
    let phone: Awaited<ReturnType<Appliance['enrol']>> | undefined;
    await steps.step('sets up 2-step verification', async () => {
      phone = await present.appliance.enrol();
    });
    await steps.step('takes its codes', async () => {
      if (phone !== undefined) await present.appliance.signInWith(phone);
    });
    await steps.step('is whole after the plug was pulled in the middle of writing', async () => {
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
    await steps.step('does the advanced reset after 11 s, and restarts the machine', async () => {
      await present.appliance.hold(11_000);
      await present.machine.ended(120_000);
      present = await boot();
      await present.appliance.loginPrompt();
      await present.appliance.takeOver(defaultPassword);
    });
  } finally {
    await present.machine.pull();
  }
  return steps.findings;
}
