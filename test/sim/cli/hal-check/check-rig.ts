import { type HalCheckFlags, runHalCheck } from '#sim/cli/hal-check/hal-check-app';
import type { Patience } from '#sim/cli/hal-check/check-bench';
import { createClock, type LinuxClock } from '#hal/linux/clock';
import { FakeTerminal } from '../fake-terminal.ts';
import { HardwareBench } from '../hardware-bench.ts';

const hasty: Patience = { holdMs: 120, pressMs: 60, wishMs: 20_000, settleMs: 40 };

/** Files in place of hardware, a terminal without a device, and the checks on both. */
export class CheckRig {
  readonly bench = new HardwareBench();
  readonly terminal = new FakeTerminal();
  readonly said = { out: '', err: '' };
  patience: Patience = hasty;
  /** Has time pass so many times as fast for the parts. */
  speed = 1;
  stop = (): void => undefined;
  #seen = 0;

  /** The board file, with more or other lines. */
  board(lines: string, change: (text: string) => string = (text) => text): void {
    this.bench.folder.put('board.yaml', `${change(this.bench.boardFile())}${lines}\n`);
  }

  check(flags: Omit<HalCheckFlags, 'board'>, isAttended = false): Promise<number> {
    const { terminal, said, patience, speed } = this;
    Object.assign(terminal.input, { isTTY: isAttended });
    const board = this.bench.folder.at('board.yaml');
    return runHalCheck(
      { board, ...flags },
      {
        input: terminal.input,
        output: terminal.output,
        hasProgress: false,
        out: (text) => {
          said.out += text;
          terminal.output.write(text);
        },
        err: (text) => void (said.err += text),
        onTerminate: (listener) => {
          this.stop = listener;
          return () => undefined;
        },
        patience,
        clock: fasterClock(speed),
      },
    );
  }

  /** Waits until the terminal shows a text, and forgets all up to its end. */
  async waitFor(text: string): Promise<void> {
    for (;;) {
      const place = this.terminal.shown.indexOf(text, this.#seen);
      if (place >= 0) {
        this.#seen = place + text.length;
        return;
      }
      await new Promise((resolve) => void this.terminal.output.once('data', resolve));
    }
  }

  /** Joins both ends of the serial line, through what a wire may do to bytes. */
  loopBack(wire: (bytes: Buffer) => Buffer = (bytes) => bytes): () => void {
    const { pty } = this.bench;
    let isJoined = true;
    const carry = async (): Promise<void> => {
      while (isJoined) {
        if (pty.text().length === 0) await pty.more();
        if (isJoined) pty.type(wire(pty.take()));
      }
    };
    void carry();
    return () => void (isJoined = false);
  }

  close(): Promise<void> {
    return this.bench.close();
  }
}

/** This machine's clock, in a hurry. */
export function fasterClock(speed: number): LinuxClock {
  const clock = createClock();
  return {
    now: () => clock.now() * speed,
    setTimeout: (callback, delayMs) => clock.setTimeout(callback, delayMs / speed),
    clearTimeout: (id) => clock.clearTimeout(id),
    fromMonotonicNs: (ns) => clock.fromMonotonicNs(ns) * speed,
    close: () => clock.close(),
  };
}

/** A clock chip of an integrator's own, which ticks by the clock it is given, and writes a log. */
export const ownRtc = `
import { appendFileSync } from 'node:fs';
const bad = () => Object.assign(new Error('rtc: out of range'), { name: 'HalError', code: 'bad-argument', port: 'rtc' });
export function createRtc({ log, startMs, valid = true, aheadMs = 0 }, { clock }) {
  let [setMs, atMs, isValid] = [startMs, clock.now(), valid];
  return {
    read: () => ({
      timeMs: Math.floor((setMs + clock.now() - atMs) / 1000) * 1000 + aheadMs,
      valid: isValid,
    }),
    write(timeMs) {
      if (!(timeMs >= Date.UTC(2000, 0) && timeMs < Date.UTC(2100, 0))) throw bad();
      [setMs, atMs, isValid] = [Math.floor(timeMs / 1000) * 1000, clock.now(), true];
      appendFileSync(log, \`\${timeMs}\\n\`);
    },
    close: () => appendFileSync(log, 'closed\\n'),
  };
}
`;
