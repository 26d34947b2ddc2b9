import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { HalError, isHalError } from '../errors.ts';
import type { BootReason, Power } from '../power.ts';
import { wasWatchdogBite } from './boot-status.ts';
import type { Closable } from './closable.ts';
import { errnoOf, halErrorFrom } from './errno.ts';
import { type PowerMarker, readPowerMarker, writePowerMarker } from './power-marker.ts';

/** How this machine is restarted and switched off. */
export interface PowerConfig {
  /** A file of this driver's own: remembers an ordered restart, and why this boot came about. */
  readonly marker: string;
  /** Default: `systemctl reboot`. */
  readonly reboot?: readonly string[];
  /** Default: `systemctl poweroff`. */
  readonly off?: readonly string[];
  /** The device of the watchdog, which knows whether it has bitten. */
  readonly watchdog?: string;
}

/** What stands in for this machine in tests. */
export interface PowerOptions {
  /** In place of `/sys`. */
  readonly sysfs?: string;
  /** In place of `/proc/sys/kernel/random/boot_id`. */
  readonly bootId?: string;
}

/** Both commands only hand the order over; one that asks somebody for a password never ends. */
const limitMs = 10_000;

/**
 * The supply of a machine that runs Linux. `bootReason` is `reboot` where this driver ordered the
 * restart, `watchdog` where the kernel says that the watchdog bit, else `power-on`: that somebody
 * else restarted the machine cannot be told from it. It stays the same for one boot, however often
 * the firmware is started in it. Errors of both orders: `permission`, `not-present`, `io`.
 */
export function createPower(config: PowerConfig, options: PowerOptions = {}): Power & Closable {
  const { marker, reboot = ['systemctl', 'reboot'], off = ['systemctl', 'poweroff'] } = config;
  const boot = readBootId(options.bootId ?? '/proc/sys/kernel/random/boot_id');
  const last = readPowerMarker(marker);
  const isKnown = last?.boot === boot;
  const reason = isKnown ? last.reason : reasonOf(last, config, options);
  // A restart that is ordered and has not come so far stays so.
  if (!isKnown) remember(marker, { boot, reason });
  let isOver = false;
  return {
    bootReason: reason,
    reboot: () => {
      if (isOver) return;
      remember(marker, { boot, reason, ordered: 'reboot' });
      try {
        order(reboot);
      } catch (error) {
        remember(marker, { boot, reason });
        throw error;
      }
    },
    off: () => {
      if (!isOver) order(off);
    },
    close: () => void (isOver = true),
  };
}

/** A full disk keeps no machine from starting or restarting: its reason is `power-on` then. */
function remember(path: string, marker: PowerMarker): void {
  try {
    writePowerMarker(path, marker);
  } catch (error) {
    if (!isHalError(error) || error.code !== 'no-space') throw error;
  }
}

function readBootId(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw halErrorFrom('power', error, { what: 'tell this boot from others by', path });
  }
}

function reasonOf(
  last: PowerMarker | undefined,
  { watchdog }: PowerConfig,
  { sysfs = '/sys' }: PowerOptions,
): BootReason {
  // First: there are boards whose ordered restart is done by the watchdog.
  if (last?.ordered === 'reboot') return 'reboot';
  const hasBitten = watchdog !== undefined && wasWatchdogBite(watchdog, sysfs);
  return hasBitten ? 'watchdog' : 'power-on';
}

function order([program = '', ...args]: readonly string[]): void {
  const command = [program, ...args].join(' ');
  const { error, status, signal, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: limitMs,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (error !== undefined) {
    if (errnoOf(error) !== 'ENOENT') throw halErrorFrom('power', error, { what: `run ${command}` });
    const detail = `there is no program «${program}»; name another in the board file, under power`;
    throw new HalError('not-present', 'power', detail, { cause: error });
  }
  if (status === 0) return;
  const says = stderr.trim() || `it ended with ${status ?? signal}`;
  if (/denied|not permitted|authentication|must be (?:superuser|root)/i.test(says)) {
    const detail =
      `«${command}» is refused: ${says}; allow it with the polkit rule of docs/guides/hardware.md, ` +
      'or name a command in the board file that this user may run';
    throw new HalError('permission', 'power', detail);
  }
  throw new HalError('io', 'power', `«${command}» failed: ${says}`);
}
