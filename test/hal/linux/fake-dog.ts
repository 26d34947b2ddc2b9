import { readFileSync, truncateSync } from 'node:fs';
import type { Answer } from './fake-libc.ts';

/** A watchdog of the kernel behind a file, in a world whose time passes by `pass`. */
export interface FakeDog {
  readonly requests: Record<number, Answer>;
  /** How often it has bitten. */
  readonly bites: number;
  readonly isRunning: boolean;
  /** What is written so far counts as written now; it bites when its time is up. */
  pass(ms: number): void;
  /** The hardware starts anew. */
  restart(): void;
  /** The longest time-out that the hardware can count, s. */
  mostSeconds: number;
  /** The shortest, s: less is rounded up. */
  leastSeconds: number;
  /** The one that it has until it is told another, s. */
  defaultSeconds: number;
}

export const setTimeoutRequest = 0xc0045706;
export const getTimeoutRequest = 0x80045707;

/** The device must be a file: its length tells of kicks, its last byte of an orderly end. */
export function createFakeDog(device: string): FakeDog {
  let nowMs = 0;
  let seconds = 0;
  let seenBytes = 0;
  let deadlineMs: number | undefined;
  let bites = 0;
  const feed = (): void => {
    deadlineMs = nowMs + seconds * 1000;
  };
  const look = (): void => {
    const bytes = readFileSync(device);
    if (bytes.length > seenBytes) {
      if (bytes.at(-1) === 'V'.charCodeAt(0)) deadlineMs = undefined;
      else if (deadlineMs !== undefined) feed();
    }
    seenBytes = bytes.length;
  };
  const answer = (argument: Uint8Array): void =>
    void (new Int32Array(argument.buffer)[0] = seconds);
  const dog = {
    mostSeconds: 65_535,
    leastSeconds: 1,
    defaultSeconds: 60,
    requests: {
      [setTimeoutRequest]: (argument) => {
        const wanted = new Int32Array(argument.buffer)[0] ?? 0;
        seconds = Math.max(wanted, dog.leastSeconds);
        if (wanted > dog.mostSeconds || wanted < 1) {
          seconds = dog.defaultSeconds;
          return 'EINVAL';
        }
        feed();
        return answer(argument);
      },
      [getTimeoutRequest]: (argument) => {
        if (seconds === 0) seconds = dog.defaultSeconds;
        feed();
        return answer(argument);
      },
    } as Record<number, Answer>,
    get bites() {
      return bites;
    },
    get isRunning() {
      look();
      return deadlineMs !== undefined;
    },
    pass: (ms: number) => {
      look();
      nowMs += ms;
      if (deadlineMs === undefined || nowMs < deadlineMs) return;
      bites += 1;
      deadlineMs = undefined;
    },
    restart: () => {
      deadlineMs = undefined;
      // A file opened anew is written from its start, which a device has not.
      truncateSync(device);
      seenBytes = 0;
    },
  };
  return dog;
}
