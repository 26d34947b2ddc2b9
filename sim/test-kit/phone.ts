import type { Bench } from '../bench.ts';
import { UsageError } from '../kernel/invariant.ts';
import { Phone, type PhoneAccount, type PhoneOutcome, type PhoneState } from '../peers/phone.ts';
import { parseSignedDuration } from '../scenario/duration.ts';
import { describeBench, expectationText, failedExpectation } from './report.ts';
import type { TestTime } from './time.ts';

/** A person's phone with an authenticator app, and a clock of its own. */
export class TestPhone {
  readonly #bench: Bench;
  readonly #time: TestTime;
  readonly #phone: Phone;
  readonly #output: () => string;

  /** Its clock is right until it is told otherwise; or it goes on as `state` says. */
  constructor(bench: Bench, time: TestTime, output: () => string, state?: PhoneState) {
    this.#bench = bench;
    this.#time = time;
    this.#output = output;
    this.#phone = new Phone(bench.world);
    if (state !== undefined) this.#phone.restore(state);
  }

  /** Its clock and its accounts as plain data. */
  save(): PhoneState {
    return this.#phone.save();
  }

  /** What the phone believes the time is. */
  get now(): Date {
    return new Date(this.#phone.nowMs);
  }

  get accounts(): readonly PhoneAccount[] {
    return this.#phone.accounts();
  }

  /** Types a key (Base32) or takes an otpauth URI; an account of that name is replaced. */
  async add(keyOrUri: string, name: string): Promise<void> {
    this.#check(await this.#phone.add(keyOrUri, name), 'a key or an otpauth URI');
  }

  /** Points the camera at the console: the last QR code drawn there since power-on. */
  async scanConsole(name: string): Promise<void> {
    const outcome = await this.#phone.scanTerminal(this.#bench.board.uart.output, name);
    this.#check(outcome, 'a QR code on the console that a phone takes');
  }

  /** Points the camera at a PNG picture, such as the answer of the NAS's web server. */
  async scan(picture: { readonly bytes: Uint8Array }, name: string): Promise<void> {
    const outcome = await this.#phone.scanPng(picture.bytes, name);
    this.#check(outcome, 'a QR code in a PNG picture that a phone takes');
  }

  /** The present code of an account. */
  code(name: string): string {
    return this.#phone.code(name);
  }

  /** Lets time pass until the code of an account has changed; answers the new one. */
  async nextCode(name: string): Promise<string> {
    const changesAtMs = this.#phone.nowMs + this.#phone.leftMs(name);
    // More than once where the phone's clock drifts.
    while (this.#phone.nowMs < changesAtMs) {
      const leftUs = Math.ceil((changesAtMs - this.#phone.nowMs) * 1000);
      await this.#time.advance(`${Math.max(1, leftUs)}us`);
    }
    return this.code(name);
  }

  /** The phone's clock is ahead of true time by so much, or behind: `-90s`. */
  setSkew(skew: string): void {
    const parsed = parseSignedDuration(skew);
    if (!parsed.ok) throw new UsageError(parsed.text);
    this.#phone.setSkew(parsed.value / 1000);
  }

  /** From now on the phone's clock gains so much on true time. */
  setDriftPpm(ppm: number): void {
    this.#phone.setDriftPpm(ppm);
  }

  #check(outcome: PhoneOutcome, expected: string): void {
    if (outcome.ok) return;
    const title = 'the phone did not take the account';
    throw failedExpectation(
      `${expectationText(title, { expected, seen: outcome.text })}\n` +
        describeBench(this.#bench, this.#output()),
    );
  }
}
