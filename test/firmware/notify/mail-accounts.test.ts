import { describe, expect, it } from 'vitest';
import type { NewMailAccount } from '#firmware/notify/mail-accounts';
import { account, MailRig } from './mail-rig.ts';

const password = 'Tell-nob0dy';

describe('a mail account', () => {
  it('is shown without its password; the first one is the default', () => {
    const { mailAccounts } = new MailRig().services;
    expect(mailAccounts.isEmpty).toBe(true);
    expect(mailAccounts.create({ ...account, user: 'nas', password })).toEqual({ ok: true, id: 1 });
    expect(mailAccounts.create({ ...account, name: 'Home' })).toEqual({ ok: true, id: 2 });
    expect(mailAccounts.list()).toEqual([
      { ...account, id: 1, user: 'nas', hasPassword: true, isDefault: true },
      {
        ...account,
        id: 2,
        name: 'Home',
        user: undefined,
        hasPassword: false,
        isDefault: false,
      },
    ]);
    expect(mailAccounts.isEmpty).toBe(false);
  });

  it.each<[Partial<Record<keyof NewMailAccount, unknown>>, string]>([
    [{ name: ' ' }, 'The name is missing.'],
    [{ name: 'x'.repeat(65) }, 'The name is too long.'],
    [{ name: 'a\r\nb' }, 'The name holds control characters.'],
    [{ host: '' }, 'The server is missing.'],
    [{ host: 'mail.example\r\nQUIT' }, 'The server holds control characters.'],
    [{ host: 'mail example' }, 'The server is no host name.'],
    [{ port: 0 }, 'The port is 1 to 65535.'],
    [{ port: 65_536 }, 'The port is 1 to 65535.'],
    [{ port: 2.5 }, 'The port is no whole number.'],
    [{ port: Number.NaN }, 'The port is no number.'],
    [{ security: 'ssl' }, 'The security is none, starttls or tls.'],
    [{ sender: 'nas' }, 'The e-mail address is none.'],
    [{ sender: 'nas@example.org\r\nBcc: eve@example.org' }, 'The e-mail address is none.'],
    [{ user: '' }, 'The user is missing.'],
    [{ password: 'x'.repeat(257) }, 'The password is too long.'],
  ])('is not %j: %s', (more, text) => {
    const { mailAccounts } = new MailRig().services;
    // What comes over a network may be anything.
    const outcome = mailAccounts.create({ ...account, ...(more as object) });
    expect(outcome).toEqual({ ok: false, reason: 'account-invalid', text });
    expect(mailAccounts.isEmpty).toBe(true);
    mailAccounts.create(account);
    expect(mailAccounts.change(1, more as object)).toMatchObject({ ok: false, text });
    expect(mailAccounts.list()).toMatchObject([account]);
  });

  it.each([
    { port: 1, name: 'x'.repeat(64) },
    { port: 65_535, password: 'x'.repeat(256) },
    { host: '192.168.1.2', security: 'none' as const },
    { host: 'fe80::1', security: 'tls' as const },
  ])('may be %j', (more) => {
    const { mailAccounts } = new MailRig().services;
    expect(mailAccounts.create({ ...account, ...more }).ok).toBe(true);
  });

  it('is one of at most sixteen', () => {
    const { mailAccounts } = new MailRig().services;
    for (let count = 0; count < 16; count += 1) expect(mailAccounts.create(account).ok).toBe(true);
    expect(mailAccounts.create(account)).toMatchObject({ reason: 'account-invalid' });
  });

  it('keeps what is not changed, its password too', () => {
    const rig = new MailRig().withAccount({ user: 'nas', password });
    const { mailAccounts } = rig.services;
    expect(mailAccounts.change(1, { port: 465, security: 'tls', host: 'MAIL.example' }).ok).toBe(
      true,
    );
    expect(mailAccounts.wayOut()).toEqual({
      ok: true,
      value: {
        server: { host: 'MAIL.example', port: 465, security: 'tls', user: 'nas', password },
        sender: account.sender,
      },
    });
    expect(mailAccounts.change(1, { user: undefined, password: undefined }).ok).toBe(true);
    expect(mailAccounts.list()).toMatchObject([{ user: undefined, hasPassword: false }]);
  });

  it('hands its password to no other server than it was given for', () => {
    const rig = new MailRig().withAccount({ user: 'nas', password });
    const { mailAccounts } = rig.services;
    const text = 'Another server needs the password anew.';
    expect(mailAccounts.change(1, { host: 'evil.example' })).toMatchObject({ ok: false, text });
    expect(mailAccounts.change(1, { host: 'other.example', password: 'new-1' }).ok).toBe(true);
    expect(mailAccounts.change(1, { host: 'third.example', password: undefined }).ok).toBe(true);
    expect(mailAccounts.change(1, { host: 'fourth.example' }).ok).toBe(true);
  });

  it('leaves the default to the oldest of the others', () => {
    const rig = new MailRig().withAccount().withAccount({ name: 'b' }).withAccount({ name: 'c' });
    const { mailAccounts } = rig.services;
    const defaults = () => mailAccounts.list().filter(({ isDefault }) => isDefault);
    mailAccounts.setDefault(3);
    expect(defaults()).toMatchObject([{ id: 3 }]);
    mailAccounts.remove(3);
    expect(defaults()).toMatchObject([{ id: 1 }]);
    mailAccounts.remove(2);
    expect(defaults()).toMatchObject([{ id: 1 }]);
    mailAccounts.remove(1);
    expect(mailAccounts.isEmpty).toBe(true);
    expect(mailAccounts.create(account)).toEqual({ ok: true, id: 4 });
    expect(defaults()).toMatchObject([{ id: 4 }]);
  });

  it('that is not there can be neither changed nor removed nor made the default', () => {
    const { mailAccounts } = new MailRig().withAccount().services;
    const text = 'There is no mail account 7.';
    const refusal = { ok: false, reason: 'no-such-account', text };
    expect(mailAccounts.change(7, { port: 25 })).toEqual(refusal);
    expect(mailAccounts.remove(7)).toEqual(refusal);
    expect(mailAccounts.setDefault(7)).toEqual(refusal);
    expect(mailAccounts.list()).toMatchObject([{ id: 1, isDefault: true }]);
  });

  it('whose password does not open on another board is told, and can be given it anew', async () => {
    const rig = new MailRig().withAccount({ user: 'nas', password });
    rig.board.powerOff();
    const flash = { image: rig.board.flash.image() };
    const other = new MailRig({ flash, deviceKey: new Uint8Array(32).fill(8) });
    const { mailAccounts, outbox } = other.services;
    expect(mailAccounts.list()).toMatchObject([{ hasPassword: true }]);
    other.enqueue();
    await other.pass(1_000);
    const lastProblem = 'store: the mail account cannot be read: set it up anew (damaged)';
    expect(outbox.waiting()).toMatchObject([{ lastProblem }]);
    mailAccounts.change(1, { password });
    await other.pass(60_000);
    expect(other.taken).toEqual(['Hello']);
  });
});

