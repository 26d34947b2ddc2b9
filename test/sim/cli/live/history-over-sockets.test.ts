import { createTransport } from 'nodemailer';
import { afterEach, describe, expect, test } from 'vitest';
import { LiveBench } from '#sim/cli/live/live-bench';

const second = 1_000_000;

let live: LiveBench | undefined;

afterEach(async () => {
  await live?.end();
  live = undefined;
});

/** Time passes by itself: the host's, a hundred times as fast. */
async function until(bench: LiveBench, holds: () => boolean): Promise<void> {
  await bench.pacer.drive(async (runner) => {
    await runner.runWhile(() => !holds(), runner.nowUs + 300 * second);
  });
}

/** Where the NAS can be reached now: its ports are open before time goes on. */
async function urlOf(bench: LiveBench): Promise<string> {
  await bench.pacer.act(() => undefined);
  return /http:\S+/.exec(bench.web.where)?.[0] ?? '';
}

describe('the past of a board whose time, mail and web go over sockets', () => {
  test('is done again without them, and goes on with them', async () => {
    const bench = new LiveBench({
      startUs: Date.UTC(2026, 10, 24, 10) * 1000,
      speed: 100,
      web: { port: 0 },
      ntpDriver: 'sntp',
    });
    live = bench;
    await bench.open();
    await bench.start();
    await until(bench, () => bench.bench.states()['appliance'] === 'ready');
    const answer = await fetch(`${await urlOf(bench)}/cgi-bin/authLogin.cgi`);
    expect(await answer.text()).toContain('<authPassed>');
    const [, host = '', port = ''] = /SMTP (\S+):(\d+)/.exec(bench.mail.where) ?? [];
    const sender = createTransport({ host, port: Number(port), ignoreTLS: true });
    await sender.sendMail({ from: 'a@example.org', to: 'b@example.org', text: 'hello' });
    await until(bench, () => bench.bench.mailServer.messages.length > 0);
    await bench.pacer.act(() => bench.history.mark('after it'));
    const kinds = new Set(bench.bench.trace.records.map(({ source, kind }) => `${source} ${kind}`));
    for (const kind of ['ntp way', 'ntp answered', 'http opened', 'mail-server delivered']) {
      expect(kinds).toContain(kind);
    }
    await until(bench, () => false);
    // The way there is compared, record by record, with what came before.
    await bench.goBack('after it');
    expect(bench.bench.mailServer.messages).toHaveLength(1);
    const other = await fetch(`${await urlOf(bench)}/cgi-bin/authLogin.cgi`);
    expect(await other.text()).toContain('<authPassed>');
  }, 60_000);
});
