import { advancedReset, basicReset } from '#firmware/reset/factory';
import type { Services } from '#firmware/services';
import type { ServicesRig } from '../services-rig.ts';

/** The two resets, as the RESET button asks for them. */
export const resets = {
  basic: (services: Services) => basicReset(services, { via: 'reset-button' }),
  advanced: (services: Services) => advancedReset(services, { via: 'reset-button' }),
} as const;

export const ownPassword = 'the-owners-1';

/** Changes something of everything that a reset restores, and of what it leaves alone. */
export function live({ accounts, settings, shares, log, store }: Services): void {
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
}

/** The image of a flash with all that on it. */
export function livedIn(rig: ServicesRig) {
  live(rig.bootWell());
  rig.board.powerOff();
  return rig.board.flash.image();
}
