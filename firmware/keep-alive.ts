import type { Clock, TimerId } from '#hal/clock';
import type { Watchdog } from '#hal/watchdog';

/** Asked of the watchdog: the board restarts after so long without a sign of life, ms. */
const watchdogMs = 300_000;

/** A kick each so much of the time in force: one that is late, or lost, does no harm yet. */
const kickShare = 0.4;

/** When the next kick is due, and how often they are. */
export interface KickRecord {
  readonly nextMs: number;
  readonly everyMs: number;
}

/** Kicks the watchdog for as long as the firmware is well. */
export interface KeepAlive {
  record(): KickRecord;
  /** No more kicks: the watchdog will restart the board. */
  stop(): void;
}

/**
 * Arms the watchdog and kicks it from the same clock that drives everything else: when that stands
 * still, or `isWell` does not hold, the kicks stop. How often is up to the time-out that the
 * hardware has put in force. With `resume` the watchdog is armed already.
 */
export function keepAlive(options: {
  readonly clock: Clock;
  readonly watchdog: Watchdog;
  readonly isWell: () => boolean;
  readonly resume?: KickRecord;
}): KeepAlive {
  const { clock, watchdog, isWell, resume } = options;
  const everyMs = resume?.everyMs ?? Math.floor(watchdog.arm(watchdogMs) * kickShare);
  let nextMs = resume?.nextMs ?? clock.now() + everyMs;
  let timer: TimerId;
  const kick = (): void => {
    if (!isWell()) return;
    watchdog.kick();
    nextMs = clock.now() + everyMs;
    timer = clock.setTimeout(kick, everyMs);
  };
  timer = clock.setTimeout(kick, nextMs - clock.now());
  return {
    record: () => ({ nextMs, everyMs }),
    stop: () => clock.clearTimeout(timer),
  };
}
