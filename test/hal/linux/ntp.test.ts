import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ntpSuite } from '#hal/conformance/index';
import type { NtpDriver } from '#hal/linux/ntp';
import { replyTo } from '../drivers/ntp-replies.ts';
import { conforms } from './conforms.ts';
import { hostMs, NtpRig } from './ntp-rig.ts';
import type { UdpScript } from './udp-time-server.ts';

/** What cannot be expected of a driver that says that it checks nothing. */
const checking = ntpSuite.checks
  .map(({ name }) => name)
  .filter((name) => /^(believes no|hears the true) reply|and why$/.test(name));

conforms(ntpSuite, { driver: 'the driver sntp over UDP', start: () => new NtpRig('sntp') });
conforms(ntpSuite, {
  driver: 'the driver ntp-client over UDP',
  start: () => new NtpRig('ntp-client'),
  unsupported: checking,
});

const honest: UdpScript = (request) => [{ bytes: replyTo(request, { timeMs: hostMs() }) }];

describe('over UDP', () => {
  let rig: NtpRig;
  let abort: AbortController;

  beforeEach(() => {
    abort = new AbortController();
  });

  afterEach(() => rig.end());

  describe.each<NtpDriver>(['sntp', 'ntp-client'])('the driver %s', (driver) => {
    beforeEach(() => {
      rig = new NtpRig(driver);
    });

    test('finds a server by its name, and asks it once', async () => {
      const server = await rig.serve(honest);
      expect(await rig.outcomeOf(`localhost:${server.port}`)).toBeTypeOf('number');
      expect(server.requests).toBe(1);
    });

    test('asks at the port of its board where none is named', async () => {
      const server = await rig.serve(honest);
      const { port } = new NtpRig(driver, { port: server.port });
      const { name } = await rig.serve(honest);
      expect((await port.query('127.0.0.1', abort)).server).toBe('127.0.0.1');
      expect((await port.query(name, abort)).server).toBe(name);
      expect(server.requests).toBe(1);
    });

    test('suggests what its board suggests', () => {
      const servers = ['ntp1.example', '192.0.2.1:10123'];
      expect(new NtpRig(driver, { servers }).port.servers).toEqual(servers);
    });

    test('refuses what names no server', async () => {
      expect(await rig.outcomeOf('ntp.example:0')).toContain('(bad-argument)');
    });

    test('ends with its board, and asks nobody after it', async () => {
      const server = await rig.serve(() => []);
      server.onServed = () => rig.close();
      expect(await rig.outcomeOf(server.name)).toBe('ntp: the board was closed (closed)');
      expect(await rig.outcomeOf(server.name)).toBe('ntp: the board was closed (closed)');
      expect(server.requests).toBe(1);
    });

    test('says that time ran out when it is aborted, and when it was before', async () => {
      const server = await rig.serve(() => []);
      server.onServed = () => abort.abort();
      const expected = `ntp: no reply from «${server.name}» (timed-out)`;
      expect(await rig.outcomeOf(server.name, abort)).toBe(expected);
      expect(await rig.outcomeOf(server.name, abort)).toBe(expected);
      expect(server.requests).toBe(1);
    });
  });

  describe('the driver sntp', () => {
    beforeEach(() => {
      rig = new NtpRig('sntp');
    });

    test('speaks IPv6', async () => {
      const server = await rig.serve(honest, 'udp6');
      expect(server.name).toMatch(/^\[::1\]:/);
      expect(await rig.outcomeOf(server.name)).toBeTypeOf('number');
    });

    test('hears at once that nobody listens', async () => {
      const server = await rig.serve(honest);
      const { name, port } = server;
      server.close();
      const where = `127.0.0.1 port ${port}`;
      expect(await rig.outcomeOf(name)).toBe(
        `ntp: cannot exchange datagrams with ${where}: nobody can be reached there, ECONNREFUSED (unreachable)`,
      );
    });
  });
});
