import { describe, expect, it } from 'vitest';
import type { Notice } from '#firmware/notify/notices';
import { MailRig } from './mail-rig.ts';

const notices: readonly (readonly [Notice, string])[] = [
  ['password-changed', 'Your password was changed'],
  ['two-step-enabled', '2-step verification is on'],
  ['two-step-disabled', '2-step verification is off'],
  ['two-step-enforced', '2-step verification must be set up'],
  ['two-step-reset', '2-step verification was reset'],
  ['recovery-code-used', 'A recovery code was used'],
  ['two-step-blocked', '2-step verification is blocked'],
  ['alternative-blocked', 'The other way to verify is blocked'],
  ['wrong-code', 'Right password, wrong security code'],
];

function tell(rig: MailRig, notice: Notice): void {
  const user = rig.services.accounts.user('admin');
  if (user === undefined) throw new Error('there is no admin');
  rig.services.notices.tell(user, notice);
}

describe('a notice', () => {
  it.each(notices)('%s is a mail to the user: %s', async (notice, subject) => {
    const rig = new MailRig().withAccount();
    rig.services.settings.set('network.hostName', 'attic');
    rig.services.accounts.setEmail('admin', 'carol@example.org');
    tell(rig, notice);
    await rig.pass(1_000);
    expect(rig.taken).toEqual([`[attic] ${subject}`]);
    const [mail] = rig.mailServer.messages;
    expect(mail?.envelope.to).toEqual(['carol@example.org']);
    expect(mail?.text).toMatch(/^Hello admin,\n\n[^]+\n\nThis mail comes from attic\.\n/);
  });

  it('names the model where the device has no name', async () => {
    const rig = new MailRig().withAccount();
    rig.services.accounts.setEmail('admin', 'carol@example.org');
    tell(rig, 'wrong-code');
    await rig.pass(1_000);
    expect(rig.taken).toEqual(['[TS-453N] Right password, wrong security code']);
  });

  it('is none where the user has no address', () => {
    const rig = new MailRig().withAccount();
    tell(rig, 'wrong-code');
    expect(rig.services.outbox.waiting()).toEqual([]);
  });

  it('is none where there is no account to send it with', () => {
    const rig = new MailRig();
    rig.services.accounts.setEmail('admin', 'carol@example.org');
    tell(rig, 'wrong-code');
    expect(rig.services.outbox.waiting()).toEqual([]);
  });
});
