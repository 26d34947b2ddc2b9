import type { EventLog } from '#firmware/log/event-log';
import { beginBench, type Beginning } from '../beginning.ts';
import { restoreBench, type Bench } from '../bench.ts';
import { SimulatorBug, UsageError } from '../kernel/invariant.ts';
import type { Stimulus, TraceRecord } from '../kernel/trace.ts';
import {
  isNotAfter,
  lineUpTo,
  momentAt,
  momentOf,
  thinned,
  type Base,
  type LineOfTime,
  type Mark,
  type Moment,
} from './line-of-time.ts';
import { play } from './player.ts';
import { unusable, worldAt, type SavedWorld } from './save-file.ts';

export type { Mark, Moment } from './line-of-time.ts';

/** How a history is kept. */
export interface HistoryOptions {
  /** How the bench was built, and what it is if it has gone on since: for the way back to there. */
  readonly beginning?: Beginning | undefined;
  /** The way to the present instant, where a bench goes on from a saved world. */
  readonly line?: LineOfTime;
  /** A bench at rest is kept after so much simulated time, µs; a minute unless told otherwise. */
  readonly everyUs?: number;
  /** So many of them at most: of long ago fewer than of late. 64 unless told otherwise. */
  readonly basesMax?: number;
}

/** A way through time that was left by going back. */
export interface Branch {
  readonly name: string;
  readonly untilUs: number;
  readonly marks: readonly Mark[];
}

interface KeptBranch extends Branch {
  readonly line: LineOfTime;
}

interface LogLine {
  readonly t: number;
  readonly text: string;
}

const minuteUs = 60_000_000;

/** Where it was not at rest, a bench is looked at again after so long. */
const againUs = 1_000_000;

const branchesMax = 16;
const logLinesMax = 10_000;

/**
 * The past of a bench, so that there is a way back to any instant of it: benches at rest, and
 * between them all that was done to them.
 */
export class History {
  readonly #beginning: Beginning | undefined;
  readonly #everyUs: number;
  readonly #basesMax: number;
  #bench: Bench;
  #startUs: number;
  #journal: Stimulus[];
  #bases: readonly Base[];
  #marks: readonly Mark[];
  #branches: readonly KeptBranch[] = [];
  /** Records of the trace that came so far. */
  #records = 0;
  /** Somebody has talked to the firmware of this life: it may remember what no state holds. */
  #isTouched = false;
  #log: EventLog | undefined;
  #logLines: LogLine[] = [];
  #stop: () => void = () => undefined;

  /** Begins with the present instant. */
  constructor(bench: Bench, options: HistoryOptions) {
    const { beginning, line, everyUs = minuteUs, basesMax = 64 } = options;
    this.#beginning = beginning;
    this.#everyUs = everyUs;
    this.#basesMax = basesMax;
    this.#bench = bench;
    this.#startUs = line?.startUs ?? bench.world.nowUs;
    this.#journal = [...(line?.journal ?? [])];
    this.#bases = line?.bases ?? [];
    this.#marks = line?.marks ?? [];
    this.#follow(bench);
  }

