import type { Bench } from '../bench.ts';
import type { Runner } from '../kernel/pacer.ts';
import { invariant, UsageError } from '../kernel/invariant.ts';
import { Phone, type PhoneState } from '../peers/phone.ts';
import { BeepReader } from './beep-reader.ts';
import { FaultLedger } from './fault-ledger.ts';
import { HttpClients, type HttpClientsState } from './http-clients.ts';
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
  /** Where several contexts share one; a phone of its own unless told otherwise. */
  readonly phone?: Phone;
  /** For the steps `snapshot` and `restore`. */
  readonly travel?: Travel;
}

/** The way back through time, for steps. */
export interface Travel {
  /** Names the present instant. */
  mark(name: string): void;
  /** Answers the bench that stands at an instant with a name, in the place of the present one. */
  back(name: string): Promise<Bench>;
}

/** What a context holds at one instant, apart from the bench. */
export interface ContextMemory {
  readonly serial: string;
  readonly beeps: number;
  readonly log: number;
  readonly mail: number;
  readonly http: HttpClientsState;
  readonly phone: PhoneState;
  readonly captures: ReadonlyMap<string, string>;
  readonly forbidden: readonly Forbidden[];
}

interface Forbidden {
  readonly watch: SerialWatch;
  readonly expected: string;
}

/** What steps act on, and how far they have read what the board said. */
export class StepContext {
  readonly serial = new SerialReader();
  readonly faults = new FaultLedger();
  readonly captures = new Map<string, string>();
  readonly results = new ResultCounts();
  readonly phone: Phone;
  /** The step that is being done. */
  step: Step | undefined;
  readonly #runner: Runner;
  readonly #deadlineUs: number;
  readonly #travel: Travel | undefined;
  readonly #snapshots = new Map<string, ContextMemory>();
  #bench: Bench;
  #beeps: BeepReader;
  #log = new LogReader();
  #mail: MailReader;
  #http: HttpClients;
  #stopHearing: () => void;
  #forbidden: readonly Forbidden[] = [];
  readonly #benchListeners: ((bench: Bench) => void)[] = [];
  #tripped: StepFailure | undefined;

  constructor({ bench, runner, deadlineUs, phone, travel }: StepContextOptions) {
    this.#travel = travel;
    const trueTime = (): number => this.#bench.world.nowUs;
    this.#bench = bench;
    const trueClock = {
      get nowUs() {
        return trueTime();
      },
    };
    this.phone = phone ?? new Phone(trueClock);
    this.#beeps = new BeepReader(bench.board);
    this.#mail = new MailReader(bench.mailServer);
    this.#http = new HttpClients(bench);
    this.#runner = runner ?? {
      get nowUs() {
        return trueTime();
      },
      runWhile: (wanted, limitUs) => this.#bench.world.runWhile(wanted, limitUs),
    };
    this.#deadlineUs = deadlineUs ?? Number.MAX_SAFE_INTEGER;
    this.#stopHearing = this.#hearConsole();
  }

  get bench(): Bench {
    return this.#bench;
  }

  get beeps(): BeepReader {
    return this.#beeps;
  }

  get log(): LogReader {
    return this.#log;
  }

  get mail(): MailReader {
    return this.#mail;
  }

  get http(): HttpClients {
    return this.#http;
  }

  /** How far everything has been read, and what is known, by now. */
  remember(): ContextMemory {
    return {
      serial: this.serial.unread,
      beeps: this.beeps.unheard,
      log: this.log.seenId,
      mail: this.mail.seen,
      http: this.http.save(),
      phone: this.phone.save(),
      captures: new Map(this.captures),
      forbidden: this.#forbidden.map((each) => ({ ...each, watch: each.watch.copy() })),
    };
  }

  /**
   * Acts on another bench from now on. With the memory of its instant all is known and read as it
   * was then; without, what it has said by now counts as read, and what is known stays known.
   */
  follow(bench: Bench, memory?: ContextMemory): void {
    if (bench === this.#bench && memory === undefined) return;
    const isOther = bench !== this.#bench;
    this.#stopHearing();
    this.#bench = bench;
    this.#stopHearing = this.#hearConsole();
    this.#tripped = undefined;
    this.#beeps = new BeepReader(bench.board, memory?.beeps);
    this.#log = new LogReader(memory?.log ?? bench.firmware?.log?.page({ limit: 1 })[0]?.id);
    const { messages } = bench.mailServer;
    this.#mail = new MailReader(bench.mailServer, memory?.mail ?? messages.length);
    this.#http = new HttpClients(bench, memory?.http ?? this.#http.save());
    this.serial.goTo(memory?.serial ?? '');
    if (isOther) for (const listener of this.#benchListeners) listener(bench);
    if (memory === undefined) return;
    this.#forbidden = memory.forbidden.map((each) => ({ ...each, watch: each.watch.copy() }));
    this.phone.restore(memory.phone);
    this.captures.clear();
    for (const [name, value] of memory.captures) this.captures.set(name, value);
  }

  /** Names of the states that there is a way back to. */
  get snapshots(): readonly string[] {
    return [...this.#snapshots.keys()];
  }

  /** Names the present state of the world, and of what is known of it. */
  snapshot(name: string): void {
    if (this.#travel === undefined) throw new UsageError('there is no way back here');
    this.#travel.mark(name);
    this.#snapshots.set(name, this.remember());
  }

  /** Comes back to the state of that name; answers whether there is one. */
  async restore(name: string): Promise<boolean> {
    const memory = this.#snapshots.get(name);
    if (memory === undefined || this.#travel === undefined) return false;
    this.follow(await this.#travel.back(name), memory);
    return true;
  }

  /** Hears of each bench that takes the place of the one before. */
  onBench(listener: (bench: Bench) => void): void {
    this.#benchListeners.push(listener);
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
      // Who has found something may find nothing more: it is asked until then, and not again.
      found ||= isFound();
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

  /** From here on the console may say all again. */
  allowSerial(): void {
    this.#forbidden = [];
    this.#tripped = undefined;
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
    // What it has set going at this instant is done before the next one begins.
    await this.waitUntil(() => true, 0);
  }

  /** Hears no more of the board. */
  close(): void {
    this.#stopHearing();
  }

  #hearConsole(): () => void {
    return this.#bench.board.uart.onData((_bytes, _timeUs, text) => this.#hear(text));
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
