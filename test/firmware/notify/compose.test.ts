import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { letter, MailRig } from './mail-rig.ts';

async function messageOf(mail: Partial<typeof letter>, seed = 1): Promise<Uint8Array> {
  const rig = new MailRig({ seed }).withAccount();
  rig.enqueue(mail);
  await rig.pass(1_000);
  const [taken] = rig.mailServer.messages;
  if (taken === undefined) throw new Error('no mail came');
  return taken.message;
}

const hard = { subject: 'Grüße aus dem Büro – 你好', text: 'Zeile eins\nÄrger.\n.\nEnde\n' };

describe('a message', () => {
  it('says from whom, to whom, when, and what', async () => {
    const mail = await PostalMime.parse(await messageOf(hard));
    expect(mail.from?.address).toBe('nas@example.org');
    expect(mail.to?.map(({ address }) => address)).toEqual(['carol@example.org']);
    expect(mail.subject).toBe(hard.subject);
    expect(mail.text?.replaceAll('\r\n', '\n')).toBe(hard.text);
    expect(mail.date).toBe('2026-11-24T10:00:00.000Z');
    expect(mail.messageId).toMatch(/^<[0-9a-f]{32}@[a-z0-9]+\.nas\.invalid>$/);
  });

  it('is ASCII in lines of at most 998 characters that end in CR LF (RFC 5322)', async () => {
    const long = { ...hard, text: `${'Donaudampfschifffahrt '.repeat(200)}\n` };
    for (const mail of [hard, long, { text: 'x'.repeat(5_000) }, { text: 'a\rb\nc\r\nd\r' }]) {
      const text = Buffer.from(await messageOf(mail)).toString('latin1');
      expect(text).toMatch(/^[\r\n\x20-\x7e]*$/);
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      expect(Math.max(...text.split('\r\n').map(({ length }) => length))).toBeLessThan(999);
    }
  });

  it('is the same with the same seed, byte for byte, and another one with another seed', async () => {
    const [first, again, other] = [
      await messageOf(hard),
      await messageOf(hard),
      await messageOf(hard, 2),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

describe('line breaks', () => {
  it.each(['\r\n', '\n', '\r', '\u2028', '\u0085', '\r\n\r\n', '\0'])(
    'in a subject (%j) begin no header and no body',
    async (lineBreak) => {
      const subject = `Hello${lineBreak}Bcc: eve@example.org`;
      const message = await messageOf({ subject });
      const mail = await PostalMime.parse(message);
      expect(mail.bcc).toBeUndefined();
      expect(mail.headers.map(({ key }) => key)).toEqual([
        'from',
        'to',
        'subject',
        'message-id',
        'date',
        'content-transfer-encoding',
        'mime-version',
        'content-type',
      ]);
      expect(mail.subject).toMatch(/^Hello\\u\{.*Bcc: eve@example\.org$/);
      expect(mail.text?.trim()).toBe(letter.text.trim());
    },
  );

  it.each([
    'carol@example.org\r\nBcc: eve@example.org',
    'carol@example.org, eve@example.org',
    'carol@example.org>\r\nRCPT TO:<eve@example.org',
    'Carol <carol@example.org>',
    ' carol@example.org',
    'carol',
    '',
  ])('and other tricks in an address (%j) are never queued', (to) => {
    const rig = new MailRig().withAccount();
    expect(() => rig.enqueue({ to })).toThrow('no address');
    expect(rig.services.outbox.waiting()).toEqual([]);
  });

  it('in the name of the device or a user stay within the notice', async () => {
    const rig = new MailRig().withAccount();
    const { notices, settings, accounts } = rig.services;
    expect(settings.setUnchecked('network.hostName', 'attic\r\nBcc: eve@example.org').ok).toBe(
      false,
    );
    accounts.setEmail('admin', 'carol@example.org');
    const user = accounts.user('admin');
    if (user === undefined) throw new Error('there is no admin');
    notices.tell({ ...user, name: 'admin\r\nBcc: eve@example.org' }, 'wrong-code');
    await rig.pass(1_000);
    const [taken] = rig.mailServer.messages;
    const mail = await PostalMime.parse(taken?.message ?? '');
    expect(mail.bcc).toBeUndefined();
    expect(taken?.envelope.to).toEqual(['carol@example.org']);
  });
});
