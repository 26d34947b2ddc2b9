import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mailSuite } from '#hal/conformance/index';
import { isHalError } from '#hal/errors';
import { createMail } from '#hal/linux/mail';
import type { SmtpServer } from '#hal/mail';
import { conforms } from './conforms.ts';
import { openFiles } from './open-files.ts';
import { SmtpRig } from './smtp-rig.ts';

conforms(mailSuite, {
  driver: 'SMTP on sockets',
  start: () => {
    const rig = new SmtpRig();
    const mail = createMail();
    return {
      subject: {
        port: mail,
        act: {
          pass: (ms) => rig.pass(ms),
          takingServer: () => rig.start('taking'),
          taken: () => rig.taken,
          refusingServer: (reply) => rig.start({ refusing: reply }),
          silentServer: () => rig.start('silent'),
        },
      },
      end: () => {
        mail.close();
        rig.end();
      },
    };
  },
});

const letter = {
  envelope: { from: 'nas@example.org', to: ['a@example.org'] },
  message: new TextEncoder().encode('Subject: a test\r\n\r\nHello\r\n'),
};
const account = { user: 'carol', password: 'Tell-nob0dy-of-this' };

describe('mail on sockets', () => {
  let rig: SmtpRig;

  beforeEach(() => {
    rig = new SmtpRig();
  });

  afterEach(() => {
    rig.end();
  });

  async function codeOf(server: SmtpServer, mail = createMail()): Promise<string> {
    try {
      await mail.send(server, letter, { signal: new AbortController().signal });
      return 'taken';
    } catch (error) {
      if (isHalError(error)) return error.code;
      throw error;
    }
  }

  test('a call that is under way ends with the board', async () => {
    const mail = createMail();
    const ending = codeOf(await rig.start('silent'), mail);
    mail.close();
    mail.close();
    expect(await ending).toBe('timed-out');
    expect(await codeOf(await rig.start('taking'), mail)).toBe('closed');
  });

  test('a port where nobody listens is unreachable', async () => {
    const server = await rig.start('taking');
    rig.end();
    expect(await codeOf(server)).toBe('unreachable');
  });

  test('nothing is said in the clear where encryption was asked for', async () => {
    const server = await rig.start('taking');
    expect(await codeOf({ ...server, ...account, security: 'starttls' })).toBe('refused');
    expect(rig.commands.filter((command) => /^(AUTH|MAIL)/.test(command))).toEqual([]);
  });

  test.each(['starttls', 'tls'] as const)(
    'no password is told to a server whose certificate nobody signed, by %s',
    async (security) => {
      let logins = 0;
      const server = new SMTPServer({
        secure: security === 'tls',
        onAuth: (auth, _session, done) => {
          logins += 1;
          done(null, { user: auth.username });
        },
        onData: (stream, _session, done) => stream.resume().on('end', () => done()),
      });
      server.on('error', () => undefined);
      server.listen(0, '127.0.0.1');
      await once(server.server, 'listening');
      const { port } = server.server.address() as AddressInfo;
      const at = { host: '127.0.0.1', port, security, ...account };
      expect(await codeOf(at)).toBe('unreachable');
      expect(logins).toBe(0);
      // The same server, trusted: it is the certificate that was refused.
      const trusting = createMail({ tls: { rejectUnauthorized: false } });
      expect([await codeOf(at, trusting), logins]).toEqual(['taken', 1]);
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  );

  test('calls that are given up leave no descriptor behind', async () => {
    const server = await rig.start('silent');
    const mail = createMail();
    await abortedAtOnce(mail, server);
    rig.end();
    await settled();
    const before = openFiles();
    const again = await rig.start('silent');
    for (let round = 0; round < 50; round += 1) await abortedAtOnce(mail, again);
    rig.end();
    await settled();
    expect(openFiles()).toBeLessThanOrEqual(before);
  });

  async function abortedAtOnce(
    mail: ReturnType<typeof createMail>,
    server: SmtpServer,
  ): Promise<void> {
    const controller = new AbortController();
    const call = mail.send(server, letter, { signal: controller.signal });
    await settled();
    controller.abort();
    await expect(call).rejects.toThrow('timed-out');
  }

  /** Sockets close in turns of the event loop. */
  async function settled(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
});
