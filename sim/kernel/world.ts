import { EventQueue, type WorldEvent } from './event-queue.ts';
import { hostTurn } from './host-turn.ts';
import { invariant, SimulatorBug, UsageError } from './invariant.ts';
import { RandomStreams } from './random.ts';
import { Trace, type StimulusPlace } from './trace.ts';

/** What decides a world. */
export interface WorldOptions {
  /** Decides all chance. 0 to 2^53 - 1; 1 unless told otherwise. */
  readonly seed?: number;
  /**
   * 1 unless told otherwise. A world that goes on from an earlier one of the same seed counts on,
   * or what was drawn by chance before would be drawn again.
   */
  readonly startCount?: number;
  /** True time at the start, µs since the Unix epoch. */
  readonly startUs?: number;
  /** How many trace records are kept; all, unless told otherwise. */
  readonly traceRecordsMax?: number;
  /** Where a world goes on that another began: how many events this instant has seen there. */
  readonly instantEvents?: number;
}

/** Schedules events of somebody outside of a world. */
export interface Outside {
  /** As `World.at`. */
  at(timeUs: number, owner: string, run: () => void): WorldEvent;
  /** As `World.after`. */
  after(delayUs: number, owner: string, run: () => void): WorldEvent;
}

/** 2026-11-24T10:00:00Z: a world starts then unless told otherwise. */
export const defaultStartUs = Date.UTC(2026, 10, 24, 10) * 1000;

/** After so many events that each led to the next without time moving, something is stuck. */
const chainMax = 1_000;

/**
 * True time and everything that will happen in it. Time is an integer of µs since the epoch and
 * moves only from event to event. Between two events everything the boards set going is finished:
 * microtasks, `nextTick` work, and declared real work.
 *
 * One caller runs the world at a time; a second call while it runs is a usage error.
 */
export class World {
  readonly random: RandomStreams;
  readonly trace: Trace;
  readonly startUs: number;
  /**
   * Events that are no part of the world: of a test, of a client over a socket. What they do to it
   * is in the trace, so that a replay does without them.
   */
  readonly outside: Outside = {
    at: (timeUs, owner, run) => this.#schedule(timeUs, { owner, run, isForeign: true }),
    after: (delayUs, owner, run) => this.outside.at(this.#nowUs + delayUs, owner, run),
  };
  readonly #queue = new EventQueue();
  readonly #work = new Set<Promise<unknown>>();
  readonly #bugs: unknown[] = [];
  #nowUs: number;
  #sequence = 0;
  #chain = 0;
  #running = false;
  #eventsRun = 0;
  /** Of the world's own, at this instant. */
  #instantEvents: number;
  #foreignPending = 0;
  /** A stimulus has entered, and nothing has happened since. */
  #isEntering = false;
  #look: { readonly atUs: number; readonly run: () => void } | undefined;

  constructor(options: WorldOptions = {}) {
    const { seed = 1, startCount = 1, startUs = defaultStartUs } = options;
    const { traceRecordsMax, instantEvents = 0 } = options;
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new UsageError(`seed ${seed} is not an integer from 0 to 2^53 - 1`);
    }
    if (!Number.isSafeInteger(startUs)) {
      throw new UsageError(`start time ${startUs} is not an integer of microseconds`);
    }
    this.random = new RandomStreams(seed, startCount);
    this.startUs = startUs;
    this.#nowUs = startUs;
    this.#instantEvents = instantEvents;
    this.trace = new Trace(
      () => this.#nowUs,
      traceRecordsMax,
      () => this.#enter(),
    );
  }

  /** True time, µs since the Unix epoch. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** How many events have happened; a measure of work for the bench. */
  get eventsRun(): number {
    return this.#eventsRun;
  }

  /** How many of the world's own events have happened at this instant. */
  get instantEvents(): number {
    return this.#instantEvents;
  }

  /** How many events are still to come, those of outsiders among them. */
  get pendingEvents(): number {
    return this.#queue.size;
  }

  /** How many of the world's own events are still to come. */
  get ownPendingEvents(): number {
    return this.#queue.size - this.#foreignPending;
  }

  /** True time of the next event, or undefined where nothing will ever happen. */
  get nextEventUs(): number | undefined {
    return this.#queue.peek()?.timeUs;
  }

  /** Has `run` happen at `timeUs` (now, where that is past), after what is due then already. */
  at(timeUs: number, owner: string, run: () => void): WorldEvent {
    return this.#schedule(timeUs, { owner, run, isForeign: false });
  }

