import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mailSuite, runCheck } from '#hal/conformance/index';
import type { SmtpServer } from '#hal/mail';
import { mailServerActs } from '../../../hal/conformance/sim-rig.ts';
import { LiveMailRig } from './live-mail-rig.ts';

let rig: LiveMailRig;

beforeEach(async () => {
  rig = new LiveMailRig();
  await rig.start();
});

afterEach(() => rig.end());

const server: SmtpServer = { host: 'mail.example', port: 587, security: 'starttls' };
const envelope = { from: 'nas@example.org', to: ['carol@example.org'] };
const message = Buffer.from('Subject: hello\r\n\r\nGood morning.\r\n');

/** Hands the message in; answers the code of the error, or `sent`. */
async function send(to: Partial<SmtpServer> = {}, signal?: AbortSignal): Promise<string> {
  const never = new AbortController().signal;
  return rig.port
    .send({ ...server, ...to }, { envelope, message }, { signal: signal ?? never })
    .then(
      () => 'sent',
      (error: Error) => error.message,
    );
}

describe('the contract of mail and the board in real time', () => {
  test.each(mailSuite.checks.map((check) => [check.name, check] as const))(
    'it %s',
    async (_name, check) => {
      const { port, mailServer } = rig;
      const act = { pass: (ms: number) => rig.pass(ms), ...mailServerActs(mailServer) };
      const outcome = await runCheck(mailSuite, check, { port, act });
      if (outcome.result === 'failed') throw outcome.error;
      expect(outcome.result).toBe('passed');
    },
  );
});

describe('a board in real time', () => {
  test.each([
    ['none', 25],
    ['starttls', 2525],
    ['tls', 465],
  ] as const)('sends with security %s at port %i', async (security, port) => {
    expect(await send({ security, port })).toBe('sent');
    expect(rig.mailServer.messages).toMatchObject([{ subject: 'hello', envelope }]);
  });

  test('reaches a server at a loopback address', async () => {
    const { host, port } = rig.address;
    expect(await send({ host, port, security: 'none' })).toBe('sent');
    expect(await send({ host: 'localhost', port, security: 'none' })).toBe('sent');
    expect(rig.mailServer.messages).toHaveLength(2);
  });

  test.each([
    [{ host: 'smtp.example.org' }, /no mail server «smtp.example.org».*\(unreachable\)/],
    [{ host: '192.0.2.1' }, /\(unreachable\)/],
    [{ port: 26 }, /mail.example has no port 26 \(unreachable\)/],
  ])('reaches nothing else: %j', async (to, text) => {
    expect(await send(to)).toMatch(text);
  });

  test('has no server to reach while its cables are out', async () => {
    rig.board.network.setCable(0, false);
    rig.board.network.setCable(1, false);
    expect(await send()).toMatch(/no network adapter has a link \(unreachable\)/);
  });

  test('hears no more of a message where its power fails meanwhile', async () => {
    rig.mailServer.silent();
    const sending = send();
    rig.board.cutPower();
    rig.board.powerOn();
    rig.mailServer.up();
    expect(await send()).toBe('sent');
    expect(await Promise.race([sending, Promise.resolve('nothing')])).toBe('nothing');
  });
});

/** What foreign servers have heard. */
let heard = '';

/** A server on this machine that answers each line that comes with the next of these. */
async function listenWith(...answers: readonly string[]): Promise<Server> {
  heard = '';
  const foreign = createServer((socket) => {
    const left = [...answers];
    const answer = (): void => void socket.write(left.shift() ?? '');
    socket.on('data', (bytes) => {
      heard += bytes.toString();
      answer();
    });
    socket.on('error', () => undefined);
    if (left.length > 0) answer();
  });
  foreign.listen(0, '127.0.0.1');
  await once(foreign, 'listening');
  return foreign;
}

const at = (foreign: Server) => ({
  host: '127.0.0.1',
  port: (foreign.address() as AddressInfo).port,
});

