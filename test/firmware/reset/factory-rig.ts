import { advancedReset, basicReset } from '#firmware/reset/factory';
import type { Services } from '#firmware/services';
import type { ServicesRig } from '../services-rig.ts';
import { codeAt } from '../two-step/two-step-rig.ts';

/** The two resets, as the RESET button asks for them. */
export const resets = {
  basic: (services: Services) => basicReset(services, { via: 'reset-button' }),
  advanced: (services: Services) => advancedReset(services, { via: 'reset-button' }),
} as const;

export const ownPassword = 'the-owners-1';

/** Changes something of everything that a reset restores, and of what it leaves alone. */
export function live(services: Services): void {
  const { accounts, settings, shares, log, store, twoStep } = services;
  addMail(services);
  store.transaction(() => {
    settings.set('network.mode', 'static');
    settings.set('network.address', '10.0.0.2');
    settings.set('network.gateway', '10.0.0.1');
    settings.set('network.jumboFrames', true);
    settings.set('network.trunking', '802.3ad');
    settings.set('network.systemPort', 443);
    settings.set('network.vlan', 12);
    settings.set('network.serviceBinding', { web: [1] });
    settings.set('network.hostName', 'attic');
    settings.set('security.level', 'high');
    settings.set('accessList.allowed', ['192.168.1.0/24']);
    settings.set('lcd.password', '1234');
    settings.set('hardware.audioAlert', false);
    settings.set('time.zone', 'Europe/Berlin');
    settings.set('password.lengthMin', 10);
    accounts.setPassword('admin', ownPassword);
    for (const name of ['ada', 'bob', 'carol', 'dave']) {
      accounts.createUser({ name, password: `${name}-password-1` });
    }
    accounts.createGroup('staff');
    for (const user of ['ada', 'bob']) accounts.addMember({ group: 'staff', user });
    accounts.addMember({ group: 'administrators', user: 'ada' });
    accounts.disableUser('carol');
    shares.create('Photos');
    shares.grant({ share: 'Photos', to: { group: 'staff' }, access: 'write' });
    shares.grant({ share: 'Public', to: { user: 'dave' }, access: 'none' });
    // So many that the tables fill several pages, and the next entry of the log prunes it.
    for (let count = 0; count < 63; count += 1) {
      log.append({ severity: 'info', category: 'test', text: `entry ${count} ${'x'.repeat(60)}` });
    }
  });
  addSecondStep(services, 'admin', ownPassword);
  addSecondStep(services, 'ada', 'ada-password-1');
  twoStep.enforceGroup(accounts.group('staff')?.id ?? 0, true, {
    user: 'admin',
    address: 'serial',
  });
}

/** An account that mails go out through, and a mail that waits. */
function addMail({ accounts, mailAccounts, outbox }: Services): void {
  accounts.setEmail('admin', 'carol@example.org');
  mailAccounts.create({
    name: 'Office',
    host: 'away.example',
    port: 587,
    security: 'starttls',
    sender: 'nas@example.org',
    user: 'nas',
    password: 'Tell-nob0dy',
  });
  outbox.enqueue({ to: 'carol@example.org', subject: 'Hello', text: 'It is done.' });
}

/** Gives a user 2-step verification, something wrong with it, and a device. */
function addSecondStep(services: Services, name: string, password: string): void {
  const { accounts, signIn, twoStep, wallClock } = services;
  const id = accounts.user(name)?.id ?? 0;
  const asker = { user: name, address: 'serial' };
  const begun = twoStep.begin(id, asker);
  if (!begun.ok) throw new Error(begun.text);
  const code = (steps: number): string =>
    codeAt(begun.enrolment.secretBase32, wallClock.nowMs() + steps * 30_000);
  twoStep.confirm(id, code(0));
  twoStep.chooseQuestion(id, { number: 1, answer: 'Rex' });
  twoStep.finish(id, asker);
  twoStep.enforceUser(id, true, asker);
  const origin = { via: 'web', address: '192.168.1.2', application: 'browser' } as const;
  const begin = () => signIn.begin({ name, password, ...origin });
  const step = begin();
  if (step.kind !== 'second-step') throw new Error(step.kind);
  const proof = { kind: 'code', code: code(1) } as const;
  signIn.verify(step.pendingId, proof, { rememberDevice: true });
  const next = begin();
  if (next.kind === 'second-step') signIn.verify(next.pendingId, proof);
}

/** The image of a flash with all that on it. */
export function livedIn(rig: ServicesRig) {
  live(rig.bootWell());
  rig.board.powerOff();
  return rig.board.flash.image();
}
