import { formatDuration, parseDuration } from '../../scenario/duration.ts';
import { isRecord } from '../../scenario/schema.ts';

/** What is made smaller: the lists of a scenario file, as plain data. */
export interface Shrinkable {
  readonly faults: readonly unknown[];
  readonly steps: readonly unknown[];
}

/** Whether a smaller one still fails as the first one does; false where no run is left to ask. */
export type Question = (candidate: Shrinkable) => Promise<boolean>;

/**
 * The smallest scenario that still fails in the same way, as far as it is found: faults, then steps
 * are left out in ever smaller groups (delta debugging), loops are opened, times and counts are
 * made smaller and rounder, and all of that again while it helps. fast-check shrinks values of its
 * own generators; these come from a file that somebody wrote.
 */
export async function shrink(first: Shrinkable, isSame: Question): Promise<Shrinkable> {
  let best = first;
  const keep = async (candidate: Shrinkable): Promise<boolean> => {
    if (!(await isSame(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let before: Shrinkable | undefined; before !== best;) {
    before = best;
    await leaveOut(best.faults, (faults) => keep({ ...best, faults }));
    await leaveOut(best.steps, (steps) => keep({ ...best, steps }));
    await simplify(() => simplerLists(best), keep);
  }
  return best;
}

/** Leaves out as many as it can, first half of them at once, at last one by one. */
async function leaveOut(
  list: readonly unknown[],
  keep: (rest: readonly unknown[]) => Promise<boolean>,
): Promise<void> {
  let rest = list;
  let size = Math.ceil(rest.length / 2);
  while (size > 0 && rest.length > 0) {
    let isAnyLeftOut = false;
    for (let start = 0; start < rest.length;) {
      const candidate = [...rest.slice(0, start), ...rest.slice(start + size)];
      if (await keep(candidate)) {
        rest = candidate;
        isAnyLeftOut = true;
      } else start += size;
    }
    size = isAnyLeftOut && size === 1 ? 1 : Math.floor(size / 2);
  }
}

/** Takes the first simpler one that is kept, and looks again from the same place on. */
async function simplify(simpler: () => Iterable<Shrinkable>, keep: Question): Promise<void> {
  let refused = 0;
  for (let isKept = true; isKept;) {
    isKept = false;
    let place = 0;
    for (const candidate of simpler()) {
      place += 1;
      if (place <= refused) continue;
      if (await keep(candidate)) {
        isKept = true;
        break;
      }
      refused = place;
    }
  }
}

function* simplerLists({ faults, steps }: Shrinkable): Iterable<Shrinkable> {
  for (const simpler of simplerItems(steps)) yield { faults, steps: simpler };
  for (const simpler of simplerItems(faults)) yield { faults: simpler, steps };
}

/** Lists in which one item is simpler. */
function* simplerItems(list: readonly unknown[]): Iterable<readonly unknown[]> {
  for (const [place, item] of list.entries()) {
    const before = list.slice(0, place);
    const after = list.slice(place + 1);
    for (const opened of opens(item)) yield [...before, ...opened, ...after];
    for (const simpler of simplerValues(item, '')) yield [...before, simpler, ...after];
  }
}

/** The steps of a `repeat`, done once. */
function opens(item: unknown): readonly (readonly unknown[])[] {
  const loop = isRecord(item) ? item['repeat'] : undefined;
  const steps = isRecord(loop) ? loop['steps'] : undefined;
  return Array.isArray(steps) ? [steps as readonly unknown[]] : [];
}

/** Fields that hold a time for which a shorter or rounder one may do as well. */
const times: ReadonlySet<string> = new Set(['at', 'delay', 'hold']);

/** Fields that count something. */
const counts: ReadonlySet<string> = new Set([
  'times',
  'noise',
  'flip-bits',
  'fail-writes',
  'nack-address',
  'nack-byte',
  'disturb',
]);

function* simplerValues(value: unknown, key: string): Iterable<unknown> {
  if (key === 'steps' && Array.isArray(value)) {
    for (let place = 0; place < value.length && value.length > 1; place += 1) {
      yield value.filter((_item, each) => each !== place);
    }
    yield* simplerItems(value);
  } else if (isRecord(value)) {
    for (const [name, field] of Object.entries(value)) {
      for (const simpler of simplerValues(field, name)) yield { ...value, [name]: simpler };
    }
  } else if (times.has(key)) yield* simplerTimes(value);
  else if (counts.has(key) && typeof value === 'number' && value > 1) {
    yield 1;
    if (value > 3) yield Math.floor(value / 2);
  }
}

/** Coarsest first; of those as coarse, the shortest. */
function* simplerTimes(value: unknown): Iterable<string> {
  const parsed = parseDuration(value);
  if (!parsed.ok || parsed.value === 0) return;
  const seen = new Set([formatDuration(parsed.value)]);
  for (const unitUs of [60_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1_000]) {
    const whole = Math.floor(parsed.value / unitUs) * unitUs;
    const half = Math.floor(parsed.value / 2 / unitUs) * unitUs;
    for (const us of [half, whole]) {
      const text = formatDuration(us);
      if (us === 0 || seen.has(text)) continue;
      seen.add(text);
      yield text;
    }
  }
}
