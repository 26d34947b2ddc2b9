import { hostClock, type HostClock } from './host-clock.ts';
import { invariant, UsageError } from './invariant.ts';
import type { World } from './world.ts';

/** How fast true time passes: a multiple of real time, or as fast as the machine can. */
export type Speed = number | 'max';

/** Slowest and fastest multiple of real time. */
const speedRange = { least: 0.1, most: 100 } as const;

/** What lets a world's time pass. A `World` does it at once, a `Pacer` in step with real time. */
export interface Runner {
  /** True time, µs since the Unix epoch. */
  readonly nowUs: number;
  /** As `World.runWhile`: asked before every event; answers whether `wanted` stopped holding. */
  runWhile(wanted: () => boolean, limitUs: number): Promise<boolean>;
}

/** What is paced, and by which clock. */
export interface PacerOptions {
  /** 1 unless told otherwise. */
  readonly speed?: Speed;
  readonly hostClock?: HostClock;
}

interface Stimulus {
  readonly run: () => void;
  readonly fail: (error: unknown) => void;
}

/** Longest time-out that hosts take; a longer wait is made of several. */
const hostTimeoutMaxMs = 2 ** 31 - 1;

/**
 * Drives a world in step with the host's clock. Between events it sleeps on one host timer, or on
 * none where nothing will happen. What comes from outside goes through `act` or `drive`: the world
 * is first run up to the present instant, then the stimulus enters.
 *
 * A bug that surfaces while the world runs ends the pacer: `ended` rejects with it, and so does
 * every call from then on.
 */
export class Pacer {
  /** Resolves after `stop`; rejects with the bug that ended the world. */
  readonly ended: Promise<void>;
  readonly #host: HostClock;
  readonly #stimuli: Stimulus[] = [];
  readonly #end = deferred();
  #world: World;
  #speed: Speed;
  #isPaused = true;
  #isStopped = false;
  #isHandingOver = false;
  #failure: { readonly error: unknown } | undefined;
  #background: Promise<void> = Promise.resolve();
  #turn: Promise<void> = Promise.resolve();
  #anchor: { readonly hostMs: number; readonly trueUs: number };
  #wake: (() => void) | undefined;
  #changes = 0;

  /** Stands still until `resume`. */
  constructor(world: World, options: PacerOptions = {}) {
    const { speed = 1, hostClock: host = hostClock } = options;
    this.#world = world;
    this.#host = host;
    this.#speed = checkedSpeed(speed);
    this.#anchor = { hostMs: host.nowMs(), trueUs: world.nowUs };
    this.ended = this.#end.promise;
    // Who does not ask how it ended hears of the bug from the next call instead.
    this.ended.catch(() => undefined);
    this.#goOn();
  }

  get speed(): Speed {
    return this.#speed;
  }

