/** What one server says: the clock must be moved by so much, give or take the bound. */
export interface OffsetInterval {
  readonly server: string;
  readonly offsetMs: number;
  readonly boundMs: number;
}

/** What servers together say of the clock. */
export type Agreement =
  | {
      readonly isAgreed: true;
      readonly offsetMs: number;
      /** The true offset is no farther away, as long as a majority of the configured is honest. */
      readonly boundMs: number;
      readonly agreeing: readonly string[];
      readonly falsetickers: readonly string[];
    }
  /** No group is as large as it must be; `largest` servers agree with each other at most. */
  | { readonly isAgreed: false; readonly needed: number; readonly largest: number };

/**
 * So many of those that are configured must agree. With three or more it is their majority, so that
 * a liar cannot win by the loss of honest answers; with fewer nothing can be proved, and one will
 * do where the other is silent.
 */
function quorum(configured: number): number {
  return configured < 3 ? 1 : configured - liarsMax(configured);
}

/** So many may lie where a majority is honest. */
function liarsMax(configured: number): number {
  return Math.max(0, Math.ceil(configured / 2) - 1);
}

/**
 * Marzullo's algorithm: the largest group of intervals that have a point in common. It must be a
 * majority of those that answered, and no smaller than `quorum`; so two servers that contradict
 * each other agree on nothing.
 *
 * The offset is the middle of what the largest group has in common. That may miss the truth, where
 * a liar overlaps with honest servers: so the bound reaches over all points that enough intervals
 * have in common for the others to be the liars.
 */
export function agree(intervals: readonly OffsetInterval[], configured: number): Agreement {
  const edges = edgesOf(intervals);
  const largest = depthOf(edges);
  const needed = Math.max(quorum(configured), Math.floor(intervals.length / 2) + 1);
  if (largest < needed) return { isAgreed: false, needed, largest };
  const best = spanOf(edges, largest);
  const possible = spanOf(edges, intervals.length - liarsMax(configured));
  const offsetMs = (best.fromMs + best.toMs) / 2;
  const agreeing: string[] = [];
  const falsetickers: string[] = [];
  for (const { server, offsetMs: middleMs, boundMs } of intervals) {
    const isInside = middleMs - boundMs <= best.toMs && middleMs + boundMs >= best.fromMs;
    (isInside ? agreeing : falsetickers).push(server);
  }
  const boundMs = Math.max(offsetMs - possible.fromMs, possible.toMs - offsetMs);
  return { isAgreed: true, offsetMs, boundMs, agreeing, falsetickers };
}

interface Edge {
  readonly atMs: number;
  readonly isBegin: boolean;
}

/** Intervals are closed: one that begins where another ends overlaps with it. */
function edgesOf(intervals: readonly OffsetInterval[]): readonly Edge[] {
  return intervals
    .flatMap(({ offsetMs, boundMs }) => [
      { atMs: offsetMs - boundMs, isBegin: true },
      { atMs: offsetMs + boundMs, isBegin: false },
    ])
    .toSorted((one, other) => one.atMs - other.atMs || Number(other.isBegin) - Number(one.isBegin));
}

/** So many intervals overlap at most. */
function depthOf(edges: readonly Edge[]): number {
  let depth = 0;
  let deepest = 0;
  for (const { isBegin } of edges) {
    depth += isBegin ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** From the first to the last point at which so many overlap. */
function spanOf(edges: readonly Edge[], depthMin: number): { fromMs: number; toMs: number } {
  let depth = 0;
  let fromMs: number | undefined;
  let toMs = 0;
  for (const { atMs, isBegin } of edges) {
    if (isBegin) {
      depth += 1;
      if (depth >= depthMin) fromMs ??= atMs;
    } else {
      if (depth >= depthMin) toMs = atMs;
      depth -= 1;
    }
  }
  return { fromMs: fromMs ?? 0, toMs };
}
