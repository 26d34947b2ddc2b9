import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { HalError } from '../errors.ts';
import type { Rtc, RtcReading } from '../rtc.ts';
import type { Closable } from './closable.ts';
import { errnoOf, halErrorFrom } from './errno.ts';
import { chipSeconds, isChipTime, settingRefused, unknownTimeMs } from './rtc-time.ts';

/** Which chip, and the programs and files to reach it by. */
export interface HwclockPlace {
  readonly device: string;
  readonly sysfs: string;
  readonly hwclock: string;
}

/** It waits for the next whole second, and for the device if somebody has it. */
const limitMs = 10_000;

/**
 * A clock chip that the kernel drives, without a foreign-function library: read through sysfs, set
 * by the program hwclock of util-linux, which blocks for up to a second. The voltage flags are not
 * seen: invalid is only what the kernel refuses to read (EINVAL) or lies outside 2000 to 2099.
 */
export function openRtcByHwclock(place: HwclockPlace): Rtc & Closable {
  const { device, sysfs } = place;
  const path = join(sysfs, 'class/rtc', nameOf(device), 'since_epoch');
  let isOpen = true;
  const rtc = {
    read: () => {
      if (!isOpen) throw closed(device);
      return readEpoch(path);
    },
    write: (timeMs: number) => {
      const seconds = chipSeconds(timeMs);
      if (!isOpen) throw closed(device);
      setByHwclock(place, seconds);
    },
    close: () => void (isOpen = false),
  };
  rtc.read();
  return rtc;
}

function nameOf(device: string): string {
  try {
    return basename(realpathSync(device));
  } catch (error) {
    throw halErrorFrom('rtc', error, { what: 'find', path: device });
  }
}

function readEpoch(path: string): RtcReading {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (errnoOf(error) === 'EINVAL') return { timeMs: unknownTimeMs, valid: false };
    throw halErrorFrom('rtc', error, { what: 'read', path });
  }
  if (!/^-?\d+$/.test(text)) throw new HalError('io', 'rtc', `${path} holds «${text}», no time`);
  const timeMs = Number(text) * 1000;
  return { timeMs, valid: isChipTime(timeMs) };
}

function setByHwclock({ device, hwclock }: HwclockPlace, seconds: number): void {
  // hwclock takes local time and no word of a zone.
  const date = new Date(seconds * 1000).toISOString().replace('T', ' ').replace('.000Z', '');
  const args = ['--rtc', device, '--utc', '--noadjfile', '--set', '--date', date];
  const { error, status, stderr } = spawnSync(hwclock, args, {
    encoding: 'utf8',
    timeout: limitMs,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
  });
  if (error !== undefined) {
    if (errnoOf(error) === 'ENOENT') throw missing(hwclock, error);
    throw halErrorFrom('rtc', error, { what: `set ${device} by`, path: hwclock });
  }
  if (status === 0) return;
  if (/permission|not permitted|superuser/i.test(stderr)) throw settingRefused(device, stderr);
  const says = stderr.trim() || `it ended with ${status}`;
  throw new HalError('io', 'rtc', `hwclock could not set ${device}: ${says}`);
}

function missing(hwclock: string, cause: unknown): HalError {
  const detail =
    `there is no program «${hwclock}» to set the clock chip with; install it (Debian: util-linux ` +
    'up to 12, util-linux-extra from 13 on), or the optional package koffi';
  return new HalError('not-present', 'rtc', detail, { cause });
}

function closed(device: string): HalError {
  return new HalError('closed', 'rtc', `${device} is closed`);
}