describe('a test mail', () => {
  it('goes through the account that is tested, once and past the queue', async () => {
    const rig = new MailRig().withAccount({ host: 'away.example' }).withAccount();
    const { mailAccounts, outbox } = rig.services;
    const sent = mailAccounts.sendTest(2, 'carol@example.org');
    expect(mailAccounts.isIdle).toBe(false);
    expect(outbox.waiting()).toEqual([]);
    await rig.pass(1_000);
    expect(await sent).toEqual({ ok: true });
    expect(mailAccounts.isIdle).toBe(true);
    expect(rig.taken).toEqual(['Test mail of TS-453N']);
  });

  it.each([
    [1, 'carol@example.org', 'mail: no mail server «away.example» in this world (unreachable)'],
    [2, 'carol@example.org', 'mail: 550 5.7.1 go away (refused)'],
    [2, 'carol', 'that is no e-mail address'],
    [3, 'carol@example.org', 'there is no such mail account'],
  ])('through account %d to %s says why it failed: %s', async (id, to, text) => {
    const rig = new MailRig().withAccount({ host: 'away.example' }).withAccount();
    rig.mailServer.reject('550 5.7.1 go away');
    const sent = rig.services.mailAccounts.sendTest(id, to);
    await rig.pass(1_000);
    expect(await sent).toEqual({ ok: false, text });
  });

  it.each([
    [59_999, 'under way'],
    [60_000, 'mail: the call was given up (timed-out)'],
  ])('that nobody answers is, after %d ms: %s', async (ms, expected) => {
    const rig = new MailRig().withAccount();
    rig.mailServer.silent();
    let state = 'under way';
    void rig.services.mailAccounts
      .sendTest(1, 'carol@example.org')
      .then((outcome) => (state = outcome.ok ? 'sent' : outcome.text));
    await rig.pass(ms);
    expect(state).toBe(expected);
  });
});
