import { describe, expect, test } from 'vitest';
import { restoreBench } from '#sim/bench';
import { powerOn } from '#sim/testing';
import { sendMail } from '../mail-sender.ts';

const mail = { to: 'carol@example.org', subject: 'Your code', text: 'The code is 31415926.' };

describe('the mailbox', () => {
  test('waits for a mail, which is found once', async () => {
    await using bench = await powerOn();
    void sendMail(bench.bench, mail);
    const wanted = { to: mail.to, subject: /code$/, text: 'code is' };
    const found = await bench.mailbox.waitFor(wanted);
    expect(found).toMatchObject({ number: 1, from: 'nas@example.org', to: [mail.to] });
    expect(bench.mailbox.messages).toEqual([found]);
    expect(bench.mailbox.unread).toEqual([]);
    await expect(bench.mailbox.waitFor(wanted, { timeout: '3s' })).rejects.toThrow(
      /no mail came .* within 3s\n {2}expected {2}a mail to carol@example.org, subject .*\n {2}seen {6}no new mail\n/,
    );
  });

  test('leaves out what was discarded', async () => {
    await using bench = await powerOn();
    void sendMail(bench.bench, mail);
    await bench.advance('1s');
    bench.mailbox.discard();
    void sendMail(bench.bench, { ...mail, subject: 'Second' });
    expect(await bench.mailbox.waitFor({})).toMatchObject({ number: 2, subject: 'Second' });
  });

  test.each([
    ['down', /refuses to connect/],
    ['reject', /450 4.7.1 later \(refused\)/],
    ['demandAccount', /530 5.7.0/],
    ['silent', /^open$/],
    ['slow', /^open$/],
    ['up', /^sent$/],
  ] as const)('has a server that can be made %s', async (verb, outcome) => {
    await using bench = await powerOn();
    const { mailbox } = bench;
    if (verb === 'slow') mailbox.slow('2s');
    else if (verb === 'reject') mailbox.reject('450 4.7.1 later');
    else if (verb === 'demandAccount') mailbox.demandAccount({ user: 'nas', password: 'x' });
    else mailbox[verb]();
    let seen = 'open';
    void sendMail(bench.bench, mail).then((end) => (seen = end));
    await bench.advance('1s');
    expect(seen).toMatch(outcome);
  });

  test('goes on in a bench that goes on from a snapshot, with its mode', async () => {
    await using bench = await powerOn();
    expect(await Promise.all([sendMail(bench.bench, mail), bench.advance('1s')])).toContain('sent');
    bench.mailbox.down();
    const restored = restoreBench(bench.bench.snapshot());
    const { messages } = bench.mailbox;
    expect(restored.mailServer.messages).toEqual(messages);
    expect(restored.mailServer.mode).toEqual({ kind: 'down' });
    restored.stop();
  });
});
