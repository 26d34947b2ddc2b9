import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CenturyConvention, createDs3231 } from '../drivers/ds3231.ts';
import { HalError } from '../errors.ts';
import type { Rtc } from '../rtc.ts';
import type { Closable } from './closable.ts';
import { createI2cBus } from './i2c.ts';
import { type Libc, libc, libcIfAny } from './libc.ts';
import { openRtcDevice } from './rtc-device.ts';
import { openRtcByHwclock } from './rtc-hwclock.ts';

/** Where the clock chip is. */
export type RtcConfig =
  /** One that the kernel drives: `/dev/rtc0`. `via`: `ioctl` where koffi is there, else hwclock. */
  | { readonly driver: 'rtc'; readonly device: string; readonly via?: 'ioctl' | 'hwclock' }
  /** A DS3231 that the kernel leaves alone, on the N of `/dev/i2c-N`. */
  | {
      readonly driver: 'ds3231';
      readonly bus: number | string;
      readonly address?: number;
      /** What the chip's century bit means. */
      readonly century?: CenturyConvention;
      /** Later times are refused, and read as invalid. */
      readonly lastYear?: number;
    };

/** What stands in for this machine in tests. */
export interface RtcOptions {
  /** Nothing: as if the package koffi were not there. */
  readonly libc?: Libc | undefined;
  /** In place of `/sys`. */
  readonly sysfs?: string;
  /** In place of the program `hwclock`. */
  readonly hwclock?: string;
}

/** The clock chip of this machine. Errors of opening: `not-present`, `permission`, `busy`. */
export function createRtc(config: RtcConfig, options: RtcOptions = {}): Rtc & Closable {
  const { sysfs = '/sys', hwclock = 'hwclock' } = options;
  if (config.driver === 'ds3231') return openDs3231(config, { ...options, sysfs });
  const { device, via } = config;
  const kernel = kernelFor(via, options);
  return kernel === undefined
    ? openRtcByHwclock({ device, sysfs, hwclock })
    : openRtcDevice(device, kernel);
}

/** Nothing where hwclock is to be used: because it was asked for, or for want of koffi. */
function kernelFor(via: 'ioctl' | 'hwclock' | undefined, options: RtcOptions): Libc | undefined {
  if (via === 'hwclock') return undefined;
  if ('libc' in options) return options.libc;
  return via === 'ioctl' ? libc('rtc') : libcIfAny('rtc');
}

function openDs3231(
  config: Extract<RtcConfig, { driver: 'ds3231' }>,
  options: RtcOptions & { readonly sysfs: string },
): Rtc & Closable {
  const { bus, address = 0x68, century, lastYear } = config;
  expectUnclaimed({ bus, address, sysfs: options.sysfs });
  const wires = createI2cBus({ bus }, options.libc === undefined ? {} : { libc: options.libc });
  const chip = createDs3231(wires, {
    address,
    ...(century !== undefined && { century }),
    ...(lastYear !== undefined && { lastYear }),
  });
  return {
    read: () => chip.read(),
    write: (timeMs) => chip.write(timeMs),
    close: () => wires.close(),
  };
}

/**
 * The kernel's own driver clears the chip's word that it stopped: behind its back a time that is
 * worth nothing would be read as valid.
 */
function expectUnclaimed(place: {
  readonly bus: number | string;
  readonly address: number;
  readonly sysfs: string;
}): void {
  const { bus, address, sysfs } = place;
  const number = typeof bus === 'number' ? bus : /\d+$/.exec(bus)?.[0];
  const device = `${number}-${address.toString(16).padStart(4, '0')}`;
  if (!existsSync(join(sysfs, 'bus/i2c/devices', device, 'driver'))) return;
  const detail =
    `a driver of the kernel has the chip at ${device}; use it as «driver: rtc», «device: ` +
    `/dev/rtcN», or take it from the kernel (\`echo ${device} > …/driver/unbind\`)`;
  throw new HalError('busy', 'rtc', detail);
}
