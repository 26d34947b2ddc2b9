import { describe, expect, it } from 'vitest';
import { FlashRig } from '../store/rig.ts';
import { migrations } from '#firmware/store/schema';
import { EmailRig } from '../two-step/email-rig.ts';

const day = 86_400;
const to = 'maria@example.org';
const subject = '[TS-453N] Your password is old';

/** Maria has a password from now on, an address, and a clock that people believe. */
function rigWithMaria({ maxAgeDays = 90 } = {}) {
  const rig = new EmailRig();
  const { services } = rig;
  services.settings.set('password.maxAgeDays', maxAgeDays);
  rig.addUser('maria');
  services.accounts.setEmail('maria', to);
  services.scheduler.start();
  const passDays = async (days: number): Promise<number> => {
    const before = rig.subjectsTo(to).filter((one) => one === subject).length;
    await rig.pass(days * day);
    return rig.subjectsTo(to).filter((one) => one === subject).length - before;
  };
  return { rig, services, passDays };
}

describe('a user whose password is old', () => {
  it('is told by mail once, however long it stays', async () => {
    const { rig, passDays } = rigWithMaria();
    expect(await passDays(90)).toBe(0);
    expect(await passDays(1)).toBe(1);
    expect(await passDays(60)).toBe(0);
    const told = rig.logTexts().filter((text) => text.includes('older than'));
    expect(told).toEqual(['«maria» is told that the password is older than 90 days']);
  });

  it('is told again of the next password, from the day on that it was set', async () => {
    const { services, passDays } = rigWithMaria();
    await passDays(100);
    services.accounts.setPassword('maria', 'Another-password-1');
    expect(await passDays(90)).toBe(0);
    expect(await passDays(1)).toBe(1);
  });

  it('is not told where passwords may be of any age', async () => {
    const { passDays } = rigWithMaria({ maxAgeDays: 0 });
    expect(await passDays(200)).toBe(0);
  });

  it('is told later where no mail could be sent', async () => {
    const { services, passDays } = rigWithMaria();
    services.accounts.setEmail('maria', undefined);
    expect(await passDays(95)).toBe(0);
    services.accounts.setEmail('maria', to);
    expect(await passDays(1)).toBe(1);
  });

  it('is not told while disabled', async () => {
    const { services, passDays } = rigWithMaria();
    services.accounts.disableUser('maria');
    expect(await passDays(95)).toBe(0);
    services.accounts.enableUser('maria');
    expect(await passDays(1)).toBe(1);
  });

  it('that was set when nobody knew when counts from when that is seen first', async () => {
    const { services, passDays } = rigWithMaria();
    services.store.run('UPDATE users SET password_since_ms = NULL');
    await passDays(1);
    expect(await passDays(90)).toBe(1);
  });
});

describe('the password on the label', () => {
  it('has no age, and has none again after a reset', async () => {
    const { rig, services, passDays } = rigWithMaria();
    services.accounts.setEmail('admin', 'admin@example.org');
    await passDays(100);
    services.accounts.setPassword('admin', 'Another-password-1');
    services.accounts.restoreDefaultAdmin();
    await passDays(100);
    expect(rig.subjectsTo('admin@example.org')).not.toContain(subject);
  });
});

it('a password set while the clock was not has no age that anybody knows', () => {
  const rig = new EmailRig();
  rig.board.rtc.stopOscillator();
  const { accounts, store, wallClock } = rig.bootWell();
  expect(wallClock.trust).toBe('unset');
  accounts.createUser({ name: 'maria', password: 'Good-password-1' });
  accounts.setPassword('admin', 'Good-password-1');
  expect(store.rows('SELECT password_since_ms FROM users')).toEqual([
    { password_since_ms: null },
    { password_since_ms: null },
  ]);
});

it('passwords of a store of before have no age that anybody knows', () => {
  const rig = new FlashRig(1);
  rig.bootWell(migrations.slice(0, 3));
  const store = rig.bootWell(migrations);
  expect(store.rows('SELECT password_since_ms, password_age_told FROM users')).toEqual([
    { password_since_ms: null, password_age_told: 0 },
  ]);
});
