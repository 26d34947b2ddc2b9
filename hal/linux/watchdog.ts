import { accessSync, closeSync, constants, openSync, writeSync } from 'node:fs';
import { HalError } from '../errors.ts';
import type { Watchdog } from '../watchdog.ts';
import type { Closable } from './closable.ts';
import { errnoOf, halErrorFrom } from './errno.ts';
import { ioctlNumber } from './ioctl.ts';
import { type Libc, libc } from './libc.ts';

/** Which watchdog: `/dev/watchdog`, or `/dev/watchdogN`. */
export interface WatchdogConfig {
  readonly device: string;
}

/** What stands in for this machine in tests. */
export interface WatchdogOptions {
  readonly libc?: Libc;
}

/** include/uapi/linux/watchdog.h; the time-out is a C `int` of seconds. */
const requests = {
  setTimeout: ioctlNumber({ direction: 'read-write', letter: 'W', number: 6, size: 4 }),
  getTimeout: ioctlNumber({ direction: 'read', letter: 'W', number: 7, size: 4 }),
};

const kickByte = Uint8Array.of(0);
/** Written last, it says that the device is closed on purpose ("magic close"). */
const endByte = Buffer.from('V');

const leastMs = 1_000;
const mostMs = 600_000;

/**
 * A watchdog of the kernel. To open its device is to start it, so that is left to `arm`; whether it
 * could be opened is looked at here. `close` is an orderly end and stops it, unless the kernel was
 * told otherwise (`nowayout`); a process that crashes or is killed leaves it running, and it bites.
 *
 * The time-out in force is that of the kernel, in whole seconds. Hardware that cannot count as far
 * as it is asked to (many chips end at 16 to 60 s), or has one time-out only, keeps its own.
 * Errors: `not-present`, `permission`, `busy`, `unsupported`, `io`.
 */
export function createWatchdog(
  config: WatchdogConfig,
  options: WatchdogOptions = {},
): Watchdog & Closable {
  const kernel = options.libc ?? libc('watchdog');
  try {
    accessSync(config.device, constants.W_OK);
  } catch (error) {
    throw failure('open the watchdog', error, config.device);
  }
  return new DeviceWatchdog(config.device, kernel);
}

class DeviceWatchdog implements Watchdog, Closable {
  readonly #device: string;
  readonly #libc: Libc;
  #fd: number | undefined;
  #isOver = false;

  constructor(device: string, kernel: Libc) {
    this.#device = device;
    this.#libc = kernel;
  }

  arm(timeoutMs: number): number {
    if (!(timeoutMs >= leastMs && timeoutMs <= mostMs)) {
      const detail = `${timeoutMs} ms is no time-out from ${leastMs} to ${mostMs} ms`;
      throw new HalError('bad-argument', 'watchdog', detail);
    }
    if (this.#isOver) return timeoutMs;
    if (this.#fd !== undefined) return this.#setTimeout(this.#fd, timeoutMs);
    const fd = this.#open();
    try {
      const inForceMs = this.#setTimeout(fd, timeoutMs);
      this.#fd = fd;
      return inForceMs;
    } catch (error) {
      this.#stop(fd);
      throw error;
    }
  }

  kick(): void {
    if (this.#fd === undefined) return;
    try {
      writeSync(this.#fd, kickByte);
    } catch (error) {
      throw failure('kick the watchdog', error, this.#device);
    }
  }

  close(): void {
    this.#isOver = true;
    if (this.#fd !== undefined) this.#stop(this.#fd);
    this.#fd = undefined;
  }

  #open(): number {
    try {
      return openSync(this.#device, constants.O_WRONLY);
    } catch (error) {
      throw failure('open the watchdog', error, this.#device);
    }
  }

  #stop(fd: number): void {
    try {
      writeSync(fd, endByte);
    } catch {
      // One that does not even take a byte cannot be stopped; the kernel says so in its log.
    } finally {
      closeSync(fd);
    }
  }

  #setTimeout(fd: number, timeoutMs: number): number {
    const inForce = this.#ask(fd, Math.ceil(timeoutMs / 1000));
    if (inForce > 0) return inForce * 1000;
    const detail = `${this.#device} does not say how long it counts (${inForce} s)`;
    throw new HalError('unsupported', 'watchdog', detail);
  }

  /** The time-out in force after it was asked for another, in seconds. */
  #ask(fd: number, wanted: number): number {
    const seconds = Int32Array.of(wanted);
    const argument = new Uint8Array(seconds.buffer);
    try {
      this.#libc.ioctl(fd, requests.setTimeout, argument);
      return seconds[0] ?? 0;
    } catch (error) {
      if (!['EINVAL', 'ENOTTY', 'EOPNOTSUPP'].includes(errnoOf(error))) {
        throw failure('set the time-out of', error, this.#device);
      }
    }
    try {
      this.#libc.ioctl(fd, requests.getTimeout, argument);
      return seconds[0] ?? 0;
    } catch (error) {
      throw failure('ask for the time-out of', error, this.#device);
    }
  }
}

function failure(what: string, error: unknown, device: string): HalError {
  if (errnoOf(error) !== 'EBUSY') return halErrorFrom('watchdog', error, { what, path: device });
  const detail =
    `another process feeds ${device}: systemd does with RuntimeWatchdogSec= in its system.conf, ` +
    'and so does the package watchdog; leave it to one of them';
  return new HalError('busy', 'watchdog', detail, { cause: error });
}
