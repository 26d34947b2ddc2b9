import { assign, createActor, setup } from 'xstate';

/**
 * The floor of every figure: the same job done by a bare XState machine on a plain timer heap and
 * a string for a console, with no other layer. Boot line, RESET pressed with five bounces an edge,
 * debounced for 20 ms, held for 3.5 s, a beep at 3 s, the verdict at release.
 */
export function runFloorScenario(): string {
  return runOn(floorMachine);
}

/**
 * The same in the form of XState's documentation: the effects of each run are given by `provide`,
 * which builds the chart anew. What whoever writes such a thing by the book would get.
 */
export function runTextbookFloorScenario(): string {
  const provided = { text: '' };
  runOn(
    floorMachine.provide({
      actions: {
        print: (_, text: string) => {
          provided.text += `${text}\r\n`;
        },
      },
    }),
  );
  return provided.text;
}

function runOn(machine: typeof floorMachine): string {
  const heap = createTimerHeap();
  const screen = { text: '' };
  const actor = createActor(machine, { clock: heap, input: screen });
  actor.start();
  for (const [pressed, startMs] of [
    [true, 3_000],
    [false, 6_500],
  ] as const) {
    for (let bounce = 0; bounce <= 10; bounce += 1) {
      const isMade = bounce % 2 === 0;
      heap.setTimeout(
        () => actor.send({ type: isMade === pressed ? 'line.down' : 'line.up', atMs: heap.now() }),
        startMs + bounce,
      );
    }
  }
  heap.run();
  actor.stop();
  return screen.text;
}

const floorMachine = setup({
  types: {} as {
    input: { text: string };
    context: { screen: { text: string }; pressedAtMs: number; edgeAtMs: number };
    events: { type: 'line.down'; atMs: number } | { type: 'line.up'; atMs: number };
  },
  actions: {
    print: ({ context }, text: string) => {
      context.screen.text += `${text}\r\n`;
    },
    noteEdge: assign({ edgeAtMs: ({ event }) => ('atMs' in event ? event.atMs : 0) }),
    notePress: assign({ pressedAtMs: ({ context }) => context.edgeAtMs }),
  },
  guards: {
    isBasic: ({ context }) => context.edgeAtMs - context.pressedAtMs >= 3_000,
  },
}).createMachine({
  context: ({ input }) => ({ screen: input, pressedAtMs: 0, edgeAtMs: 0 }),
  initial: 'booting',
  states: {
    booting: {
      entry: { type: 'print', params: 'boot' },
      after: { 2_500: { target: 'released', actions: { type: 'print', params: 'ready' } } },
    },
    released: { on: { 'line.down': { target: 'pressing', actions: 'noteEdge' } } },
    pressing: {
      on: {
        'line.up': { target: 'pressing', reenter: true },
        'line.down': { target: 'pressing', reenter: true },
      },
      after: { 20: { target: 'held', actions: 'notePress' } },
    },
    held: {
      initial: 'short',
      on: { 'line.up': { target: 'releasing', actions: 'noteEdge' } },
      states: {
        short: {
          after: { 2_980: { target: 'long', actions: { type: 'print', params: 'beep' } } },
        },
        long: {},
      },
    },
    releasing: {
      on: {
        'line.up': { target: 'releasing', reenter: true },
        'line.down': { target: 'releasing', reenter: true },
      },
      after: {
        20: [
          {
            guard: 'isBasic',
            target: 'released',
            actions: { type: 'print', params: 'basic reset' },
          },
          { target: 'released' },
        ],
      },
    },
  },
});

interface FloorTimer {
  dueMs: number;
  order: number;
  run: () => void;
  isOff: boolean;
}

function createTimerHeap(): {
  now(): number;
  setTimeout(run: () => void, delayMs: number): FloorTimer;
  clearTimeout(timer: FloorTimer): void;
  run(): void;
} {
  const heap: FloorTimer[] = [];
  let nowMs = 0;
  let order = 0;
  const isBefore = (a: FloorTimer, b: FloorTimer): boolean =>
    a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b] as FloorTimer, heap[a] as FloorTimer];
  };
  return {
    now: () => nowMs,
    setTimeout(run, delayMs) {
      const timer = { dueMs: nowMs + delayMs, order: order++, run, isOff: false };
      heap.push(timer);
      let place = heap.length - 1;
      while (place > 0) {
        const above = (place - 1) >> 1;
        if (!isBefore(heap[place] as FloorTimer, heap[above] as FloorTimer)) break;
        swap(place, above);
        place = above;
      }
      return timer;
    },
    clearTimeout(timer) {
      if (timer !== undefined) timer.isOff = true;
    },
    run() {
      for (;;) {
        const first = heap[0];
        if (first === undefined) return;
        const last = heap.pop() as FloorTimer;
        if (heap.length > 0) {
          heap[0] = last;
          let place = 0;
          for (;;) {
            const left = 2 * place + 1;
            if (left >= heap.length) break;
            const right = left + 1;
            const isRight =
              right < heap.length && isBefore(heap[right] as FloorTimer, heap[left] as FloorTimer);
            const child = isRight ? right : left;
            if (!isBefore(heap[child] as FloorTimer, heap[place] as FloorTimer)) break;
            swap(place, child);
            place = child;
          }
        }
        if (first.isOff) continue;
        nowMs = first.dueMs;
        first.run();
      }
    },
  };
}
