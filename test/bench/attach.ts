import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, openSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { ReadStream } from 'node:tty';
import { SimBoard } from '#sim/board';
import { Pacer } from '#sim/kernel/pacer';
import { World } from '#sim/kernel/world';
import { parseSerialKind } from '#sim/serial-servers/kind';
import { SerialServers } from '#sim/serial-servers/serial-servers';
import { type Figure, median } from './measure.ts';

const sentBytes = 256 * 1024;
const pieceBytes = 4 * 1024;
const rounds = 7;
const startRounds = 11;
const firstByteMs = 400;

/** Bytes a second there and back over each way to attach, and how soon the console is there. */
export async function measureAttach(folder: string): Promise<readonly Figure[]> {
  return [...(await measureEchoes(folder)), await measureFirstByte()];
}

async function measureEchoes(folder: string): Promise<readonly Figure[]> {
  const link = join(folder, 'ttyS0');
  const bare = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(bare, 'listening');
  const boards = new Map<string, EchoingBoard>();
  for (const way of ['tcp:0', 'telnet:0', 'rfc2217:0', `pty:${link}`]) {
    boards.set(way.split(':')[0] ?? way, await echoingBoard(way));
  }
  const { port } = bare.address() as AddressInfo;
  const ways: Readonly<Record<string, () => Duplex>> = {
    bare: () => connect(port, '127.0.0.1'),
    tcp: () => connect(boards.get('tcp')?.port ?? 0, '127.0.0.1'),
    telnet: () => connect(boards.get('telnet')?.port ?? 0, '127.0.0.1'),
    rfc2217: () => connect(boards.get('rfc2217')?.port ?? 0, '127.0.0.1'),
    pty: () => new ReadStream(openSync(link, constants.O_RDWR | constants.O_NOCTTY)),
  };
  const seen = new Map<string, number[]>();
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, open] of Object.entries(ways)) {
      const client = open();
      const ms = await echoMs(client);
      client.destroy();
      if (round >= 0) seen.set(name, [...(seen.get(name) ?? []), ms]);
    }
  }
  for (const board of boards.values()) await board.end();
  bare.close();
  const bareMs = median(seen.get('bare') ?? []);
  return [...seen].map(([name, all]) => ({
    what: name === 'bare' ? 'bare node:net echo' : `${name}, there and back through the board`,
    seen: `${(sentBytes / 1024 / 1.024 / median(all)).toFixed(2)} MB a second`,
    beside: name === 'bare' ? '' : `1/${(median(all) / bareMs).toFixed(1)} of the bare echo`,
    wanted: '',
    isMet: undefined,
  }));
}

const piece = Buffer.from(`${'x'.repeat(62)}\r\n`.repeat(pieceBytes / 64));
const isCounted = (byte: number): boolean => byte === 0x78;

/** Sends piece after piece, two of them on their way; a server's own words do not count. */
function echoMs(client: Duplex): Promise<number> {
  const startedMs = performance.now();
  const inPiece = piece.filter(isCounted).length;
  let toSend = sentBytes / pieceBytes;
  let back = 0;
  const send = (): void => {
    if (toSend > 0) client.write(piece);
    toSend -= 1;
  };
  return new Promise((resolve) => {
    client.on('data', (bytes: Buffer) => {
      const before = Math.floor(back / inPiece);
      back += bytes.filter(isCounted).length;
      const pieces = Math.floor(back / inPiece);
      for (let count = before; count < pieces; count += 1) send();
      if (back === (sentBytes / pieceBytes) * inPiece) resolve(performance.now() - startedMs);
    });
    send();
    send();
  });
}

interface EchoingBoard {
  readonly port: number;
  end(): Promise<void>;
}

/** A board whose firmware sends back what it gets, and one way to attach to it. */
async function echoingBoard(way: string): Promise<EchoingBoard> {
  const world = new World({});
  const board = new SimBoard(world, {});
  board.install(({ console: stream }) => {
    stream.on('data', (bytes: Buffer) => void stream.write(bytes));
    return { stop: () => undefined };
  });
  const pacer = new Pacer(world);
  const servers = new SerialServers({
    host: { withBench: (attach) => attach({ board }), pacer },
    onBug: (error) => {
      throw error;
    },
  });
  const kind = parseSerialKind(way);
  if (kind !== undefined) await servers.open(kind);
  await pacer.act(() => board.powerOn());
  pacer.resume();
  return {
    port: Number(/:(\d+)/.exec(servers.places[0] ?? '')?.[1]),
    async end() {
      await servers.close();
      await pacer.stop();
      board.cutPower();
    },
  };
}

/** Whole processes by turns: `nasboard` to the first byte of its console, and node to its first. */
async function measureFirstByte(): Promise<Figure> {
  const nasboard = join(import.meta.dirname, '../../bin/nasboard.js');
  const candidates = {
    node: ['-e', 'console.log(1)'],
    start: [nasboard, 'start', '--nas-port', '0'],
  };
  const seen = { node: [] as number[], start: [] as number[] };
  for (let round = 0; round < startRounds; round += 1) {
    seen.node.push(await firstByteOf(candidates.node));
    seen.start.push(await firstByteOf(candidates.start));
  }
  const ms = median(seen.start);
  return {
    what: 'nasboard start to the first byte of the console, cold process',
    seen: `${ms.toFixed(0)} ms`,
    beside: `${(ms / median(seen.node)).toFixed(2)} × the first byte of node -e`,
    wanted: `under ${firstByteMs} ms`,
    isMet: ms < firstByteMs,
  };
}

async function firstByteOf(words: readonly string[]): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const ms = performance.now() - startedMs;
  const isGone = once(child, 'exit');
  child.kill('SIGTERM');
  await isGone;
  return ms;
}
