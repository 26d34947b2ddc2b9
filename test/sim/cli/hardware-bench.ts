import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createFifo, type Fifo } from '../../hal/linux/fifo.ts';
import { createFolder, type Folder } from '../../hal/linux/folder.ts';
import { openPty, type Pty } from '../../hal/linux/pty.ts';

const program = fileURLToPath(new URL('nasboard.ts', import.meta.url));
const keyRestart = 408;

/** One address of the loopback network for this process: tests run side by side. */
const address = `127.${process.pid >> 16}.${(process.pid >> 8) & 0xff}.${process.pid & 0xff}`;

/** A process of nasboard and what it said. */
export interface Run {
  readonly child: ChildProcess;
  said(): { readonly out: string; readonly err: string };
  /** Resolves with its exit code, or the signal that ended it. */
  readonly end: Promise<number | string>;
}

/** Files, a named pipe and a terminal in place of hardware, and the program on it. */
export class HardwareBench {
  readonly folder: Folder = createFolder();
  readonly pty: Pty = openPty();
  readonly key: Fifo;
  readonly #runs: Run[] = [];

  constructor() {
    const { folder } = this;
    this.key = createFifo(folder.at('key'));
    for (const colour of ['green', 'red']) {
      folder.put(`leds/${colour}/brightness`, '0\n');
      folder.put(`leds/${colour}/max_brightness`, '1\n');
      folder.put(`leds/${colour}/trigger`, 'none [timer]\n');
    }
    folder.put('dev/rtc0', '');
    folder.put('sys/class/rtc/rtc0/since_epoch', '1795514400\n');
    folder.put('sys/class/net/eth0/address', '24:5e:be:4a:10:7c\n');
    folder.put('sys/class/net/eth0/carrier', '1\n');
    folder.put('hwclock', '#!/bin/sh\necho "$*" >> "$0.calls"\n');
    chmodSync(folder.at('hwclock'), 0o755);
    folder.put('board.yaml', this.boardFile());
  }

  boardFile(): string {
    return `
model: TS-X
serialNumber: Q226B00417
console: ${this.pty.path}
resetButton: { driver: evdev, device: key }
leds: { status: { green: leds/green, red: leds/red } }
rtc: { driver: rtc, device: dev/rtc0, via: hwclock, hwclock: hwclock }
storage: flash
network: { listen: ${address} }
power: { reboot: [touch, rebooted], off: [touch, switched-off] }
sysfs: sys
`;
  }

  /** Starts the program with these arguments, in the folder of the board file. */
  start(...args: readonly string[]): Run {
    const flags = ['--conditions=source', '--import', import.meta.resolve('tsx'), program];
    const child = spawn(process.execPath, [...flags, ...args], {
      cwd: this.folder.path,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
    const end = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
    const run = { child, said: () => said, end };
    this.#runs.push(run);
    return run;
  }

  /** Waits for a text on the console, and forgets all up to its end. */
  async waitFor(text: string | RegExp): Promise<string> {
    for (;;) {
      const shown = this.pty.text().toString('utf8');
      const found = typeof text === 'string' ? text : text.exec(shown)?.[0];
      const place = found === undefined ? -1 : shown.indexOf(found);
      if (found !== undefined && place >= 0) {
        const passed = shown.slice(0, place + found.length);
        this.pty.drop(Buffer.byteLength(passed));
        return passed;
      }
      await this.#moreOrEnd(shown);
    }
  }

  /** Presses the key now, and releases it so much later. */
  holdKey(ms: number): void {
    this.turnKey(true);
    setTimeout(() => this.turnKey(false), ms);
  }

  /** Presses the key or releases it, as the kernel would tell it. */
  turnKey(isPressed: boolean): void {
    const record = (type: number, code: number, value: number): Buffer => {
      const bytes = Buffer.alloc(24);
      const nowUs = Date.now() * 1000;
      bytes.writeBigInt64LE(BigInt(Math.floor(nowUs / 1e6)), 0);
      bytes.writeBigInt64LE(BigInt(nowUs % 1e6), 8);
      bytes.writeUInt16LE(type, 16);
      bytes.writeUInt16LE(code, 18);
      bytes.writeInt32LE(value, 20);
      return bytes;
    };
    this.key.say(Buffer.concat([record(1, keyRestart, isPressed ? 1 : 0), record(0, 0, 0)]));
  }

  /** What the NAS answers to a path. */
  fetch(path: string): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const request = get({ host: address, port: 8080, path, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      request.on('error', reject);
    });
  }

  led(colour: 'green' | 'red'): string {
    return this.folder.text(`leds/${colour}/brightness`).trim();
  }

  /** What the commands are given as their process where they run in this one. */
  get host() {
    const said = { out: '', err: '' };
    return {
      said,
      out: (text: string) => void (said.out += text),
      err: (text: string) => void (said.err += text),
      onTerminate: () => () => undefined,
      onCrash: () => () => undefined,
    };
  }

  async close(): Promise<void> {
    for (const { child } of this.#runs) child.kill('SIGKILL');
    await Promise.all(this.#runs.map(({ end }) => end));
    this.key.unplug();
    this.pty.close();
    this.folder.remove();
  }

  /** Fails where nobody is left who could say more. */
  async #moreOrEnd(shown: string): Promise<void> {
    const runs = this.#runs;
    if (runs.length === 0) return this.pty.more();
    const ends = Promise.all(runs.map(({ end }) => end));
    const codes = await Promise.race([this.pty.more(), ends]);
    if (codes === undefined) return undefined;
    const says = runs.map(({ said }) => Object.values(said()).join('')).join('\n');
    throw new Error(`ended with ${codes.join(', ')}; on the console: ${shown}\n${says}`);
  }
}
