import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serialOtherwise, type SerialWishes } from '#sim/cli/live/live-serial';
import { rest } from '../kernel/fake-host-clock.ts';
import { SessionBench } from './session-bench.ts';

const toggle = '\x1d';
const raw = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const;
const rawTcp: SerialWishes = { kinds: [raw], isAsked: true };

let folder = '';
const sockets: Socket[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-serial-'));
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  rmSync(folder, { recursive: true });
});

interface Client {
  readonly socket: Socket;
  shown: string;
}

async function attach(session: SessionBench): Promise<Client> {
  const [, port = ''] = /serial {5}tcp 127\.0\.0\.1:(\d+) /.exec(session.shown) ?? [];
  const socket = connect(Number(port), '127.0.0.1');
  sockets.push(socket);
  const client = { socket, shown: '' };
  socket.on('data', (bytes: Buffer) => {
    client.shown += bytes.toString();
  });
  await once(socket, 'connect');
  return client;
}

/** Sockets and terminals open in real time; the board's time does not pass meanwhile. */
async function boot(session: SessionBench): Promise<void> {
  await until(() => session.shown.includes('  console  '));
  await session.boot();
}

/** Real sockets take real time, which passes while the test looks. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await rest();
}

describe('a live session', () => {
  test('shares its console: who is attached sees what is typed at the terminal', async () => {
    const session = new SessionBench({ serial: rawTcp });
    await boot(session);
    const client = await attach(session);
    client.socket.write('ad');
    await until(() => session.shown.endsWith('login: ad'));
    await session.type('min\r');
    await until(() => /admin\s+Password: $/.test(client.shown));
    expect(session.shown).toMatch(/login: admin\s+Password: $/);
    session.terminate();
    expect(await session.done).toBe(0);
  });

  test('keeps what is typed at a client out of the trace where it is a secret', async () => {
    const session = new SessionBench({ serial: rawTcp });
    await boot(session);
    const client = await attach(session);
    client.socket.write('admin\r');
    await until(() => client.shown.endsWith('Password: '));
    client.socket.write('Correct-horse-9\r');
    // The board ends the line that was typed.
    await until(() => /Password: [^]*\n$/.test(client.shown));
    const file = join(folder, 'trace.jsonl');
    await session.type(`${toggle}trace ${file}\r`);
    await until(() => session.shown.includes(`lines in ${file}`));
    const trace = readFileSync(file, 'utf8');
    expect(trace).toContain('"source":"uart","kind":"rx","stimulus":true,"text":"admin\\r"');
    expect(trace).toMatch(/"kind":"rx",.*"hidden":\d+/);
    expect(trace).not.toContain('Correct-horse');
    session.terminate();
    await session.done;
  });

  test('lists who is attached', async () => {
    const session = new SessionBench({ serial: rawTcp, hasConsole: false });
    await boot(session);
    await session.type('serial\r');
    expect(session.shown).toMatch(
      /\n {2}tcp 127\.0\.0\.1:\d+ {3}\(socat .*\n {2}nobody is attached\n/,
    );
    const client = await attach(session);
    client.socket.write('x');
    await until(() => client.shown.includes('x'));
    await session.type('serial\r');
    expect(session.shown).toMatch(/\n {2}tcp 127\.0\.0\.1:\d+ {3}1 byte in, \d+ bytes? out\n/);
    session.terminate();
    await session.done;
  });

  test('with none, says that nobody can attach', async () => {
    const session = new SessionBench();
    await boot(session);
    expect(session.shown).not.toContain('  serial  ');
    await session.type(`${toggle}serial\r`);
    expect(session.shown).toContain('nobody can attach: see --serial');
    session.terminate();
    await session.done;
  });

  test('does without a terminal that nobody has asked for, and says so', async () => {
    const kinds = [{ kind: 'pty', link: join(folder, 'none/ttyS0') }] as const;
    const session = new SessionBench({ serial: { kinds, isAsked: false } });
    await boot(session);
    expect(session.shown).toMatch(/ {2}serial {5}none: serial link .*: there is no folder /);
    expect(session.shown).toContain('login: ');
    session.terminate();
    expect(await session.done).toBe(0);
    const asked = new SessionBench({ serial: { kinds, isAsked: true } });
    await expect(asked.done).rejects.toThrow(/there is no folder/);
  });

  test('opens a terminal where nothing was asked for', () => {
    expect(serialOtherwise).toEqual({ kinds: [{ kind: 'pty', link: undefined }], isAsked: false });
  });
});

describe('nasboard start', () => {
  const example = fileURLToPath(
    new URL('../../../docs/examples/sign-in-with-pyserial.py', import.meta.url),
  );
  const nasboard = fileURLToPath(new URL('nasboard.ts', import.meta.url));
  const start = (...words: readonly string[]) =>
    spawn(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', nasboard, 'start', '--nas-port', '0', ...words],
      { stdio: ['pipe', 'pipe', 'pipe'] },
    );

  /** What it says on one of its outputs, as far as this; the time-out of the test is the limit. */
  async function says(output: Readable, text: RegExp): Promise<string> {
    let shown = '';
    // Who closes an output of nasboard ends it.
    for await (const bytes of output.iterator({ destroyOnReturn: false })) {
      shown += String(bytes);
      if (text.test(shown)) return shown;
    }
    throw new Error(`it ended without saying ${text}: ${shown}`);
  }

  test('opens several ways at once, and takes its link away at the end', async () => {
    const link = join(folder, 'ttyS0');
    const program = start('--serial', `pty:${link}`, '--serial', 'tcp:0', '--serial', 'rfc2217:0');
    const banner = await says(program.stderr, / {2}console /);
    expect(banner).toMatch(
      /serial {5}\/\S+ttyS0 {3}\(picocom -b 115200 \/\S+ttyS0\)\n {13}tcp 127.*\n {13}rfc2217 127/,
    );
    expect(readlinkSync(link)).toMatch(/^\/dev\//);
    program.kill('SIGTERM');
    expect(await once(program, 'exit')).toEqual([0, null]);
    expect(existsSync(link)).toBe(false);
    expect(existsSync(`${link}.lock`)).toBe(false);
  });

  test.each(['rfc2217', 'tcp', 'pty'])('is signed in to by the example, over %s', async (kind) => {
    const link = join(folder, 'ttyS0');
    const program = start('--serial', kind === 'pty' ? `pty:${link}` : `${kind}:0`);
    const banner = await says(program.stderr, / {2}console /);
    const [, password = ''] = /password of admin: (\w+)/.exec(banner) ?? [];
    const [, port] = / {2}serial {5}\w+ 127\.0\.0\.1:(\d+) /.exec(banner) ?? [];
    const scheme = kind === 'tcp' ? 'socket' : kind;
    const address = kind === 'pty' ? link : `${scheme}://127.0.0.1:${port}`;
    await says(program.stdout, /login: /);
    const client = spawn('/usr/bin/python3', [example, address, password]);
    expect(await says(client.stdout, /\n/)).toMatch(/^Security: this is the password on the label/);
    program.kill('SIGTERM');
    await once(program, 'exit');
  });

  test.each([
    [['--serial', 'uart'], /"uart" is no way to attach: write pty, /],
    [['--serial', 'none', '--serial', 'tcp:0'], /--serial none goes with no other --serial/],
  ])('%j is refused', async (words, message) => {
    const program = start(...words);
    await says(program.stderr, message);
    expect(await once(program, 'exit')).toEqual([2, null]);
  });
});
