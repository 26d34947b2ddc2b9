import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { HalError } from '../errors.ts';
import { errnoOf, halErrorFrom } from './errno.ts';

/** include/uapi/linux/watchdog.h: the last start was the watchdog's doing. */
const cardReset = 0x0020;

/**
 * Whether the watchdog restarted this machine, by its own word. Asked through sysfs: to ask the
 * device would be to start it. False where kernel or hardware do not tell.
 */
export function wasWatchdogBite(device: string, sysfs: string): boolean {
  const path = join(sysfs, 'class/watchdog', watchdogNameOf(device), 'bootstatus');
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw halErrorFrom('power', error, { what: 'ask whether the watchdog bit by', path });
  }
  const flags = Number(text);
  if (Number.isInteger(flags)) return (flags & cardReset) !== 0;
  throw new HalError('io', 'power', `${path} holds «${text}», which are no flags`);
}

/**
 * What sysfs calls a watchdog. The old name `/dev/watchdog` is a node of its own for the first one.
 */
export function watchdogNameOf(device: string): string {
  const name = basename(resolved(device));
  return name === 'watchdog' ? 'watchdog0' : name;
}

/** A missing device is the watchdog driver's to tell. */
function resolved(device: string): string {
  try {
    return realpathSync(device);
  } catch {
    return device;
  }
}
