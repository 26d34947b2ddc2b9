import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reopening, type WatchdogActs, watchdogSuite } from '#hal/conformance/index';
import { watchdogNameOf } from '#hal/linux/boot-status';
import type { BoardFile } from '#hal/linux/board-file';
import { openWatchdog } from '#hal/linux/wired-parts';
import type { PartCheck } from './check-bench.ts';
import { tellSuiteAndClose } from './suite-rows.ts';

const biting = 'would let it bite, which restarts this machine';

/**
 * The watchdog. It is armed only where the kernel says that it can be stopped again, and is stopped
 * in the same turn.
 */
export function watchdogCheck({ watchdog = '', sysfs }: BoardFile): PartCheck {
  const canBeStopped = isStoppable(watchdog, sysfs);
  return {
    port: 'watchdog',
    title: 'watchdog',
    wiring: watchdog,
    ...(canBeStopped && { danger: 'arms it, and stops it at once' }),
    async run(bench, tell) {
      const rig = await reopening(
        () => openWatchdog(bench.file),
        ({ restart }): Partial<WatchdogActs> => (canBeStopped ? { restart } : {}),
      );
      const impossible = {
        pass: biting,
        bites: biting,
        restart: 'would start it, and nothing says that it can be stopped (nowayout)',
      };
      const limits = { impossible };
      await tellSuiteAndClose(watchdogSuite, { ...rig, limits }, { bench, tell });
    },
  };
}

function isStoppable(device: string, sysfs: string): boolean {
  const path = join(sysfs, 'class/watchdog', watchdogNameOf(device), 'nowayout');
  try {
    return readFileSync(path, 'utf8').trim() === '0';
  } catch {
    // Kernels without the word for it: nothing is risked.
    return false;
  }
}
