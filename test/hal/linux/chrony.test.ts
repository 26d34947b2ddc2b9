import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ntpSuite, runSuite } from '#hal/conformance/index';
import type { Datagrams } from '#hal/datagram';
import { ntpChecks } from '#hal/drivers/ntp-reply';
import { createSntp } from '#hal/drivers/sntp';
import { isHalError } from '#hal/errors';
import { createDatagrams } from '#hal/linux/datagram';
import type { NtpDriver } from '#hal/linux/ntp';
import { Chronyd } from './chronyd.ts';
import { hostMs, NtpRig, pivotMs } from './ntp-rig.ts';

/** Debian's time server, on this machine's clock: both ends of an exchange have the same time. */

const drivers: readonly NtpDriver[] = ['sntp', 'ntp-client'];

/** What the driver sntp makes of the first reply that comes: a sample, or an error. */
async function firstReplyOf(chronyd: Chronyd): Promise<unknown> {
  const clock = { now: () => performance.now() };
  const random = { bytes: (count: number) => Uint8Array.from(randomBytes(count)) };
  const abort = new AbortController();
  const { open } = createDatagrams({ clock });
  const datagrams: Datagrams = {
    open: (peer, { onMessage, onError }) =>
      open(peer, { onError, onMessage: (message) => (onMessage(message), abort.abort()) }),
  };
  const ntp = createSntp({ datagrams, clock, random, pivotMs, servers: [] });
  return ntp.query(`127.0.0.1:${chronyd.port}`, abort).catch((error: unknown) => error);
}

/** Starts one and asks until it is there. */
async function started(lines: readonly string[]): Promise<Chronyd> {
  const chronyd = await Chronyd.start(lines);
  for (;;) {
    chronyd.expectRunning();
    const reply = await firstReplyOf(chronyd);
    if (!isHalError(reply) || reply.code !== 'unreachable') return chronyd;
  }
}

describe('a chronyd that knows the time', () => {
  let chronyd: Chronyd;

  beforeAll(async () => {
    chronyd = await started(['local stratum 8']);
  });

  afterAll(() => chronyd.stop());

  describe.each(drivers)('and the driver %s', (driver) => {
    const rig = new NtpRig(driver);

    test('agree within the round trip, whoever is asked how often', async () => {
      for (let count = 0; count < 20; count += 1) {
        const beforeMs = Date.now();
        const name = `127.0.0.1:${chronyd.port}`;
        const sample = await rig.port.query(name, new AbortController());
        const afterMs = Date.now() + 1;
        expect(sample.serverTimeMs).toBeGreaterThanOrEqual(beforeMs);
        expect(sample.serverTimeMs).toBeLessThanOrEqual(afterMs);
      }
    });

    test('keep the contract together', async () => {
      const timeServer = async () => ({ name: `127.0.0.1:${chronyd.port}`, timeMs: hostMs });
      const { pass, nowMs } = rig.subject.act;
      const act = { timeServer, ...(pass && { pass }), ...(nowMs && { nowMs }) };
      const outcomes = await runSuite(ntpSuite, { port: rig.port, act });
      expect(outcomes.filter(({ result }) => result === 'failed')).toEqual([]);
      expect(outcomes.filter(({ result }) => result === 'passed')).toHaveLength(8);
    });
  });

  test('passes every check of sntp, and is read whole', async () => {
    const { port } = new NtpRig('sntp');
    expect(await port.query(`localhost:${chronyd.port}`, new AbortController())).toMatchObject({
      validated: ntpChecks,
      stratum: 8,
      leap: 'none',
      rootDistanceMs: 0,
    });
  });
});

describe('a chronyd that does not know the time', () => {
  let chronyd: Chronyd;

  beforeAll(async () => {
    chronyd = await started([]);
  });

  afterAll(() => chronyd.stop());

  test('tells sntp nothing', async () => {
    const failure = `ntp: no valid reply from «127.0.0.1:${chronyd.port}»: leap (io)`;
    expect(await firstReplyOf(chronyd)).toEqual(expect.objectContaining({ message: failure }));
  });

  test('is believed by ntp-client, which says that it checked nothing', async () => {
    const ntp = new NtpRig('ntp-client').port;
    const sample = await ntp.query(`127.0.0.1:${chronyd.port}`, new AbortController());
    expect(sample.validated).toEqual([]);
  });
});
