import { chmodSync, existsSync } from 'node:fs';
import { createFifo, type Fifo } from './fifo.ts';
import type { Folder } from './folder.ts';

/** Programs that stand in for those of libgpiod, as scripts in a folder. */
export class GpiomonPrograms {
  readonly path: string;
  readonly #folder: Folder;
  readonly #version: 1 | 2;
  #fifo: Fifo;

  constructor(folder: Folder, version: 1 | 2, versionText = version === 1 ? 'v1.6.3' : 'v2.1.2') {
    this.#folder = folder;
    this.#version = version;
    const start = `#!/bin/sh\ncd '${folder.path}'\n`;
    const version1 = `[ "$1" = --version ] && { echo "gpiomon (libgpiod) ${versionText}"; exit; }\n`;
    const refusal = `[ -e refusal ] && { cat refusal >&2; exit 1; }\n`;
    const notes = (name: string): string => `printf '%s\\n' "$@" > ${name}.options\n`;
    this.path = folder.put(
      'gpiomon',
      `${start}${version1}${notes('gpiomon')}echo $$ > pid\n${refusal}exec cat edges\n`,
    );
    const get = folder.put('gpioget', `${start}${notes('gpioget')}${refusal}cat level\n`);
    for (const program of [this.path, get]) chmodSync(program, 0o755);
    this.setLevel(false);
    this.#fifo = createFifo(folder.at('edges'));
  }

  /** What the programs were last told, but for their version. */
  options(name: 'gpiomon' | 'gpioget'): string[] {
    return this.#folder.text(`${name}.options`).trim().split('\n');
  }

  get pid(): number | undefined {
    return existsSync(this.#folder.at('pid')) ? Number(this.#folder.text('pid')) : undefined;
  }

  /** What every call fails with, from now on. */
  refuse(text: string | undefined): void {
    if (text === undefined) this.#folder.remove('refusal');
    else this.#folder.put('refusal', `${text}\n`);
  }

  setLevel(isPressed: boolean): void {
    this.#folder.put('level', isPressed ? '1\n' : '0\n');
  }

  edge(isPressed: boolean, ns = process.hrtime.bigint()): void {
    this.setLevel(isPressed);
    const seconds = ns / 1_000_000_000n;
    const nanoseconds = ns % 1_000_000_000n;
    if (this.#version === 1) this.say(`${isPressed ? 1 : 0} ${seconds} ${nanoseconds}\n`);
    else this.say(`${isPressed ? 1 : 2} ${seconds}.${String(nanoseconds).padStart(9, '0')}\n`);
  }

  say(text: string): void {
    this.#fifo.say(Buffer.from(text));
  }

  /** Whoever is started from now on hears nothing that is meant for those before. */
  renew(): void {
    this.end();
    this.#fifo = createFifo(this.#folder.at('edges'));
  }

  /** The program that watches comes to its end. */
  end(): void {
    this.#fifo.unplug();
  }
}
