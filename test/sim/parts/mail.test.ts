import { describe, expect, test } from 'vitest';
import type { Mail, SmtpServer } from '#hal/mail';
import type { MailServerMode } from '#sim/peers/mail-server';
import { MailServer } from '#sim/peers/mail-server';
import { createBoardBench } from '../board-bench.ts';

const server: SmtpServer = { host: 'mail.example', port: 587, security: 'starttls' };
const envelope = { from: 'nas@example.org', to: ['carol@example.org'] };
const message = Buffer.from('Subject: Your code\r\n\r\nIt is 31415926.\r\n');
const password = 'Tell-nob0dy';

/** A powered board on a world with a mail server, and a call that is begun. */
function createMailBench() {
  const bench = createBoardBench();
  const { board, world } = bench;
  const mailServer = new MailServer(world);
  board.mail.reach(mailServer);
  bench.install();
  board.powerOn();
  const begin = (to: Partial<SmtpServer> = {}, port: Mail = bench.hal().mail) => {
    const abort = new AbortController();
    const call = { outcome: 'open', abort: () => abort.abort() };
    port.send({ ...server, ...to }, { envelope, message }, { signal: abort.signal }).then(
      () => (call.outcome = 'sent'),
      (error: Error) => (call.outcome = error.message),
    );
    return call;
  };
  const traced = (source: string) => world.trace.records.filter((each) => each.source === source);
  return { bench, board, world, mailServer, begin, traced };
}

const second = 1_000_000;

describe('a hand-in', () => {
  test('takes some milliseconds and leaves recipients, subject and size in the trace', async () => {
    const { begin, world, mailServer, traced } = createMailBench();
    const beginUs = world.nowUs;
    const call = begin({ user: 'nas', password });
    await world.runWhile(() => call.outcome === 'open', beginUs + second);
    expect(call.outcome).toBe('sent');
    expect(world.nowUs - beginUs).toBeGreaterThan(5_000);
    expect(world.nowUs - beginUs).toBeLessThan(50_000);
    const [taken] = mailServer.messages;
    expect(taken).toMatchObject({ number: 1, subject: 'Your code', text: 'It is 31415926.\n' });
    expect(taken?.receivedAtUs).toBeLessThan(world.nowUs);
    const to = ['carol@example.org'];
    expect(traced('mail')).toMatchObject([
      { kind: 'send', server: 'mail.example:587', to, bytes: message.length },
      { kind: 'sent', to },
    ]);
    expect(traced('mail-server')).toMatchObject([
      { kind: 'taken', number: 1, to, subject: 'Your code', bytes: message.length },
    ]);
    expect(JSON.stringify(world.trace.records)).not.toMatch(/31415926|Tell-nob0dy/);
  });

  test('takes as long again with the same seed, in the same order', async () => {
    const runs = [];
    for (let run = 0; run < 2; run += 1) {
      const { begin, world } = createMailBench();
      begin();
      begin({ host: 'nobody.example' });
      begin({ port: 465, security: 'tls' });
      await world.runFor(second);
      runs.push(JSON.stringify(world.trace.records));
    }
    expect(runs[1]).toBe(runs[0]);
  });

  test.each([
    ['another host', { host: 'smtp.example' }, /no mail server «smtp.example» in this world/],
    ['another port', { port: 26 }, /mail.example refuses to connect at port 26/],
  ])('reaches nobody at %s', async (_what, to, text) => {
    const { begin, world, mailServer } = createMailBench();
    const call = begin(to);
    await world.runFor(second);
    expect(call.outcome).toMatch(text);
    expect(call.outcome).toMatch(/\(unreachable\)$/);
    expect(mailServer.messages).toEqual([]);
  });

  test.each([25, 465, 587, 2525])('reaches the server at port %i', async (port) => {
    const { begin, world } = createMailBench();
    const call = begin({ port });
    await world.runFor(second);
    expect(call.outcome).toBe('sent');
  });

  test('does not get out of a board without a link, and gets lost where that goes meanwhile', async () => {
    const { begin, world, board, mailServer } = createMailBench();
    const lost = begin();
    await world.runFor(6_000);
    for (const adapter of board.label.macAddresses.keys()) board.network.setCable(adapter, false);
    const refused = begin();
    await world.runFor(second);
    expect(refused.outcome).toMatch(/no network adapter has a link \(unreachable\)/);
    expect(lost.outcome).toBe('open');
    lost.abort();
    await world.settle();
    expect(lost.outcome).toMatch(/\(timed-out\)/);
    expect(mailServer.messages).toEqual([]);
  });

  test('may have been taken although the board never hears of it: its power failed', async () => {
    const { begin, world, board, mailServer, traced } = createMailBench();
    const call = begin();
    await world.runWhile(() => mailServer.messages.length === 0, world.nowUs + second);
    board.cutPower();
    board.powerOn();
    await world.runFor(second);
    expect(call.outcome).toBe('open');
    expect(traced('mail').map(({ kind }) => kind)).toEqual(['send']);
  });

  test('ends with the life that began it, before the server has the message', async () => {
    const { bench, begin, world, board, mailServer } = createMailBench();
    const before = bench.hal().mail;
    const call = begin();
    await world.runFor(2_000);
    board.cutPower();
    await world.runFor(second);
    expect([call.outcome, mailServer.messages.length, board.mail.isBusy]).toEqual([
      'open',
      0,
      false,
    ]);
    const late = begin({}, before);
    await world.settle();
    expect(late.outcome).toMatch(/the board is off \(closed\)/);
  });

  test('is heard of by nobody where the CPU hangs', async () => {
    const { begin, world, board, mailServer } = createMailBench();
    const call = begin();
    board.hangCpu();
    await world.runFor(second);
    expect([call.outcome, mailServer.messages.length]).toEqual(['open', 1]);
  });

  test('that is under way keeps the board from being saved', async () => {
    const { begin, world, board, mailServer } = createMailBench();
    expect(board.save()).toBeDefined();
    mailServer.silent();
    const call = begin();
    await world.runFor(second);
    expect(board.save()).toBeUndefined();
    call.abort();
    expect(board.save()).toBeDefined();
  });
});

