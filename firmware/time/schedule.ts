import type { Clock, TimerId } from '#hal/clock';
import type { HostWork } from '#hal/host-work';
import { loadPatternReader, type ReadPattern } from './cron.ts';
import { isForEachHour, nextDueMs } from './due-times.ts';
import { zoneOffsetMs } from './zone.ts';

/** A job that runs at certain times of the wall clock. */
export interface Job {
  /** One word, unlike that of any other job. */
  readonly name: string;
  /** For people: what it does. */
  readonly summary: string;
  /** A cron pattern of five fields, in the time zone of the settings. */
  readonly pattern: string;
  /** What it throws is told to `onFailure`; it is due again at its next time. */
  run(): void;
  /** Whether it runs, once, for times that the clock skipped; true unless told otherwise. */
  readonly isCatchUp?: boolean;
}

/** What can be done with a job that was added. */
export interface JobHandle {
  /** The times of the new pattern count from now on. */
  setPattern(pattern: string): void;
  remove(): void;
}

/** A job as people see it. */
export interface JobView {
  readonly name: string;
  readonly summary: string;
  readonly pattern: string;
  /** UTC, ms since the epoch; undefined: never, or not known before `load`. */
  readonly nextRunMs: number | undefined;
  /** By the wall clock of then; absent: not in this life. */
  readonly lastRunMs?: number;
}

/** The scheduler's state as plain data, by name of job. */
export type SchedulerRecord = Readonly<Record<string, JobRecord>>;

interface JobRecord {
  /** Nothing that was due before is still to be run. */
  readonly settledMs: number;
  readonly lastRunMs?: number;
}

/**
 * Runs jobs by the wall clock, each once for each time it is due.
 *
 * Where the clock steps forward by up to three hours, a job that was due in between runs once, at
 * once. Where it steps back by up to three hours, nothing is run again: a job waits until the clock
 * has passed what it had reached. A larger step begins anew from the new time and runs nothing.
 * Changes of daylight saving time, and of the zone by as much, are told in `nextDueMs`.
 */
export interface Scheduler {
  /**
   * Before `start` or after it. The job is due from the next whole minute on. A pattern that cannot
   * be read is told to `onFailure`.
   */
  add(job: Job): JobHandle;
  /** The jobs, in the order in which they were added. */
  list(): readonly JobView[];
  /** Settles once the next times of `list` are known; they are of themselves within a minute. */
  load(): Promise<void>;
  /** Whether they are known. */
  readonly isLoaded: boolean;
  /** To be called after the time zone changed. */
  zoneChanged(): void;
  start(): void;
  /** No job runs any more. */
  stop(): void;
  record(): SchedulerRecord;
}

/** What the scheduler works with. */
export interface SchedulerDeps {
  readonly clock: Clock;
  readonly wallClock: {
    nowMs(): number;
    onStep(listener: (step: { readonly fromMs: number; readonly toMs: number }) => void): unknown;
  };
  readonly hostWork: HostWork;
  /** IANA name of the zone that patterns are in. */
  readonly zone: () => string;
  /** Hears what jobs throw. */
  readonly onFailure: (error: unknown) => void;
  readonly resume?: SchedulerRecord;
}

const minuteMs = 60_000;

/** Steps up to here are caught up with; larger ones are taken for a clock that was wrong. */
const stepMaxMs = 3 * 60 * minuteMs;

/**
 * The wall clock gains or loses less than this share of the time that passes, slewed and its rate
 * corrected: so much is left of a wait, to be counted again at its end.
 */
const rateErrorMax = 0.002;

/** With so little left, an error of the rate comes to some microseconds. */
const exactMs = 20;

interface Entry {
  readonly job: Job;
  pattern: string;
  settledMs: number;
  lastRunMs?: number;
  /** Undefined: not counted yet. */
  next?: { readonly dueMs: number | undefined };
}

/** The first whole minute after that. */
function nextMinute(timeMs: number): number {
  return (Math.floor(timeMs / minuteMs) + 1) * minuteMs;
}

/** A scheduler that has no jobs yet. */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  return new JobScheduler(deps);
}

