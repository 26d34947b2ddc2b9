import type { Button, ButtonEdge } from '#hal/button';
import type { Clock, TimerId } from '#hal/clock';
import { elapsedMs } from '../time/elapsed.ts';

/** A level that has been stable for the debounce time. */
export interface SettledLevel {
  readonly pressed: boolean;
  /** Monotonic time of the first edge of the burst that led to it, ms. */
  readonly atMs: number;
}

/** Trailing debounce: edges in, settled levels out, each with the time of its first edge. */
export interface Debouncer {
  readonly isPressed: boolean;
  /** First edge of a burst that has not settled yet, ms. */
  readonly unsettledSinceMs: number | undefined;
  stop(): void;
}

/**
 * Runs on every edge, outside any chart: a worn contact makes hundreds. A burst that ends on the
 * level it began from was a glitch and is not reported.
 */
export function createDebouncer(options: {
  readonly button: Button;
  readonly clock: Clock;
  readonly debounceMs: number;
  readonly onSettled: (level: SettledLevel) => void;
}): Debouncer {
  const { button, clock, debounceMs, onSettled } = options;
  let settled = button.isPressed();
  let level = settled;
  let unsettledSinceMs: number | undefined;
  let lastEdgeMs = 0;
  let timer: TimerId;

  /** The burst is over: its last level has been stable long enough. */
  const endBurst = (): void => {
    const atMs = unsettledSinceMs;
    unsettledSinceMs = undefined;
    if (level === settled || atMs === undefined) return;
    settled = level;
    onSettled({ pressed: level, atMs });
  };

  const look = (): void => {
    // Edges that came meanwhile only moved the end of the burst: one timer serves a whole burst.
    const restMs = debounceMs - elapsedMs(lastEdgeMs, clock.now());
    if (restMs > 0) timer = clock.setTimeout(look, restMs);
    else endBurst();
  };

  const stop = button.onEdge((edge: ButtonEdge) => {
    const isOver = elapsedMs(lastEdgeMs, edge.atMs) >= debounceMs;
    // A busy event loop delivers edges before the timer that should have ended their burst.
    if (unsettledSinceMs !== undefined && isOver) {
      clock.clearTimeout(timer);
      endBurst();
    }
    level = edge.pressed;
    lastEdgeMs = edge.atMs;
    if (unsettledSinceMs !== undefined) return;
    unsettledSinceMs = edge.atMs;
    timer = clock.setTimeout(look, debounceMs - elapsedMs(edge.atMs, clock.now()));
  });

  return {
    get isPressed() {
      return settled;
    },
    get unsettledSinceMs() {
      return unsettledSinceMs;
    },
    stop() {
      stop();
      clock.clearTimeout(timer);
    },
  };
}
