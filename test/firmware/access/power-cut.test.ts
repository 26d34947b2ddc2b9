import { describe, it, expect } from 'vitest';
import { flashes, proveAtomic, type Change } from '../two-step/power-cut-rig.ts';
import { admin, codeAt, isIn, passwordOf, type TwoStepRig } from '../two-step/two-step-rig.ts';

const newPassword = 'another-password-2';

/** As the faces do it: with its entry in the event log. */
const passwordChange: Change = ({ services }) => {
  const { accounts, log, store } = services;
  const text = 'password of maria changed';
  return () =>
    store.transaction(() => {
      const { ok } = accounts.setPassword('maria', newPassword);
      log.append({ severity: 'info', category: 'accounts', text });
      return ok;
    });
};

const remembered: Change = (rig, { maria }) => {
  const code = codeAt(maria.secret, rig.nowMs);
  const { pendingId } = rig.secondStep('maria');
  return () => {
    const proof = { kind: 'code', code } as const;
    return isIn(rig.services.signIn.verify(pendingId, proof, { rememberDevice: true }));
  };
};

const forgotten: Change = (rig, { maria }) => {
  const { twoStep } = rig.services;
  const [device] = twoStep.devices(maria.id);
  return () => device !== undefined && twoStep.forgetDevice(maria.id, device.id, admin);
};

/** Whether a password is Maria's, without any device. */
function isPassword(rig: TwoStepRig, password: string): boolean {
  return rig.begin('maria', { password }).kind === 'second-step';
}

describe('a power cut in a change of the password', () => {
  it.each(flashes)(
    'leaves the old one with its devices, or the new one without them, on %j',
    (flash) => {
      proveAtomic(passwordChange, flash, (rig, { deviceToken }, isAfter) => {
        expect(isPassword(rig, passwordOf('maria'))).toBe(!isAfter);
        expect(isPassword(rig, newPassword)).toBe(isAfter);
        const password = isAfter ? newPassword : passwordOf('maria');
        expect(isIn(rig.begin('maria', { password, deviceToken }))).toBe(!isAfter);
        expect(rig.services.sessions.all()).toHaveLength(isAfter ? 0 : 1);
      });
    },
  );
});

describe('a power cut in a sign-in that is to be remembered', () => {
  it.each(flashes)('leaves a used code with its device, or neither, on %j', (flash) => {
    proveAtomic(remembered, flash, (rig, { maria }, isAfter) => {
      expect(rig.services.twoStep.devices(maria.id)).toHaveLength(isAfter ? 2 : 1);
      expect(isIn(rig.signInByCode(maria))).toBe(!isAfter);
    });
  });
});

describe('a power cut as a device is forgotten', () => {
  it.each(flashes)('leaves it good, or forgotten for good, on %j', (flash) => {
    proveAtomic(forgotten, flash, (rig, { deviceToken }, isAfter) => {
      expect(isIn(rig.begin('maria', { deviceToken }))).toBe(!isAfter);
    });
  });
});
