import type { User } from '../accounts/users.ts';
import type { Outbox } from './outbox.ts';

/** What a user is told by mail: of the own account, and administrators of the appliance. */
export type Notice =
  | 'password-changed'
  | 'password-old'
  | 'two-step-enabled'
  | 'two-step-disabled'
  | 'two-step-enforced'
  | 'two-step-reset'
  | 'recovery-code-used'
  | 'two-step-blocked'
  | 'alternative-blocked'
  | 'wrong-code'
  | 'clock-holdover';

/** Tells users by mail what concerns the safety of their account, or of all. */
export interface Notices {
  /**
   * Queues a mail to the user's address, as a part of the caller's transaction. Nothing happens
   * where the user has no address or there is no mail account. Answers whether a mail was queued.
   */
  tell(user: User, notice: Notice): boolean;
}

const notYou = 'If that was not you, change your password and tell your administrator.';

const texts: Readonly<Record<Notice, { readonly subject: string; readonly text: string }>> = {
  'password-changed': {
    subject: 'Your password was changed',
    text: `Your account has a new password, and all its sessions have ended. ${notYou}`,
  },
  'password-old': {
    subject: 'Your password is old',
    text: 'You have had the same password for long. Please log in and choose another one.',
  },
  'two-step-enabled': {
    subject: '2-step verification is on',
    text: `From now on your account asks for a security code beside the password. ${notYou}`,
  },
  'two-step-disabled': {
    subject: '2-step verification is off',
    text: `Your account no longer asks for a security code. ${notYou}`,
  },
  'two-step-enforced': {
    subject: '2-step verification must be set up',
    text: 'An administrator asks you to set up 2-step verification. Your next login leads there.',
  },
  'two-step-reset': {
    subject: '2-step verification was reset',
    text: 'An administrator, or somebody at the device, has switched your 2-step verification off.',
  },
  'recovery-code-used': {
    subject: 'A recovery code was used',
    text: `Somebody logged in to your account with one of its recovery codes. ${notYou}`,
  },
  'two-step-blocked': {
    subject: '2-step verification is blocked',
    text:
      'After a hundred wrong codes in a row no code is accepted any more, though the password was ' +
      'right each time. An administrator can unblock it. Change your password.',
  },
  'alternative-blocked': {
    subject: 'The other way to verify is blocked',
    text: `After five failed tries your security question or mailed code is not accepted. ${notYou}`,
  },
  'wrong-code': {
    subject: 'Right password, wrong security code',
    text: `Somebody who knows your password tried to log in and had no right code. ${notYou}`,
  },
  'clock-holdover': {
    subject: 'The clock is not synchronised any more',
    text:
      'No time server has been of use for three intervals. The clock goes on by itself and drifts ' +
      'away; one day security codes will not be accepted. Look at "ntp" on the console, or at the ' +
      'event log, for what is wrong.',
  },
};

/** Notices that go out by an outbox. */
export function createNotices(outbox: Pick<Outbox, 'enqueue'>, deviceName: () => string): Notices {
  return {
    tell({ name, email }, notice) {
      if (email === undefined) return false;
      const { subject, text } = texts[notice];
      const device = deviceName();
      const body = `Hello ${name},\n\n${text}\n\nThis mail comes from ${device}.\n`;
      const subjectLine = `[${device}] ${subject}`;
      return outbox.enqueue({ to: email, subject: subjectLine, text: body }) !== undefined;
    },
  };
}
