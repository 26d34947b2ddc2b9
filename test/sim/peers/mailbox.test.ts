import { describe, expect, test } from 'vitest';
import { isWanted, readMessage, type ReceivedMail, type WantedMail } from '#sim/peers/mailbox';

const read = (text: string) => readMessage(Buffer.from(text));

describe('a message', () => {
  test('is shown as a mail program shows it', async () => {
    const content = await read(
      [
        'From: The NAS <nas@example.org>',
        'To: a@example.org, friends: b@example.org, c@example.org;',
        'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'caf=C3=A9=',
        ' =3D good',
        '',
      ].join('\r\n'),
    );
    expect(content).toEqual({
      from: 'nas@example.org',
      to: ['a@example.org', 'b@example.org', 'c@example.org'],
      subject: 'Grüße',
      text: 'café = good\n',
    });
  });

  test.each([
    ['nothing', '', ''],
    ['no header', '\r\nhello', 'hello'],
  ])('that is %s has neither sender nor subject', async (_what, text, shown) => {
    const content = await read(text);
    expect({ ...content, text: content.text.trim() }).toEqual({
      from: '',
      to: [],
      subject: '',
      text: shown,
    });
  });

  test('that has headers without end is shown as text', async () => {
    const text = `X-Long: ${'a'.repeat(3_000_000)}\r\n\r\nhello`;
    expect(await read(text)).toEqual({ from: '', to: [], subject: '', text });
  });
});

describe('what is looked for', () => {
  const mail: ReceivedMail = {
    number: 1,
    envelope: { from: 'nas@example.org', to: ['Carol@Example.org'] },
    message: new Uint8Array(),
    receivedAtUs: 0,
    from: 'nas@example.org',
    to: [],
    subject: 'Your code (31)',
    text: 'one\ntwo\n',
  };
  const cases: readonly [WantedMail, boolean][] = [
    [{}, true],
    [{ to: 'carol@example.org' }, true],
    [{ to: 'carol' }, false],
    [{ subject: 'code (31)' }, true],
    [{ subject: 'code .31.' }, false],
    [{ subject: /^your code/i }, true],
    [{ subject: /^code/ }, false],
    [{ text: /^two$/m }, true],
    [{ to: 'carol@example.org', text: /three/ }, false],
  ];
  test.each(cases)('%j: %s', (wanted, is) => {
    expect(isWanted(mail, wanted)).toBe(is);
  });
});
