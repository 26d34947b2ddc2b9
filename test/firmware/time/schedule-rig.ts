import {
  createScheduler,
  type Job,
  type JobHandle,
  type Scheduler,
  type SchedulerRecord,
} from '#firmware/time/schedule';
import { BoardClock } from '#sim/kernel/board-clock';
import { Crystal } from '#sim/kernel/crystal';
import { World } from '#sim/kernel/world';

type StepListener = (step: { readonly fromMs: number; readonly toMs: number }) => void;

/** When a job ran: what the wall clock said. */
interface Run {
  readonly name: string;
  readonly atMs: number;
}

/** A scheduler on a simulated board's clock, and a wall clock that does what a test says. */
export class ScheduleRig {
  readonly world = new World();
  readonly clock: BoardClock;
  readonly runs: Run[] = [];
  readonly failures: unknown[] = [];
  readonly scheduler: Scheduler;
  zone: string;
  readonly #listeners: StepListener[] = [];
  #nowMs: number;
  #readAtMs = 0;
  #rate = 1;

  constructor({
    at,
    zone = 'UTC',
    resume,
  }: {
    readonly at: string | number;
    readonly zone?: string;
    readonly resume?: SchedulerRecord;
  }) {
    this.clock = new BoardClock(
      this.world,
      new Crystal({ trueUs: this.world.nowUs, countUs: 0, ppm: 0 }),
      'board',
    );
    this.#nowMs = typeof at === 'number' ? at : Date.parse(at);
    this.zone = zone;
    this.scheduler = createScheduler({
      clock: this.clock,
      wallClock: {
        nowMs: () => this.nowMs,
        onStep: (listener) => void this.#listeners.push(listener),
      },
      hostWork: { declare: (work) => this.world.declareWork(work) },
      zone: () => this.zone,
      onFailure: (error) => void this.failures.push(error),
      ...(resume !== undefined && { resume }),
    });
  }

  get nowMs(): number {
    return this.#nowMs + (this.clock.now() - this.#readAtMs) * this.#rate;
  }

  /** From here on the wall clock is that much faster than the board's. */
  slew(ppm: number): void {
    this.#nowMs = this.nowMs;
    this.#readAtMs = this.clock.now();
    this.#rate = 1 + ppm / 1e6;
  }

  step(byMs: number): void {
    const fromMs = this.nowMs;
    this.#nowMs += byMs;
    for (const listener of this.#listeners) listener({ fromMs, toMs: fromMs + byMs });
  }

  /** A job that notes when it ran. */
  job(name: string, pattern: string, more: Partial<Job> = {}): JobHandle {
    const run = (): void => void this.runs.push({ name, atMs: this.nowMs });
    return this.scheduler.add({ name, pattern, summary: `job ${name}`, run, ...more });
  }

  async pass(ms: number): Promise<void> {
    await this.world.runFor(Math.round(ms * 1000));
  }

  /** When jobs ran since the last call, as UTC to the second, with their names. */
  took(): readonly string[] {
    return this.runs.splice(0).map(({ name, atMs }) => `${name} ${utc(atMs)}`);
  }
}

/** `12-31 23:59:58`, with milliseconds where there are some. */
export function utc(timeMs: number): string {
  const [day, time = ''] = new Date(timeMs).toISOString().slice(5, -1).split('T');
  return `${day} ${time.replace(/\.000$/, '')}`;
}

export const minutes = 60_000;
export const hours = 60 * minutes;
export const days = 24 * hours;