  #schedule(
    timeUs: number,
    { owner, run, isForeign }: Pick<WorldEvent, 'owner' | 'run' | 'isForeign'>,
  ): WorldEvent {
    // No invariant: its text would be made for each event.
    if (!Number.isSafeInteger(timeUs)) {
      throw new SimulatorBug(`${owner}: event at ${timeUs} µs is not an integer`);
    }
    const isNow = timeUs <= this.#nowUs;
    const event: WorldEvent = {
      timeUs: isNow ? this.#nowUs : timeUs,
      sequence: this.#sequence++,
      owner,
      chain: isNow ? this.#chain + 1 : 0,
      isForeign,
      run,
      index: -1,
    };
    if (isForeign) this.#foreignPending += 1;
    this.#queue.push(event);
    return event;
  }

  /** Has `run` happen `delayUs` from now. */
  after(delayUs: number, owner: string, run: () => void): WorldEvent {
    return this.at(this.#nowUs + delayUs, owner, run);
  }

  /** Takes an event back; one that has happened or was taken back is no error. */
  cancel(event: WorldEvent): void {
    if (event.isForeign && event.index >= 0) this.#foreignPending -= 1;
    this.#queue.remove(event);
  }

  /**
   * Calls `look` once: between two events, all before being finished, when the next one is due at
   * or after `atUs`. It replaces one that was asked for before.
   */
  lookAt(atUs: number, look: () => void): void {
    this.#look = { atUs, run: look };
  }

  /**
   * Declares real work outside the queue (a socket, a thread): the world does not move on before
   * it is settled. Answers the same promise; a rejection is its owner's to handle.
   */
  declareWork<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    const settled = (): void => void this.#work.delete(work);
    work.then(settled, settled);
    return work;
  }

  /** Reports a bug of the firmware or a part: the run that is under way fails with it. */
  reportBug(error: unknown): void {
    this.#bugs.push(error);
  }

  /** Finishes what is under way now, without moving time. */
  async settle(): Promise<void> {
    await this.#exclusively(() => this.#drain());
  }

  /** Runs the next event, if there is one; answers whether there was. */
  async step(): Promise<boolean> {
    return this.#exclusively(async () => {
      await this.#drain();
      if (!this.#runNext(Number.MAX_SAFE_INTEGER)) return false;
      await this.#drain();
      return true;
    });
  }

  /** Runs everything up to and including `timeUs`; then that is the time. */
  async runUntil(timeUs: number): Promise<void> {
    await this.runWhile(() => true, timeUs);
  }

  /** Runs for a span of true time. */
  async runFor(spanUs: number): Promise<void> {
    await this.runUntil(this.#nowUs + spanUs);
  }

  /**
   * Runs while `wanted()` holds, at most up to and including `limitUs`; it is asked before every
   * event, when all that went before is finished. Answers whether it stopped holding; where it
   * held all along, the time is then `limitUs`.
   */
  async runWhile(wanted: () => boolean, limitUs: number): Promise<boolean> {
    invariant(Number.isSafeInteger(limitUs), `limit ${limitUs} µs is not an integer`);
    return this.#exclusively(async () => {
      await this.#drain();
      while (wanted()) {
        if (!this.#runNext(limitUs)) {
          if (limitUs > this.#nowUs) this.#moveTo(limitUs);
          return false;
        }
        // As `#drain`, without a promise of its own for each event.
        await hostTurn();
        this.#isEntering = false;
        if (this.#isUnfinished) await this.#finish();
      }
      return true;
    });
  }

  /**
   * Runs the events up to the place at which a stimulus entered: `after` of the world's own events
   * at `timeUs`, or all that are due by then. Outsiders' events are not waited for.
   */
  async runToPlace(timeUs: number, after?: number): Promise<void> {
    if (after === undefined) return this.runUntil(timeUs);
    const isBefore = (): boolean => {
      if (this.#nowUs >= timeUs) return this.#instantEvents < after;
      const nextUs = this.nextEventUs ?? Number.MAX_SAFE_INTEGER;
      return nextUs < timeUs || (nextUs === timeUs && after > 0);
    };
    await this.runWhile(isBefore, timeUs);
    if (this.#nowUs < timeUs) this.#moveTo(timeUs);
  }

  #runNext(limitUs: number): boolean {
    let event = this.#queue.peek();
    if (event !== undefined && this.#look !== undefined && event.timeUs >= this.#look.atUs) {
      this.#lookNow();
      event = this.#queue.peek();
    }
    if (event === undefined || event.timeUs > limitUs) return false;
    this.#queue.pop();
    if (event.timeUs > this.#nowUs) this.#moveTo(event.timeUs);
    this.#chain = event.chain;
    if (event.chain > chainMax) {
      throw new SimulatorBug(
        `time stands still: «${event.owner}» was armed again and again for the instant it ran in ` +
          `(${chainMax} times, true time ${this.#nowUs} µs)`,
      );
    }
    this.#eventsRun += 1;
    if (event.isForeign) {
      this.#foreignPending -= 1;
    } else {
      this.#instantEvents += 1;
      this.#isEntering = false;
    }
    event.run();
    return true;
  }

  #lookNow(): void {
    const look = this.#look;
    this.#look = undefined;
    look?.run();
  }

  /** A stimulus enters: where, so that a replay can have it enter there. */
  #enter(): StimulusPlace {
    const isTogether = this.#isEntering;
    this.#isEntering = true;
    const isDue = (this.nextEventUs ?? this.#nowUs + 1) <= this.#nowUs;
    return {
      ...(isDue && { after: this.#instantEvents }),
      ...(isTogether && { together: true as const }),
    };
  }

  #moveTo(timeUs: number): void {
    this.#nowUs = timeUs;
    this.#chain = 0;
    this.#instantEvents = 0;
    this.#isEntering = false;
  }

  /** Lets all that was set going finish. */
  async #drain(): Promise<void> {
    await hostTurn();
    this.#isEntering = false;
    if (this.#isUnfinished) await this.#finish();
  }

  get #isUnfinished(): boolean {
    return this.#work.size > 0 || this.#bugs.length > 0;
  }

  async #finish(): Promise<void> {
    while (this.#work.size > 0) {
      await Promise.allSettled(this.#work);
      await hostTurn();
    }
    if (this.#bugs.length > 0) throw this.#bugs.shift();
  }

  async #exclusively<T>(run: () => Promise<T>): Promise<T> {
    if (this.#running) {
      throw new UsageError('the world is being run already: await the call before this one');
    }
    this.#running = true;
    try {
      return await run();
    } finally {
      this.#running = false;
    }
  }
}