  /** The history of a saved world, its bench where it stood. A `UsageError` where there is none. */
  static async load(
    saved: SavedWorld,
    options: Pick<HistoryOptions, 'everyUs' | 'basesMax'> = {},
  ): Promise<History> {
    const { base, beginning, moment, ...rest } = saved;
    const bases = base === undefined ? [] : [base];
    const line: LineOfTime = { ...rest, bases, records: [], forgotten: 0 };
    try {
      const { bench } = await rebuild(line, moment, beginning);
      return new History(bench, { ...options, beginning, line });
    } catch (error) {
      throw unusable(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** The bench now. */
  get bench(): Bench {
    return this.#bench;
  }

  /** All that it takes to go on from the present moment, elsewhere and later. */
  save(): SavedWorld {
    this.keep();
    const { line, now: moment } = this;
    const base = baseFor(line, moment, this.#beginning);
    return worldAt({ ...line, base, beginning: this.#beginning, moment });
  }

  /** The earliest instant that there is a way back to, µs of true time. */
  get startUs(): number {
    return this.#startUs;
  }

  /** Named instants of the way to the present, oldest first. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** Ways that were left by going back, oldest first; 16 at most. */
  get branches(): readonly Branch[] {
    return this.#branches;
  }

  /** Benches at rest that are kept, by their true time. */
  get restsUs(): readonly number[] {
    return this.#bases.map(({ moment }) => moment.t);
  }

  /** The way to the present. */
  get line(): LineOfTime {
    const { records } = this.#bench.trace;
    return {
      startUs: this.#startUs,
      journal: this.#journal,
      bases: this.#bases,
      marks: this.#marks,
      records,
      forgotten: this.#records - records.length,
    };
  }

  /** The present moment. */
  get now(): Moment {
    return momentOf(this.#bench, this.#journal.length);
  }

  /** Names the present instant; a name is there once, and moves. */
  mark(name: string): Mark {
    const mark = { name, ...this.now };
    this.#marks = [...this.#marks.filter((each) => each.name !== name), mark];
    return mark;
  }

  /**
   * True time of the newest entry of the event log, or record of the trace, that the pattern
   * matches.
   */
  find(pattern: RegExp): number | undefined {
    const isFound = (text: string): boolean => text.search(pattern) >= 0;
    const entry = this.#logLines.findLast(({ text }) => isFound(text));
    const record = this.#bench.trace.records.findLast((each) => isFound(JSON.stringify(each)));
    if (entry === undefined) return record?.t;
    return Math.max(entry.t, record?.t ?? entry.t);
  }

  /**
   * Keeps the bench of this instant, where it is at rest and nobody has talked to the firmware
   * since it booted: failed logins, waits, codes are in its memory only. Answers whether it does.
   */
  keep(): boolean {
    if (this.#isTouched) return false;
    try {
      const snapshot = this.#bench.snapshot();
      const base = { snapshot, moment: this.now, records: this.#records };
      const nowUs = this.#bench.world.nowUs;
      this.#bases = thinned([...this.#bases, base], { most: this.#basesMax, nowUs });
      return true;
    } catch (error) {
      if (error instanceof UsageError) return false;
      throw error;
    }
  }

  /**
   * Goes back to an instant (µs of true time: all that happened in it is done), to a mark, or to
   * one on a branch. Answers the bench that stands there, of which this is the history from now on;
   * the other one is as it was, for the caller to stop. A `UsageError` says why there is no way.
   */
  async back(to: number | string): Promise<Bench> {
    const { line, moment } = this.#target(to);
    const { bench, records } = await rebuild(line, moment, this.#beginning);
    this.#leave();
    const up = lineUpTo(line, moment);
    this.#journal = [...up.journal];
    this.#bases = up.bases;
    this.#marks = up.marks;
    this.#startUs = up.startUs;
    this.#records = records;
    this.#logLines = this.#logLines.filter(({ t }) => t <= moment.t);
    this.#follow(bench);
    return bench;
  }

  /** Nothing is kept any more. */
  close(): void {
    this.#stop();
  }

  #target(to: number | string): { readonly line: LineOfTime; readonly moment: Moment } {
    const { line, now } = this;
    if (typeof to === 'string') {
      const own = this.#marks.find(({ name }) => name === to);
      if (own !== undefined) return { line, moment: own };
      for (const branch of this.#branches.toReversed()) {
        const mark = branch.marks.find(({ name }) => name === to);
        if (mark !== undefined) return { line: branch.line, moment: mark };
      }
      const names = [this.#marks, ...this.#branches.map(({ marks }) => marks)].flat();
      const known = names.map(({ name }) => name).join(', ');
      throw new UsageError(`there is no mark "${to}"; there are: ${known === '' ? 'none' : known}`);
    }
    if (!Number.isSafeInteger(to) || to > now.t) {
      throw new UsageError('there is no way into the future: let time pass');
    }
    if (to < this.#startUs) {
      const start = new Date(this.#startUs / 1000).toISOString();
      throw new UsageError(`the way back ends at ${start}`);
    }
    return { line, moment: to === now.t ? now : momentAt(line, to) };
  }

  /** The way that is left is kept as a branch, where anything would be lost. */
  #leave(): void {
    this.#stop();
    const line = this.line;
    const name = `branch-${(this.#branches.at(-1)?.name.match(/\d+$/)?.map(Number)[0] ?? 0) + 1}`;
    const end: Mark = { name, ...this.now };
    const marks = [...line.marks, end];
    const kept = { ...line, journal: [...line.journal], records: [...line.records] };
    const branch = { name, untilUs: end.t, marks, line: { ...kept, marks } };
    this.#branches = [...this.#branches, branch].slice(-branchesMax);
  }

  #follow(bench: Bench): void {
    this.#bench = bench;
    this.#log = undefined;
    const { trace } = bench;
    const boot = trace.records.findLastIndex(isBoot);
    this.#isTouched = trace.records.slice(Math.max(0, boot)).some(isTouch);
    if (this.#records === 0) this.#records = trace.records.length;
    const stopJournal = trace.onStimulus((stimulus) => void this.#journal.push(stimulus));
    const stopCount = trace.onRecord((record) => {
      this.#records += 1;
      this.#isTouched = isTouch(record) || (this.#isTouched && !isBoot(record));
      this.#hearLog();
    });
    this.#lookAfter(this.#everyUs);
    this.#stop = () => {
      stopJournal();
      stopCount();
      bench.world.lookAt(Number.MAX_SAFE_INTEGER, () => undefined);
    };
  }

  #lookAfter(spanUs: number): void {
    const { world } = this.#bench;
    world.lookAt(world.nowUs + spanUs, () => {
      // Only where the instant is over is it clear what has happened in it.
      const isOver = (world.nextEventUs ?? Number.MAX_SAFE_INTEGER) > world.nowUs;
      this.#lookAfter(isOver && this.keep() ? this.#everyUs : againUs);
    });
  }

  /** Each life has a log of its own, from when its store is there. */
  #hearLog(): void {
    const log = this.#bench.firmware?.log;
    if (log === this.#log || log === undefined) return;
    this.#log = log;
    const { world } = this.#bench;
    const note = (text: string): void => {
      this.#logLines.push({ t: world.nowUs, text });
      if (this.#logLines.length > 2 * logLinesMax) this.#logLines.splice(0, logLinesMax);
    };
    log.onEntry(({ severity, category, text }) => note(`${severity} ${category}: ${text}`));
  }
}

/**
 * The bench of a moment, and how many records its trace has. What it does on the way there must be
 * what it did before.
 */
async function rebuild(
  line: LineOfTime,
  moment: Moment,
  beginning: Beginning | undefined,
): Promise<{ readonly bench: Bench; readonly records: number }> {
  const base = baseFor(line, moment, beginning);
  const bench = base === undefined ? begun(beginning) : restoreBench(base.snapshot);
  const before = base?.records ?? 0;
  if (base !== undefined) {
    await bench.world.settle();
    const records = line.records.slice(0, Math.max(0, before - line.forgotten));
    bench.continueTrace({ startUs: line.startUs, records });
  }
  const from = bench.trace.records.length;
  let records = base === undefined ? from : before;
  const stopCount = bench.trace.onRecord(() => {
    records += 1;
  });
  const stimuli = line.journal.slice(base?.moment.stimuli ?? 0, moment.stimuli);
  await play(bench, stimuli, { to: moment });
  stopCount();
  const isWhole = before >= line.forgotten;
  const past = isWhole
    ? line.records.slice((base === undefined ? from : before) - line.forgotten)
    : [];
  compare(past, bench.trace.records.slice(from));
  return { bench, records };
}

/**
 * The last bench at rest before a moment. What the firmware's database keeps in memory is in none:
 * its first transaction after one writes a page more. Where faults of the flash that go by count or
 * chance come after it, only the beginning will do.
 */
function baseFor(
  line: LineOfTime,
  moment: Moment,
  beginning: Beginning | undefined,
): Base | undefined {
  const base = line.bases.findLast((each) => isNotAfter(each.moment, moment));
  if (base === undefined || beginning === undefined) return base;
  const since = line.journal.slice(base.moment.stimuli, moment.stimuli);
  return since.some(({ source }) => source === 'flash') ? undefined : base;
}

function begun(beginning: Beginning | undefined): Bench {
  if (beginning === undefined) throw new UsageError('the way back to that instant was forgotten');
  return beginBench(beginning);
}

function compare(past: readonly TraceRecord[], seen: readonly TraceRecord[]): void {
  const inside = past.filter((record) => !isOutside(record));
  for (const [place, record] of seen.entries()) {
    if (inside.length === 0) return;
    const [expected, came] = [JSON.stringify(inside[place]), JSON.stringify(record)];
    if (expected === came) continue;
    throw new SimulatorBug(`the past came out otherwise: expected ${expected}, seen ${came}`);
  }
}

function isBoot({ source, kind }: TraceRecord): boolean {
  return source === 'power' && kind === 'start';
}

function isTouch({ source, stimulus }: TraceRecord): boolean {
  return stimulus === true && (source === 'uart' || source === 'http');
}

/** What clients over sockets met on their way is not done again. */
function isOutside(record: TraceRecord): boolean {
  return record['outside'] === true;
}
