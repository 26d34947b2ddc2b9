import type { Bench } from '../bench.ts';
import type { Runner } from '../kernel/pacer.ts';
import { invariant } from '../kernel/invariant.ts';
import { Phone } from '../peers/phone.ts';
import { BeepReader } from './beep-reader.ts';
import { FaultLedger } from './fault-ledger.ts';
import { HttpClients } from './http-clients.ts';
import { LogReader } from './log-reader.ts';
import { MailReader } from './mail-reader.ts';
import type { Pattern } from './pattern.ts';
import { ResultCounts } from './result-counts.ts';
import { createFinder, SerialReader, SerialWatch } from './serial-reader.ts';
import type { Loop, Step, StepFailure } from './step.ts';
import { base64Name, base64Of, fillPlaceholders, unescapePlaceholders } from './template.ts';

/** How long a waiting step waits unless told otherwise. */
export const defaultTimeoutUs = 30_000_000;

/** Why a step ended before it was done. */
export type InterruptionCause =
  | { readonly kind: 'failed'; readonly step: Step | undefined; readonly failure: StepFailure }
  | { readonly kind: 'time-limit' };

/** Ends a step from inside the wait it is in. Steps let it pass. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly reason: InterruptionCause;

  constructor(reason: InterruptionCause) {
    super(reason.kind);
    this.reason = reason;
  }
}

/** What steps act on. */
export interface StepContextOptions {
  readonly bench: Bench;
  /** Lets time pass; the bench's world unless told otherwise. */
  readonly runner?: Runner;
  /** True time that no step passes. */
  readonly deadlineUs?: number;
}

interface Forbidden {
  readonly watch: SerialWatch;
  readonly expected: string;
}

/** What steps act on, and how far they have read what the board said. */
export class StepContext {
  readonly bench: Bench;
  readonly serial = new SerialReader();
  readonly beeps: BeepReader;
  readonly log = new LogReader();
  readonly mail: MailReader;
  readonly faults = new FaultLedger();
  readonly http: HttpClients;
  readonly captures = new Map<string, string>();
  readonly results = new ResultCounts();
  readonly phone: Phone;
  /** The step that is being done. */
  step: Step | undefined;
  readonly #runner: Runner;
  readonly #deadlineUs: number;
  readonly #stopHearing: () => void;
  #forbidden: readonly Forbidden[] = [];
  #tripped: StepFailure | undefined;

  constructor({ bench, runner = bench.world, deadlineUs }: StepContextOptions) {
    this.bench = bench;
    this.phone = new Phone(bench.world);
    this.beeps = new BeepReader(bench.board);
    this.mail = new MailReader(bench.mailServer);
    this.http = new HttpClients(bench);
    this.#runner = runner;
    this.#deadlineUs = deadlineUs ?? Number.MAX_SAFE_INTEGER;
    this.#stopHearing = bench.board.uart.onData((_bytes, _timeUs, text) => this.#hear(text));
  }

  /** True time, µs since the epoch. */
  get nowUs(): number {
    return this.#runner.nowUs;
  }

  /** Lets time pass until `isFound` holds, for at most `spanUs`; answers whether it does. */
  async waitUntil(isFound: () => boolean, spanUs: number): Promise<boolean> {
    const limitUs = this.nowUs + spanUs;
    const endUs = Math.min(limitUs, this.#deadlineUs);
    let found = false;
    const isWanted = (): boolean => {
      found = isFound();
      return !found && this.#tripped === undefined;
    };
    await this.#runner.runWhile(isWanted, endUs);
    if (!found && this.#tripped === undefined) found = isFound();
    this.#throwIfTripped();
    if (!found && endUs < limitUs) throw new Interruption({ kind: 'time-limit' });
    return found;
  }

  /** Lets time pass up to and including a true time. */
  async pass(untilUs: number): Promise<void> {
    await this.waitUntil(() => false, Math.max(0, untilUs - this.nowUs));
  }

  /** The value of a name in `${…}` now; undefined where nothing has that name. */
  valueOf(name: string): string | undefined {
    const { label } = this.bench.board;
    if (name === 'now') return `${new Date(this.nowUs / 1000).toISOString().slice(0, 19)}Z`;
    if (name === 'label.model') return label.model;
    if (name === 'label.serialNumber') return label.serialNumber;
    if (name === 'label.defaultPassword') return label.defaultPassword;
    const coded = base64Name(name);
    if (coded !== undefined) return base64Of(this.valueOf(coded));
    const account = /^totp\((.*)\)$/.exec(name)?.[1];
    if (account !== undefined) return this.phone.code(account);
    const adapter = /^label\.mac(\d+)$/.exec(name)?.[1];
    if (adapter !== undefined) return label.macAddresses[Number(adapter) - 1];
    return this.captures.get(name);
  }

  /** Text with the present values in the place of `${…}`. */
  expand(text: string): string {
    return unescapePlaceholders(fillPlaceholders(text, (name) => this.valueOf(name)));
  }

  expandPattern(pattern: Pattern): RegExp {
    return pattern.compile((name) => this.valueOf(name));
  }

  /** From here on the step that is under way fails as soon as the console says this. */
  forbidSerial(wanted: string | RegExp): void {
    const watch = new SerialWatch(createFinder(wanted));
    const place =
      this.step === undefined ? '' : ` (fail-serial of line ${this.step.position.line})`;
    const quoted = typeof wanted === 'string' ? JSON.stringify(wanted) : String(wanted);
    const expected = `that the console never says ${quoted}${place}`;
    this.#forbidden = [...this.#forbidden, { watch, expected }];
  }

  /** Does the steps of a loop. */
  async runLoop({ times, bodies }: Loop): Promise<void> {
    for (let round = 0; round < times; round += 1) {
      for (const body of bodies) for (const step of body) await this.runStep(step);
    }
  }

  /** Does one step; throws an `Interruption` where it does not hold or cannot be finished. */
  async runStep(step: Step): Promise<void> {
    this.step = step;
    this.#throwIfTripped();
    if (step.loop !== undefined) return this.runLoop(step.loop);
    const failure = await step.definition.run(this, step.value);
    if (failure !== undefined) throw new Interruption({ kind: 'failed', step, failure });
  }

  /** Hears no more of the board. */
  close(): void {
    this.#stopHearing();
  }

  #hear(text: string): void {
    this.serial.append(text);
    for (const { watch, expected } of this.#forbidden) {
      const seen = watch.append(text);
      if (seen !== undefined) this.#tripped ??= { expected, seen: JSON.stringify(seen) };
    }
  }

  #throwIfTripped(): void {
    const failure = this.#tripped;
    if (failure === undefined) return;
    this.#tripped = undefined;
    throw new Interruption({ kind: 'failed', step: this.step, failure });
  }
}

/** The loop of a step that holds steps; the reader has seen to it. */
export function loopOnly(): never {
  invariant(false, 'a loop is done by the context, not by its definition');
}
