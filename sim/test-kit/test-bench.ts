import type { LogEntry } from '#firmware/log/event-log';
import type { Bench, BenchSnapshot } from '../bench.ts';
import type { PhoneState } from '../peers/phone.ts';
import type { DataVolumePart } from '../parts/data-volume.ts';
import type { FlashPart } from '../parts/flash.ts';
import type { Label } from '../parts/label.ts';
import type { RtcPart } from '../parts/rtc.ts';
import type { Trace } from '../kernel/trace.ts';
import { UsageError } from '../kernel/invariant.ts';
import { vcdOf } from '../waves/bench-vcd.ts';
import type { Duration } from './duration.ts';
import { TestHttp } from './http.ts';
import { TestBuzzer, TestLed } from './indicators.ts';
import { TestMailbox } from './mailbox.ts';
import { TestNtp } from './ntp.ts';
import { TestPhone } from './phone.ts';
import { TestPower } from './power.ts';
import { describeBench, expectationText, failedExpectation } from './report.ts';
import { TestResetButton } from './reset-button.ts';
import { TestSerial } from './serial.ts';
import { TestTime, type WaitOptions } from './time.ts';

/** What the RESET button (or anybody else) made the appliance do. */
export type ResetSeen = 'basic' | 'advanced';

/** A board at rest, its world and the phone; as often as wanted, a test can go on from it. */
export interface TestSnapshot {
  readonly bench: BenchSnapshot;
  readonly phone: PhoneState;
}

/** The longest a boot may take. */
const readyTimeout = '2m';

/**
 * A board on the bench, in virtual time: nothing moves but by the calls of this object, each of
 * which answers when all it set going at that instant is done.
 */
export class TestBench implements AsyncDisposable {
  readonly resetButton: TestResetButton;
  readonly serial: TestSerial;
  readonly buzzer: TestBuzzer;
  readonly leds: { readonly status: TestLed };
  readonly power: TestPower;
  readonly phone: TestPhone;
  /** A client of the NAS's web server; `http.client()` answers others. */
  readonly http: TestHttp;
  readonly mailbox: TestMailbox;
  /** The time servers: `bench.ntp.set('ntp2.example', { offset: '+1d' })`. */
  readonly ntp: TestNtp;
  /** What lies below: the world, the board and the firmware. */
  readonly bench: Bench;
  readonly #time: TestTime;
  #resets: ResetSeen[] = [];

  constructor(bench: Bench, phone?: PhoneState) {
    const output = (): string => this.serial.output;
    this.bench = bench;
    this.#time = new TestTime(bench.world);
    this.resetButton = new TestResetButton(bench);
    this.serial = new TestSerial(bench, this.#time);
    this.buzzer = new TestBuzzer(bench, output);
    this.leds = { status: new TestLed(bench, output) };
    this.power = new TestPower(bench);
    this.phone = new TestPhone(bench, this.#time, output, phone);
    this.http = new TestHttp(bench, { time: this.#time, output });
    this.mailbox = new TestMailbox(bench, this.#time, output);
    this.ntp = new TestNtp(bench);
    bench.trace.onRecord(({ source, kind, chart, state }) => {
      if (source !== 'firmware' || kind !== 'state' || chart !== 'appliance') return;
      if (state === 'resetting-basic') this.#resets.push('basic');
      if (state === 'resetting-advanced') this.#resets.push('advanced');
    });
  }

  /** The clock chip: `setTime`, `setBattery`, `setDriftPpm`, `stopOscillator` … */
  get rtc(): RtcPart {
    return this.bench.board.rtc;
  }

  /** The system flash and its faults: `cutPowerAfterWrites`, `failWrites`, `flipBits` … */
  get flash(): FlashPart {
    return this.bench.board.flash;
  }

  /** The data disks. */
  get dataVolume(): DataVolumePart {
    return this.bench.board.dataVolume;
  }

  /** Model, serial number, MAC addresses and the default password that follows from them. */
  get label(): Label {
    return this.bench.board.label;
  }

  /**
   * The board at this instant, for `resume`: boot and set up once, then begin each test from there
   * in a few milliseconds. Lets time pass, 10 s unless told otherwise, until the appliance is ready
   * and nothing is under way: nobody logged in, no press, no beep. A `UsageError` says what may be
   * in the way.
   */
  async snapshot(options: WaitOptions = { timeout: '10s' }): Promise<TestSnapshot> {
    await this.#time.runWhile(() => !this.bench.isAtRest, options);
    return { bench: this.bench.snapshot(), phone: this.phone.save() };
  }

  /**
   * Waveforms of all that has happened since `powerOn`, as a VCD file for GTKWave, PulseView and
   * the like.
   */
  vcd(): string {
    return vcdOf(this.bench);
  }

  /** Everything that was done to the board and all that it did. */
  get trace(): Trace {
    return this.bench.trace;
  }

  /**
   * Present state of every chart by its name, for example `appliance`, `reset-button`, `console`.
   * A user's 2-step verification is told one at a time: `toBeInState({ 'two-step.admin': … })`.
   */
  get states(): Readonly<Record<string, string>> {
    return this.bench.states();
  }

  /** The appliance's event log, oldest first. */
  get log(): readonly LogEntry[] {
    const log = this.bench.firmware?.log;
    if (log === undefined) {
      throw new UsageError('the event log is only there while the board runs: see bench.ready()');
    }
    return log.page({ limit: 10_000 }).toReversed();
  }

  /** True time. */
  get now(): Date {
    return new Date(this.bench.world.nowUs / 1000);
  }

  /** The resets begun since the last look (or since `powerOn` answered), without taking them. */
  get resets(): readonly ResetSeen[] {
    return this.#resets;
  }

  /** Takes them: the next look begins after the last of them. */
  takeResets(): readonly ResetSeen[] {
    return this.#resets.splice(0);
  }

  /** Lets exactly that much simulated time pass. */
  async advance(span: Duration): Promise<void> {
    await this.#time.advance(span);
  }

  /** Lets time pass until `predicate` holds; it is asked before every event of the world. */
  async until(predicate: () => boolean, options: WaitOptions = {}): Promise<void> {
    const timeout = await this.#time.runWhile(() => !predicate(), options);
    if (predicate()) return;
    throw failedExpectation(
      `what was waited for did not happen within ${timeout}\n${this.describe()}`,
    );
  }

  /** Lets time pass until the appliance is ready and its beep for that is over. */
  async ready(options: WaitOptions = { timeout: readyTimeout }): Promise<void> {
    const isBooting = (): boolean => this.states['appliance'] !== 'ready' || this.buzzer.isSounding;
    const timeout = await this.#time.runWhile(isBooting, options);
    if (!isBooting()) return;
    const title = `the board did not become ready within ${timeout}`;
    const seen = this.states['appliance'] ?? 'off';
    throw failedExpectation(
      `${expectationText(title, { expected: 'appliance ready', seen })}\n${this.describe()}`,
    );
  }

  /** When, in which states and after which last lines: for texts of failures. */
  describe(): string {
    return describeBench(this.bench, this.serial.output);
  }

  /** Switches the board off for good. A second call is no error. */
  async stop(): Promise<void> {
    this.bench.stop();
    await this.bench.world.settle();
  }

  /** `await using bench = await powerOn()` ends in `stop`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
