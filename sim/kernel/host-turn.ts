/** So many are ordered at once. Only then does the host look after files, sockets and signals. */
const turnsAhead = 16;

let ordered = 0;
const waiting: (() => void)[] = [];

/**
 * Resolves once the host's microtask and nextTick queues are empty, however deep they were. The
 * host empties both before each immediate, so a few immediates ordered together serve as many
 * callers: a whole round of its event loop for each would cost ten times as much.
 */
export function hostTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (ordered === 0) orderTurns();
  });
}

function orderTurns(): void {
  for (; ordered < turnsAhead; ordered += 1) setImmediate(takeTurn);
}

function takeTurn(): void {
  ordered -= 1;
  waiting.shift()?.();
  if (ordered === 0 && waiting.length > 0) orderTurns();
}
