import { afterEach, describe, expect, test } from 'vitest';
import type { DatagramMessage } from '#hal/datagram';
import type { HalError } from '#hal/errors';
import { createDatagrams } from '#hal/linux/datagram';
import { UdpTimeServer, type UdpScript } from './udp-time-server.ts';

const servers: UdpTimeServer[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const echo: UdpScript = (request) => [{ bytes: Uint8Array.from(request) }];

/** A socket to a server that does as told, and what it heard. */
async function openTo(script: UdpScript, family: 'udp4' | 'udp6' = 'udp4') {
  const server = await UdpTimeServer.start(script, family);
  servers.push(server);
  const messages: DatagramMessage[] = [];
  const errors: HalError[] = [];
  let heard = (): void => undefined;
  let nowMs = 0;
  // A clock that moves on with every look at it.
  const datagrams = createDatagrams({ clock: { now: () => (nowMs += 1) } });
  const socket = await datagrams.open(
    { host: family === 'udp6' ? '::1' : '127.0.0.1', port: server.port },
    {
      onMessage: (message) => {
        messages.push(message);
        heard();
      },
      onError: (error) => {
        errors.push(error);
        heard();
      },
    },
  );
  const next = (): Promise<void> => new Promise((resolve) => (heard = resolve));
  return { server, socket, messages, errors, next };
}

describe('UDP of this host', () => {
  test.each(['udp4', 'udp6'] as const)('carries bytes there and back over %s', async (family) => {
    const { socket, messages, next } = await openTo(echo, family);
    const isHeard = next();
    const sentAtMs = socket.send(Uint8Array.of(1, 2, 3));
    await isHeard;
    expect(messages.map(({ bytes }) => [...bytes])).toEqual([[1, 2, 3]]);
    expect(messages).toMatchObject([{ isFromPeer: true, receivedAtMs: sentAtMs + 1 }]);
    socket.close();
  });

  test('hears nobody but its peer', async () => {
    const { socket, messages, next } = await openTo(() => [
      { bytes: Uint8Array.of(1), isForeign: true },
      { bytes: Uint8Array.of(2) },
    ]);
    const isHeard = next();
    socket.send(Uint8Array.of(0));
    await isHeard;
    expect(messages.map(({ bytes }) => [...bytes])).toEqual([[2]]);
    socket.close();
  });

  test('is told where nobody listens', async () => {
    const { server, socket, errors, next } = await openTo(echo);
    const { port } = server;
    server.close();
    const isHeard = next();
    socket.send(Uint8Array.of(1));
    await isHeard;
    expect(errors.map(({ message }) => message)).toEqual([
      `ntp: cannot exchange datagrams with 127.0.0.1 port ${port}: nobody can be reached there, ECONNREFUSED (unreachable)`,
    ]);
    socket.close();
  });

  test('tells nothing once it is closed, and can be closed again', async () => {
    const first = await openTo(echo);
    const isServed = new Promise<void>((resolve) => (first.server.onServed = resolve));
    first.socket.send(Uint8Array.of(1));
    first.socket.close();
    first.socket.close();
    await isServed;
    await new Promise(setImmediate);
    expect([first.messages, first.errors]).toEqual([[], []]);
    expect(() => first.socket.send(Uint8Array.of(1))).toThrow('(closed)');
  });

  test('finds nobody under a name that nobody has', async () => {
    const { open } = createDatagrams({ clock: { now: () => 0 } });
    const handlers = { onMessage: () => undefined, onError: () => undefined };
    await expect(open({ host: 'nobody.invalid', port: 123 }, handlers)).rejects.toThrow(
      'ntp: nobody knows the name «nobody.invalid» (unreachable)',
    );
  });

  test.each([0, -1, 65_536, 1.5, Number.NaN])('has no port %d', async (port) => {
    const { open } = createDatagrams({ clock: { now: () => 0 } });
    const handlers = { onMessage: () => undefined, onError: () => undefined };
    await expect(open({ host: '127.0.0.1', port }, handlers)).rejects.toThrow('(bad-argument)');
  });
});
