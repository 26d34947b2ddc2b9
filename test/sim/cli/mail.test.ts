import { once } from 'node:events';
import { connect } from 'node:net';
import { createTransport } from 'nodemailer';
import { describe, expect, test } from 'vitest';
import { SessionBench } from './session-bench.ts';

const toggle = '\x1d';

/** Where the banner says that the mail server listens. */
function addressIn(shown: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /mailbox +mail\.example \(SMTP (\S+):(\d+)\)/.exec(shown) ?? [];
  return { host, port: Number(port) };
}

async function sendFromOutside(session: SessionBench, subject: string): Promise<void> {
  const transport = createTransport({ ...addressIn(session.shown), ignoreTLS: true });
  const text = 'The code is\n31415926.\n';
  await transport.sendMail({ from: 'nas@example.org', to: 'carol@example.org', subject, text });
}

describe('the mailbox of a live session', () => {
  test('is shown in the banner and read at the prompt', async () => {
    const session = new SessionBench();
    await session.boot();
    await session.type(`${toggle}mail\r`);
    expect(session.shown).toMatch(/mail\.example \(SMTP 127\.0\.0\.1:\d+\)\n {2}no mail\n/);
    await sendFromOutside(session, 'Your\tcode');
    await session.type('mail\r');
    expect(session.shown).toMatch(/5\.000 s {2}mail 1 to carol@example.org: Your code\n/);
    expect(session.shown).toMatch(/ {4}1 {2}10:00:\d\d {2}carol@example\.org {2}Your code\n/);
    await session.type('mail 1\r');
    const lines = [
      'from     nas@example.org',
      'to       carol@example.org',
      'subject  Your code',
      String.raw`taken    2026-11-24 10:00:\d\d UTC`,
      '',
      'The code is',
      String.raw`31415926\.`,
    ];
    expect(session.shown).toMatch(new RegExp(lines.map((line) => `  ${line}\n`).join('')));
    await session.type('mail 2\r');
    expect(session.shown).toContain('there is no mail 2: mail lists them');
    session.terminate();
    expect(await session.done).toBe(0);
  });

  test('is what steps at the prompt are about', async () => {
    const session = new SessionBench();
    await session.boot();
    await session.type(`${toggle}expect-mail carol@example.org code\r`);
    expect(session.shown).not.toMatch(/ok\n/);
    await sendFromOutside(session, 'Your code');
    await session.type('');
    expect(session.shown).toMatch(/ {2}ok\nbench> $/);
    await session.type('fault smtp reject 550 5.7.1 not from you\r');
    await session.advance(1_000);
    await expect(sendFromOutside(session, 'again')).rejects.toThrow('550 5.7.1 not from you');
    await session.type('fault smtp down\r');
    await session.advance(1_000);
    await expect(sendFromOutside(session, 'again')).rejects.toThrow('ECONNREFUSED');
    session.terminate();
    expect(await session.done).toBe(0);
  });

  test('lets nobody connect any more once the session has ended', async () => {
    const session = new SessionBench();
    await session.advance(10);
    const { port, host } = addressIn(session.shown);
    session.terminate();
    await session.done;
    await expect(once(connect(port, host), 'connect')).rejects.toThrow('ECONNREFUSED');
  });
});
