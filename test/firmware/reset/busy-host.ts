import type { Board } from '#hal/board';
import type { ButtonEdge } from '#hal/button';
import type { World } from '#sim/kernel/world';

/**
 * A host whose event loop is blocked for a while: what falls due meanwhile, time-outs and edges,
 * is called only afterwards, time-outs first (the order least kind to a hold measurement). Edges
 * keep the time stamps they were born with; reading the line is always current.
 */
export function createBusyHost(
  world: World,
  board: Pick<Board, 'clock' | 'resetButton'>,
): Pick<Board, 'clock' | 'resetButton'> & { blockFor(spanUs: number): void } {
  const { clock, resetButton } = board;
  let isBlocked = false;
  let timeouts: (() => void)[] = [];
  let edges: (() => void)[] = [];
  const orLater = (run: () => void, queue: () => (() => void)[]): void => {
    if (isBlocked) queue().push(run);
    else run();
  };
  return {
    clock: {
      now: () => clock.now(),
      setTimeout(callback, delayMs) {
        const timer = { isOff: false, id: undefined as unknown };
        timer.id = clock.setTimeout(() => {
          orLater(
            () => {
              if (!timer.isOff) callback();
            },
            () => timeouts,
          );
        }, delayMs);
        return timer;
      },
      clearTimeout(timer) {
        if (timer === undefined) return;
        const known = timer as { isOff: boolean; id: unknown };
        known.isOff = true;
        clock.clearTimeout(known.id);
      },
    },
    resetButton: {
      isPressed: () => resetButton.isPressed(),
      onEdge: (listener) =>
        resetButton.onEdge((edge: ButtonEdge) =>
          orLater(
            () => listener(edge),
            () => edges,
          ),
        ),
    },
    blockFor(spanUs) {
      isBlocked = true;
      world.after(spanUs, 'end of the blockade', () => {
        isBlocked = false;
        const due = [...timeouts, ...edges];
        timeouts = [];
        edges = [];
        for (const run of due) run();
      });
    },
  };
}
