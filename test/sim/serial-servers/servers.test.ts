import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { UsageError } from '#sim/kernel/invariant';
import { SerialRig } from './serial-rig.ts';

let rig: SerialRig;
const sockets: { destroy(): void }[] = [];

beforeEach(() => {
  rig = new SerialRig();
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await rig.end();
});

/** A plain connection, and all that it has got. */
interface Peer {
  readonly socket: Socket;
  got: string;
}

async function attach(kind = 'tcp'): Promise<Peer> {
  const before = rig.servers.clients.length;
  const socket = connect(rig.portOf(kind), '127.0.0.1');
  sockets.push(socket);
  const peer = { socket, got: '' };
  socket.on('data', (bytes: Buffer) => {
    peer.got += bytes.toString('latin1');
  });
  await rig.untilClients(before + 1);
  return peer;
}

const shows = (peer: Peer, text: string): Promise<void> =>
  rig.until(() => peer.got.includes(text), `a client gets ${text}`);

describe('clients', () => {
  test('share the line: all hear the board, and the board hears all', async () => {
    await rig.start('tcp:0', 'telnet:0', `pty:${rig.folder}/ttyS0`);
    const [one, two, three] = [await attach(), await attach(), await attach('telnet')];
    one.socket.write('from one.');
    await rig.untilGot('from one.');
    three.socket.write('from three.');
    for (const peer of [one, two, three]) await shows(peer, 'from one.from three.');
    expect(rig.servers.clients).toEqual([
      expect.stringMatching(/^pty .*ttyS0 {3}0 bytes in, 20 bytes out$/),
      expect.stringMatching(/^tcp 127\.0\.0\.1:\d+ {3}9 bytes in, 20 bytes out$/),
      expect.stringMatching(/^tcp 127\.0\.0\.1:\d+ {3}0 bytes in, 20 bytes out$/),
      expect.stringMatching(/^telnet 127\.0\.0\.1:\d+ {3}11 bytes in, 20 bytes out$/),
    ]);
  });

  test('go and come back, also without a word', async () => {
    await rig.start('tcp:0');
    const first = await attach();
    first.socket.resetAndDestroy();
    await rig.untilClients(0);
    await rig.say('to nobody');
    const second = await attach();
    second.socket.end('and again');
    await rig.untilGot('and again');
    await rig.untilClients(0);
    expect(second.got).not.toContain('nobody');
  });

  test('stay while another board takes the place of this one, and hear that one', async () => {
    await rig.start('tcp:0');
    const peer = await attach();
    await rig.replaceBoard();
    peer.socket.write('to the other');
    await shows(peer, 'to the other');
    expect(rig.board.uart.output).toBe('to the other');
  });

  test('are sent away when the servers close', async () => {
    await rig.start('tcp:0', 'ws:0');
    const peer = await attach();
    const ended = once(peer.socket, 'close');
    await rig.servers.close();
    await ended;
    await rig.untilClients(0);
    expect(rig.servers.places).toEqual([]);
  });

  test('beyond the thirty-second are refused', async () => {
    await rig.start('tcp:0');
    for (let count = 0; count < 32; count += 1) await attach();
    const socket = connect(rig.portOf('tcp'), '127.0.0.1');
    sockets.push(socket.on('error', () => undefined));
    await once(socket, 'close');
    expect(rig.servers.clients).toHaveLength(32);
  });
});

describe('addresses', () => {
  test.each(['tcp', 'telnet', 'rfc2217', 'ws'])('%s listens at loopback alone', async (kind) => {
    await rig.start(`${kind}:0`);
    expect(rig.servers.places.join()).toContain('127.0.0.1');
    expect(rig.servers.places.join()).not.toContain('WARNING');
  });

  test('others are warned of', async () => {
    await rig.start('tcp:0.0.0.0:0');
    expect(rig.servers.places).toEqual([
      expect.stringMatching(/^tcp 0\.0\.0\.0:\d+ {3}\(socat /),
      expect.stringMatching(/^WARNING: other machines can reach this console, .* encrypted$/),
    ]);
  });

  test.each(['tcp', 'telnet', 'rfc2217', 'ws'])(
    '%s at a port that is taken says what to do',
    async (kind) => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      const opened = rig.start(`${kind}:${port}`);
      await expect(opened).rejects.toThrow(UsageError);
      await expect(opened).rejects.toThrow(
        `--serial ${kind}: port ${port} of 127.0.0.1 is taken: give another, or ${kind}:0 for any free one`,
      );
      other.close();
    },
  );

  test('one that is not of this machine is refused', async () => {
    await expect(rig.start('tcp:192.0.2.1:0')).rejects.toThrow(
      '--serial tcp: 192.0.2.1 is no address of this machine',
    );
  });
});

describe('a WebSocket', () => {
  const url = (path = '/serial'): string => `ws://127.0.0.1:${rig.portOf('ws')}${path}`;

  function open(at: string, headers: Record<string, string> = {}): WebSocket {
    const socket = new WebSocket(at, { headers });
    socket.on('error', () => undefined);
    sockets.push({ destroy: () => socket.terminate() });
    return socket;
  }

  test('carries bytes in binary messages, both ways, and takes text', async () => {
    await rig.start('ws:0');
    const socket = open(url());
    let got = Buffer.alloc(0);
    const kinds = new Set<boolean>();
    socket.on('message', (bytes: Buffer, isBinary) => {
      got = Buffer.concat([got, bytes]);
      kinds.add(isBinary);
    });
    await once(socket, 'open');
    const sent = Buffer.from([0, 13, 10, 127, 128, 255]);
    socket.send(sent);
    socket.send('ü');
    const all = Buffer.concat([sent, Buffer.from('ü')]);
    await rig.until(() => got.length >= all.length, 'the echo');
    expect(got).toEqual(all);
    expect([...kinds]).toEqual([true]);
    socket.close();
    await rig.untilClients(0);
  });

  test.each([
    ['a program, which sends no origin', {}, 'open'],
    ['a page of this machine', { origin: 'http://127.0.0.1:7080' }, 'open'],
    ['a page of this machine, by its name', { origin: 'http://localhost:3000' }, 'open'],
    ['a page of a stranger', { origin: 'https://evil.example' }, 403],
    ['a page without a site', { origin: 'null' }, 403],
    [
      'a stranger’s name that leads here',
      { host: 'evil.example', origin: 'http://evil.example' },
      403,
    ],
    ['a stranger’s name, no origin', { host: 'evil.example' }, 403],
  ])('%s', async (_what, headers: Record<string, string>, outcome) => {
    await rig.start('ws:0');
    expect(await outcomeOf(open(url(), headers))).toBe(outcome);
  });

  test('is at its path alone', async () => {
    await rig.start('ws:0');
    expect(await outcomeOf(open(url('/')))).toBe(404);
    const answer = await fetch(url('/').replace('ws:', 'http:'));
    expect([answer.status, await answer.text()]).toEqual([
      404,
      'Here is a WebSocket, at /serial.\n',
    ]);
  });

  test('a message that is too long ends it, and nothing else', async () => {
    await rig.start('ws:0');
    const socket = open(url());
    await once(socket, 'open');
    socket.send(Buffer.alloc(65 * 1024));
    await once(socket, 'close');
    await rig.untilClients(0);
    expect(rig.got.length).toBe(0);
  });
});

/** `open`, or the status it was refused with. */
function outcomeOf(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
  });
}
