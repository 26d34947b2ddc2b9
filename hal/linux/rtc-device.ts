import { closeSync, constants, openSync } from 'node:fs';
import { HalError } from '../errors.ts';
import type { Rtc, RtcReading } from '../rtc.ts';
import type { Closable } from './closable.ts';
import { errnoOf, halErrorFrom } from './errno.ts';
import { ioctlNumber } from './ioctl.ts';
import type { Libc } from './libc.ts';
import { chipSeconds, isChipTime, settingRefused, unknownTimeMs } from './rtc-time.ts';

/** `struct rtc_time` of include/uapi/linux/rtc.h: nine C `int`. */
const timeInts = 9;
const requests = {
  read: ioctlNumber({ direction: 'read', letter: 'p', number: 0x09, size: timeInts * 4 }),
  set: ioctlNumber({ direction: 'write', letter: 'p', number: 0x0a, size: timeInts * 4 }),
  readVoltage: ioctlNumber({ direction: 'read', letter: 'p', number: 0x13, size: 4 }),
  clearVoltage: ioctlNumber({ direction: 'none', letter: 'p', number: 0x14, size: 0 }),
};

/** Flags of `RTC_VL_READ`; the first alone is what kernels before 5.6 know. */
const dataInvalid = 1 << 0;
const backupEmpty = 1 << 2;

/**
 * A clock chip that the kernel drives, by ioctl. The kernel gives the device to one process at a
 * time, so it is held for each call only: others see it free, and may be in the way (`busy`).
 *
 * Invalid is what the kernel itself calls so (EINVAL), what the chip's voltage flags call so, and
 * what lies outside 2000 to 2099. An empty backup counts as long as this driver has not set the
 * time: it says that the last night was not kept. Errors: `permission` for setting without
 * CAP_SYS_TIME, whoever owns the device.
 */
export function openRtcDevice(device: string, libc: Libc): Rtc & Closable {
  const rtc = new RtcDevice(device, libc);
  rtc.read();
  return rtc;
}

class RtcDevice implements Rtc, Closable {
  readonly #device: string;
  readonly #libc: Libc;
  #wasSet = false;
  #isOpen = true;

  constructor(device: string, libc: Libc) {
    this.#device = device;
    this.#libc = libc;
  }

  read(): RtcReading {
    return this.#on((fd) => {
      const lost = this.#wasSet ? dataInvalid : dataInvalid | backupEmpty;
      const isLost = (this.#voltage(fd) & lost) !== 0;
      const time = new Int32Array(timeInts);
      try {
        this.#ioctl(fd, requests.read, time);
      } catch (error) {
        if (errnoOf(error) !== 'EINVAL') throw this.#failure('read', error);
        return { timeMs: unknownTimeMs, valid: false };
      }
      const timeMs = decode(time);
      return { timeMs, valid: !isLost && isChipTime(timeMs) };
    });
  }

  write(timeMs: number): void {
    const time = encode(chipSeconds(timeMs));
    this.#on((fd) => {
      try {
        this.#ioctl(fd, requests.set, time);
        if ((this.#voltage(fd) & dataInvalid) !== 0) this.#clearVoltage(fd);
      } catch (error) {
        const errno = errnoOf(error);
        if (errno === 'EACCES' || errno === 'EPERM') throw settingRefused(this.#device, error);
        throw this.#failure('set', error);
      }
      this.#wasSet = true;
    });
  }

  close(): void {
    this.#isOpen = false;
  }

  #on<T>(use: (fd: number) => T): T {
    if (!this.#isOpen) throw new HalError('closed', 'rtc', `${this.#device} is closed`);
    let fd: number;
    try {
      fd = openSync(this.#device, constants.O_RDONLY);
    } catch (error) {
      throw this.#failure('open', error);
    }
    try {
      return use(fd);
    } finally {
      closeSync(fd);
    }
  }

  /** No flags at all where the chip has none. */
  #voltage(fd: number): number {
    const flags = new Int32Array(1);
    try {
      this.#ioctl(fd, requests.readVoltage, flags);
    } catch (error) {
      if (isNotOffered(error)) return 0;
      throw this.#failure('read the voltage flags of', error);
    }
    return flags[0] ?? 0;
  }

  /** Most chips clear their flag when they are set; what one keeps after this, it means. */
  #clearVoltage(fd: number): void {
    try {
      this.#ioctl(fd, requests.clearVoltage, new Int32Array(1));
    } catch (error) {
      if (!isNotOffered(error)) throw error;
    }
  }

  #ioctl(fd: number, request: number, ints: Int32Array): void {
    this.#libc.ioctl(fd, request, new Uint8Array(ints.buffer));
  }

  #failure(what: string, error: unknown): HalError {
    return halErrorFrom('rtc', error, { what, path: this.#device });
  }
}

function isNotOffered(error: unknown): boolean {
  return ['ENOTTY', 'EINVAL', 'EOPNOTSUPP'].includes(errnoOf(error));
}

function encode(seconds: number): Int32Array {
  const time = new Date(seconds * 1000);
  const startOfYear = Date.UTC(time.getUTCFullYear(), 0);
  return Int32Array.of(
    time.getUTCSeconds(),
    time.getUTCMinutes(),
    time.getUTCHours(),
    time.getUTCDate(),
    time.getUTCMonth(),
    time.getUTCFullYear() - 1900,
    time.getUTCDay(),
    Math.floor((seconds * 1000 - startOfYear) / 86_400_000),
    0,
  );
}

function decode(time: Int32Array): number {
  const [second = 0, minute = 0, hour = 0, date = 0, month = 0, year = 0] = time;
  return Date.UTC(year + 1900, month, date, hour, minute, second);
}