class JobScheduler implements Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #entries = new Map<string, Entry>();
  #read: ReadPattern | undefined;
  /** Read when it is first needed. */
  #zone: string | undefined;
  #isStarted = false;
  #timer: TimerId;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
    deps.wallClock.onStep((step) => this.#follow(step));
  }

  add(job: Job): JobHandle {
    if (this.#entries.has(job.name)) throw new Error(`there is a job «${job.name}» already`);
    const kept = this.#deps.resume?.[job.name];
    const settledMs = kept?.settledMs ?? nextMinute(this.#deps.wallClock.nowMs());
    const entry: Entry = { job, pattern: job.pattern, settledMs };
    if (kept?.lastRunMs !== undefined) entry.lastRunMs = kept.lastRunMs;
    this.#entries.set(job.name, entry);
    this.#arm();
    return {
      setPattern: (pattern) => {
        if (pattern === entry.pattern) return;
        entry.pattern = pattern;
        this.#settle(entry, Math.max(entry.settledMs, this.#deps.wallClock.nowMs()));
        this.#arm();
      },
      remove: () => {
        if (this.#entries.get(job.name) !== entry) return;
        this.#entries.delete(job.name);
        this.#arm();
      },
    };
  }

  list(): readonly JobView[] {
    return [...this.#entries.values()].map((entry) => {
      const { job, pattern, lastRunMs } = entry;
      const view = { name: job.name, summary: job.summary, pattern, nextRunMs: this.#due(entry) };
      return lastRunMs === undefined ? view : { ...view, lastRunMs };
    });
  }

  async load(): Promise<void> {
    if (this.#read !== undefined) return;
    const read = await this.#deps.hostWork.declare(loadPatternReader());
    this.#read ??= read;
    this.#arm();
  }

  get isLoaded(): boolean {
    return this.#read !== undefined;
  }

  zoneChanged(): void {
    const before = this.#zone;
    if (before === undefined) return;
    const zone = this.#deps.zone();
    if (zone === before) return;
    this.#zone = zone;
    const nowMs = this.#deps.wallClock.nowMs();
    const aheadMs = zoneOffsetMs(zone, nowMs) - zoneOffsetMs(before, nowMs);
    for (const entry of this.#entries.values()) this.#moveLocally(entry, aheadMs, nowMs);
    this.#arm();
  }

  start(): void {
    this.#isStarted = true;
    this.#arm();
  }

  stop(): void {
    this.#isStarted = false;
    this.#deps.clock.clearTimeout(this.#timer);
  }

  record(): SchedulerRecord {
    return Object.fromEntries(
      [...this.#entries.values()].map(({ job, settledMs, lastRunMs }) => [
        job.name,
        lastRunMs === undefined ? { settledMs } : { settledMs, lastRunMs },
      ]),
    );
  }

  #follow({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): void {
    const isLarge = Math.abs(toMs - fromMs) > stepMaxMs;
    for (const entry of this.#entries.values()) {
      const isPast = entry.job.isCatchUp === false && entry.settledMs < toMs;
      if (isLarge || isPast) this.#settle(entry, toMs);
    }
    this.#arm();
  }

  /**
   * Local time jumps, the clock does not: a job for a certain time of day has reached the same
   * local time as before; one for each hour goes by the time that passes.
   */
  #moveLocally(entry: Entry, aheadMs: number, nowMs: number): void {
    const pattern = this.#patternOf(entry);
    const isLocal = pattern !== undefined && !isForEachHour(pattern);
    const reachedMs = entry.settledMs - (isLocal ? aheadMs : 0);
    if (Math.abs(aheadMs) > stepMaxMs) this.#settle(entry, nowMs);
    else if (isLocal && entry.job.isCatchUp !== false) this.#settle(entry, reachedMs);
    else this.#settle(entry, Math.max(reachedMs, nowMs));
  }

  #settle(entry: Entry, settledMs: number): void {
    entry.settledMs = settledMs;
    delete entry.next;
  }

  #due(entry: Entry): number | undefined {
    if (this.#read === undefined) return undefined;
    entry.next ??= { dueMs: this.#countDue(entry) };
    return entry.next.dueMs;
  }

  #countDue(entry: Entry): number | undefined {
    const pattern = this.#patternOf(entry);
    if (pattern === undefined) return undefined;
    const makesUp = entry.job.isCatchUp !== false;
    this.#zone ??= this.#deps.zone();
    return nextDueMs(pattern, this.#zone, entry.settledMs, { makesUp });
  }

  #patternOf(entry: Entry): ReturnType<ReadPattern> | undefined {
    try {
      return this.#read?.(entry.pattern);
    } catch (error) {
      this.#deps.onFailure(error);
      return undefined;
    }
  }

  /** Sets the one timer to the job that is due first. */
  #arm(): void {
    this.#deps.clock.clearTimeout(this.#timer);
    if (!this.#isStarted || this.#entries.size === 0) return;
    const dueMs = this.#firstDue();
    if (dueMs < Infinity) this.#waitUntil(dueMs);
  }

  #waitUntil(dueMs: number): void {
    const { clock, wallClock } = this.#deps;
    const leftMs = dueMs - wallClock.nowMs();
    const waitMs = leftMs > exactMs ? leftMs * (1 - rateErrorMax) : leftMs;
    // Never early: the clock counts whole microseconds, and wall time as a double quarters of them.
    const wholeMs = leftMs <= 0 ? 0 : Math.ceil(waitMs * 1000 + 0.5) / 1000;
    this.#timer = clock.setTimeout(() => this.#wake(dueMs), wholeMs);
  }

  /** Nothing can be due before a whole minute: until then patterns need not be read. */
  #firstDue(): number {
    let firstMs = Infinity;
    for (const entry of this.#entries.values()) {
      const dueMs =
        this.#read === undefined
          ? Math.ceil(entry.settledMs / minuteMs) * minuteMs
          : (this.#due(entry) ?? Infinity);
      firstMs = Math.min(firstMs, dueMs);
    }
    return firstMs;
  }

  #wake(dueMs: number): void {
    const { wallClock, onFailure } = this.#deps;
    if (dueMs > wallClock.nowMs()) {
      this.#waitUntil(dueMs);
      return;
    }
    if (this.#read === undefined) {
      this.load().catch(onFailure);
      return;
    }
    const isDue = (entry: Entry): boolean => (this.#due(entry) ?? Infinity) <= wallClock.nowMs();
    for (const entry of [...this.#entries.values()].filter(isDue)) {
      // A job before it may have removed it, or set the clock.
      if (this.#entries.get(entry.job.name) === entry && isDue(entry)) this.#run(entry);
    }
    this.#arm();
  }

  #run(entry: Entry): void {
    const nowMs = this.#deps.wallClock.nowMs();
    entry.lastRunMs = Math.floor(nowMs);
    this.#settle(entry, nextMinute(nowMs));
    try {
      entry.job.run();
    } catch (error) {
      this.#deps.onFailure(error);
    }
  }
}