  /** The true instant that corresponds to now; the world may not have got there yet. */
  get presentUs(): number {
    if (this.#isPaused || this.#speed === 'max') return this.#world.nowUs;
    const passedMs = this.#host.nowMs() - this.#anchor.hostMs;
    const presentUs = this.#anchor.trueUs + Math.floor(passedMs * 1000 * this.#speed);
    return Math.max(presentUs, this.#world.nowUs);
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** True time goes on, at the pacer's speed, from where it stands. */
  resume(): void {
    this.#change(() => {
      this.#isPaused = false;
    });
  }

  /** True time stands still at the present instant; stimuli still enter. */
  async pause(): Promise<void> {
    await this.act(() => {
      this.#isPaused = true;
    });
  }

  /** Changes the speed from the present instant on. */
  setSpeed(speed: Speed): void {
    checkedSpeed(speed);
    this.#change(() => {
      this.#speed = speed;
    });
  }

  /** Runs the next event at once, whenever it is due; answers whether there was one. */
  async step(): Promise<boolean> {
    return this.drive(async () => {
      const hasRun = await this.#guard(() => this.#world.step());
      this.#anchorHere();
      return hasRun;
    });
  }

  /** Has `stimulus` happen at the present instant, after all that is due by then. */
  act<T>(stimulus: () => T): Promise<T> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    if (this.#isStopped) return Promise.reject(new UsageError('the pacer was stopped'));
    return new Promise((resolve, reject) => {
      this.#stimuli.push({ run: () => resolve(stimulus()), fail: reject });
      this.#wakeUp();
    });
  }

  /**
   * Gives `work` the world for its own, at the present instant: from there nothing moves but by
   * its calls of `runWhile`, which pass time at the pacer's speed (at once while paused, or where
   * `isAtOnce`), and which `signal` ends with its reason. Works follow one another.
   */
  async drive<T>(
    work: (runner: Runner) => Promise<T>,
    options: { readonly signal?: AbortSignal; readonly isAtOnce?: boolean } = {},
  ): Promise<T> {
    const before = this.#turn;
    const turn = deferred();
    this.#turn = turn.promise;
    await before;
    this.#isHandingOver = true;
    this.#wakeUp();
    await this.#background;
    try {
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#isStopped) throw new UsageError('the pacer was stopped');
      await this.#guard(() => this.#world.runUntil(this.presentUs));
      return await work(this.#runner(options));
    } finally {
      this.#isHandingOver = false;
      this.#goOn();
      turn.resolve();
    }
  }

  /**
   * Another world takes the place of this one; true time goes on from where that stands. Only
   * within a work of `drive`, while it does not run.
   */
  replaceWorld(world: World): void {
    invariant(this.#isHandingOver, 'a world is replaced within a work that drives it');
    this.#world = world;
    this.#anchorHere();
    this.#wakeUp();
  }

  /** Ends pacing at the present instant; the world then belongs to the caller. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#wakeUp();
    await this.#turn;
    await this.#background;
    this.#refuseStimuli(new UsageError('the pacer was stopped'));
    this.#end.resolve();
  }

  #runner(options: { readonly signal?: AbortSignal; readonly isAtOnce?: boolean }): Runner {
    const { signal, isAtOnce = false } = options;
    const now = (): number => this.#world.nowUs;
    return {
      get nowUs() {
        return now();
      },
      runWhile: async (wanted, limitUs) => {
        const wake = (): void => this.#wakeUp();
        signal?.addEventListener('abort', wake);
        let thrown: { readonly error: unknown } | undefined;
        const isWanted = (): boolean => {
          if (this.#isStopped || signal?.aborted === true) return false;
          try {
            return wanted();
          } catch (error) {
            thrown = { error };
            return false;
          }
        };
        try {
          const how = { limitUs, atOnceWhilePaused: true, isAtOnce };
          const hasStopped = await this.#pace(isWanted, how);
          if (thrown !== undefined) throw thrown.error;
          signal?.throwIfAborted();
          if (this.#isStopped) throw new UsageError('the pacer was stopped');
          return hasStopped;
        } finally {
          signal?.removeEventListener('abort', wake);
        }
      },
    };
  }

  #goOn(): void {
    if (this.#isStopped || this.#failure !== undefined) return;
    const isWanted = (): boolean => !this.#isHandingOver && !this.#isStopped;
    this.#background = this.#pace(isWanted, { limitUs: undefined, atOnceWhilePaused: false }).then(
      () => undefined,
      (error: unknown) => this.#fail(error),
    );
  }

  /**
   * The one loop that moves the world; see `Runner.runWhile` for the answer. Any call from outside
   * interrupts a run that is under way and a sleep.
   */
  async #pace(
    wanted: () => boolean,
    how: {
      readonly limitUs: number | undefined;
      readonly atOnceWhilePaused: boolean;
      readonly isAtOnce?: boolean;
    },
  ): Promise<boolean> {
    const { limitUs = Number.MAX_SAFE_INTEGER } = how;
    for (;;) {
      const changes = this.#changes;
      await this.#enterStimuli();
      const isWanted = (): boolean => this.#changes === changes && wanted();
      const isFast = this.#isPaused ? how.atOnceWhilePaused : this.#speed === 'max';
      if (isFast || how.isAtOnce === true) {
        await this.#runFreely(isWanted, how.limitUs);
        this.#anchorHere();
      } else {
        await this.#run(isWanted, Math.min(this.presentUs, limitUs));
      }
      if (!wanted()) return true;
      if (this.#changes !== changes) continue;
      if (this.#world.nowUs >= limitUs) return false;
      await this.#sleep(limitUs);
    }
  }

  async #run(wanted: () => boolean, untilUs: number): Promise<void> {
    await this.#guard(() => this.#world.runWhile(wanted, untilUs));
  }

  /** Without a limit, time stays at the last event where nothing more will happen. */
  async #runFreely(wanted: () => boolean, limitUs: number | undefined): Promise<void> {
    if (limitUs !== undefined) return this.#run(wanted, limitUs);
    const isWanted = (): boolean => this.#world.nextEventUs !== undefined && wanted();
    return this.#run(isWanted, Number.MAX_SAFE_INTEGER);
  }

  async #enterStimuli(): Promise<void> {
    while (this.#stimuli.length > 0) {
      await this.#guard(() => this.#world.runUntil(this.presentUs));
      for (const stimulus of this.#stimuli.splice(0)) {
        try {
          stimulus.run();
        } catch (error) {
          stimulus.fail(error);
        }
      }
      await this.#guard(() => this.#world.settle());
    }
  }

  /** Waits for the next event, the limit, or a call from outside, whichever comes first. */
  async #sleep(limitUs: number): Promise<void> {
    const isPassing = !this.#isPaused && this.#speed !== 'max';
    const dueUs = Math.min(this.#world.nextEventUs ?? Number.MAX_SAFE_INTEGER, limitUs);
    let timer: unknown;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (isPassing && dueUs < Number.MAX_SAFE_INTEGER) {
        const delayMs = Math.min(Math.max(1, Math.ceil(this.#untilMs(dueUs))), hostTimeoutMaxMs);
        timer = this.#host.setTimeout(resolve, delayMs);
      }
    });
    this.#wake = undefined;
    if (timer !== undefined) this.#host.clearTimeout(timer);
  }

  #untilMs(trueUs: number): number {
    const speed = this.#speed === 'max' ? 1 : this.#speed;
    const dueHostMs = this.#anchor.hostMs + (trueUs - this.#anchor.trueUs) / 1000 / speed;
    return dueHostMs - this.#host.nowMs();
  }

  #anchorHere(): void {
    this.#anchor = { hostMs: this.#host.nowMs(), trueUs: this.#world.nowUs };
  }

  /** What has passed so far counts by the old way, what comes by the new. */
  #change(apply: () => void): void {
    this.#anchor = { trueUs: this.presentUs, hostMs: this.#host.nowMs() };
    apply();
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#changes += 1;
    this.#wake?.();
  }

  async #guard<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#end.reject(error);
    this.#refuseStimuli(error);
  }

  #refuseStimuli(error: unknown): void {
    for (const stimulus of this.#stimuli.splice(0)) stimulus.fail(error);
  }
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function deferred(): Deferred {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((onResolved, onRejected) => {
    resolve = onResolved;
    reject = onRejected;
  });
  return { promise, resolve, reject };
}

/** Reads `0.5x`, `10x`, `10` or `max`. */
export function parseSpeed(text: string): Speed {
  if (text === 'max') return 'max';
  const match = /^(\d+(?:\.\d+)?)x?$/.exec(text);
  if (match === null) {
    throw new UsageError(
      `speed "${text}" is neither a multiple of real time (0.1x to 100x) nor max`,
    );
  }
  return checkedSpeed(Number(match[1]));
}

/** The form that `parseSpeed` reads. */
export function formatSpeed(speed: Speed): string {
  return speed === 'max' ? 'max' : `${speed}x`;
}

function checkedSpeed(speed: Speed): Speed {
  const isGood = speed === 'max' || (speed >= speedRange.least && speed <= speedRange.most);
  if (!isGood) throw new UsageError(`speed ${speed} lies outside 0.1x to 100x; or say max`);
  return speed;
}
