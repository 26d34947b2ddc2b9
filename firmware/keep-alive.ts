import type { Clock, TimerId } from '#hal/clock';
import type { Watchdog } from '#hal/watchdog';

/** The board restarts after so long without a sign of life, ms. */
const watchdogMs = 120_000;
const kickEveryMs = 50_000;

/** Kicks the watchdog for as long as the firmware is well. */
export interface KeepAlive {
  readonly nextKickMs: number;
  /** No more kicks: the watchdog will restart the board. */
  stop(): void;
}

/**
 * Arms the watchdog and kicks it from the same clock that drives everything else: when that stands
 * still, or `isWell` does not hold, the kicks stop.
 */
export function keepAlive(options: {
  readonly clock: Clock;
  readonly watchdog: Watchdog;
  readonly isWell: () => boolean;
  readonly firstKickMs?: number;
}): KeepAlive {
  const { clock, watchdog, isWell, firstKickMs } = options;
  let nextKickMs = firstKickMs ?? clock.now() + kickEveryMs;
  let timer: TimerId;
  const kick = (): void => {
    if (!isWell()) return;
    watchdog.kick();
    nextKickMs = clock.now() + kickEveryMs;
    timer = clock.setTimeout(kick, kickEveryMs);
  };
  if (firstKickMs === undefined) watchdog.arm(watchdogMs);
  timer = clock.setTimeout(kick, nextKickMs - clock.now());
  return {
    get nextKickMs() {
      return nextKickMs;
    },
    stop: () => clock.clearTimeout(timer),
  };
}