describe('a server on this machine that is not ours', () => {
  const login = { user: 'nas', password: 'Tell-nob0dy' };
  const greeting = '220 me ESMTP\r\n';
  test.each([
    ['speaks no SMTP', ['HTTP/1.1 200 OK\r\n'], /Invalid greeting.*\(io\)/],
    ['has no STARTTLS', [greeting, '250 me\r\n', '502 what?\r\n'], /502 what\? \(refused\)/],
    ['refuses at once', ['554 5.3.2 closed\r\n'], /554 5.3.2 closed \(refused\)/],
  ])('%s', async (_what, answers, text) => {
    const foreign = await listenWith(...answers);
    const outcome = await send({ ...at(foreign), ...login });
    foreign.close();
    expect(outcome).toMatch(text);
    expect(outcome).not.toContain(login.password);
    expect(heard).not.toMatch(/AUTH/);
  });

  test('is not there', async () => {
    const foreign = await listenWith();
    const { port } = at(foreign);
    foreign.close();
    const outcome = await send({ host: '127.0.0.1', port, ...login });
    expect(outcome).toMatch(/ECONNREFUSED.*\(unreachable\)/);
    expect(outcome).not.toContain(login.password);
  });

  test('is left by a call that is given up', async () => {
    const foreign = await listenWith();
    const connected = once(foreign, 'connection') as Promise<[Socket]>;
    const abort = new AbortController();
    const sending = send(at(foreign), abort.signal);
    const [socket] = await connected;
    const left = once(socket, 'close');
    abort.abort();
    expect(await sending).toMatch(/\(timed-out\)/);
    await left;
    foreign.close();
  });
});

describe('modes of the server in real time', () => {
  test('down: nobody listens; up: at the same port again', async () => {
    const before = rig.address;
    const isFelt = rig.mailServer.setMode({ kind: 'down' });
    expect(await send()).toMatch(/ECONNREFUSED.*\(unreachable\)/);
    expect(isFelt()).toBe(true);
    rig.mailServer.up();
    expect(await send()).toBe('sent');
    expect(rig.address).toEqual(before);
  });

  test('slow: in true time, whatever the speed', async () => {
    rig.mailServer.slow(3_000_000);
    const beginUs = rig.world.nowUs;
    expect(await send()).toBe('sent');
    expect((rig.mailServer.messages[0]?.receivedAtUs ?? 0) - beginUs).toBeGreaterThan(3_000_000);
  });

  test('reject, an account that is demanded, and a login that is wrong', async () => {
    rig.mailServer.reject('452 4.2.2 the mailbox is full');
    expect(await send()).toMatch(/452 4.2.2 the mailbox is full \(refused\)/);
    rig.mailServer.up();
    rig.mailServer.demandAccount({ user: 'nas', password: 'secret' });
    expect(await send()).toMatch(/530 5.7.0.*\(refused\)/);
    expect(await send({ user: 'nas', password: 'wrong' })).toMatch(/535 5.7.8.*\(refused\)/);
    expect(await send({ user: 'nas', password: 'secret' })).toBe('sent');
    expect(rig.mailServer.messages).toHaveLength(1);
  });
});

describe('the SMTP server on this machine', () => {
  test('takes mail of any client', async () => {
    const transport = createTransport({ ...rig.address, tls: { rejectUnauthorized: false } });
    await transport.sendMail({ ...envelope, subject: 'Grüße', text: 'From outside.\n' });
    expect(rig.mailServer.messages).toMatchObject([
      { subject: 'Grüße', text: 'From outside.\n', to: envelope.to, from: envelope.from },
    ]);
  });

  test('speaks SMTP', async () => {
    const { host, port } = rig.address;
    const socket = connect(port, host).setEncoding('utf8');
    let said = '';
    const lines = [
      'EHLO me',
      'MAIL FROM:<a@b.c>',
      'RCPT TO:<d@e.f>',
      'DATA',
      'Subject: raw\r\n\r\n..dot\r\n.',
      'QUIT',
    ];
    await new Promise<void>((resolve, reject) => {
      socket.on('data', (text: string) => {
        said += text;
        const line = /^\d{3} [^\n]*\n$/m.test(text) ? lines.shift() : undefined;
        if (line !== undefined) socket.write(`${line}\r\n`);
      });
      socket.on('error', reject);
      socket.on('close', resolve);
    });
    expect(said.match(/^\d{3}(?= )/gm)).toEqual(['220', '250', '250', '250', '354', '250', '221']);
    expect(said).toMatch(/^220 mail\.example ESMTP/);
    expect(rig.mailServer.messages).toMatchObject([{ subject: 'raw', text: '.dot\n' }]);
  });
});