describe('modes of the server', () => {
  const modes: readonly [MailServerMode, string, number][] = [
    [{ kind: 'up' }, 'sent', 1],
    [{ kind: 'down' }, 'mail: mail.example refuses to connect (unreachable)', 0],
    [{ kind: 'silent' }, 'open', 0],
    [{ kind: 'slow', delayUs: second }, 'open', 0],
    [{ kind: 'slow', delayUs: second / 2 }, 'sent', 1],
    [{ kind: 'reject', reply: '550 5.7.1 no' }, 'mail: 550 5.7.1 no (refused)', 0],
    [{ kind: 'reject', reply: `535 5.7.8 ${password}?` }, 'mail: 535 5.7.8 …? (refused)', 0],
  ];

  test.each(modes)('%j: after a second %s', async (mode, outcome, taken) => {
    const { begin, world, mailServer } = createMailBench();
    const isFelt = mailServer.setMode(mode);
    expect(isFelt()).toBe(false);
    const call = begin({ user: 'nas', password });
    await world.runFor(second);
    expect([call.outcome, mailServer.messages.length]).toEqual([outcome, taken]);
    expect(isFelt()).toBe(mode.kind !== 'up');
    expect(JSON.stringify(world.trace.records)).not.toContain(password);
  });

  test.each(modes.slice(1, 3))('%j in the middle of a dialogue', async (mode) => {
    const { begin, world, mailServer } = createMailBench();
    const call = begin();
    await world.runFor(6_000);
    mailServer.setMode(mode);
    await world.runFor(second);
    const lost = 'mail: the connection to mail.example was lost (unreachable)';
    expect(call.outcome).toBe(mode.kind === 'down' ? lost : 'open');
    expect(mailServer.messages).toEqual([]);
  });

  test.each(['250 fine', '550', 'no', '650 5.7.1 no'])('%j is no refusal', (reply) => {
    const { mailServer } = createMailBench();
    expect(() => mailServer.reject(reply)).toThrow(/refuses nothing/);
    expect(mailServer.mode).toEqual({ kind: 'up' });
  });
});

describe('an account that the server demands', () => {
  test.each([
    [{}, /530 5.7.0 .*\(refused\)/],
    [{ user: 'nas', password: 'wrong' }, /535 5.7.8 .*\(refused\)/],
    [{ user: 'nas' }, /535 5.7.8 .*\(refused\)/],
    [{ user: 'nas', password }, /^sent$/],
  ])('%j', async (login, outcome) => {
    const { begin, world, mailServer } = createMailBench();
    mailServer.demandAccount({ user: 'nas', password });
    const call = begin(login);
    await world.runFor(second);
    expect(call.outcome).toMatch(outcome);
  });
});
