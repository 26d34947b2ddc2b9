import type { Bench } from '../../bench.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import { mailNews, printable } from '../../peers/mail-screen.ts';
import { formatSpan } from '../../scenario/duration.ts';
import { describeLamp, viewLamp } from '../../scenario/led-pattern.ts';

/** Where a narrator's text goes. */
export interface NarratorOutput {
  /** A whole line. */
  line(text: string): void;
  /** Text without a line end, where that can be; answers whether it was shown. */
  partial(text: string): boolean;
}

/** What the charts' states mean to a person who pressed RESET. */
const verdicts: Readonly<Record<string, string>> = {
  'resetting-basic': 'basic reset',
  'resetting-advanced': 'advanced reset',
};

/** States that say nothing to a person who sees the board start. */
const passingStates: readonly string[] = ['self-test', 'starting'];

/**
 * Tells what the board does as it does it: beeps, LED changes, power and states of the appliance,
 * each with the time since the last stimulus.
 */
export class Narrator {
  readonly #bench: Bench;
  readonly #output: NarratorOutput;
  #originUs: number;
  #pressedAtUs: number | undefined;
  #released: { readonly atUs: number; readonly heldUs: number } | undefined;
  #hasFiredWhileHeld = false;
  /** How the beep that sounds was told: on a line still open, on one that is closed, not at all. */
  #beepTold: 'open' | 'closed' | undefined;
  #ledText = '';

  /** Times count from now. */
  constructor(bench: Bench, output: NarratorOutput) {
    this.#bench = bench;
    this.#output = output;
    this.#originUs = bench.world.nowUs;
    this.#ledText = this.#ledNow();
  }

  /** Begins to tell; the answer ends it. */
  start(): () => void {
    return this.#bench.trace.onRecord((record) => this.#tell(record));
  }

  /** A stimulus enters now: times count from here. */
  mark(): void {
    this.#originUs = this.#bench.world.nowUs;
  }

  /** What the last stimulus did is known by now: a release that had no consequence is told. */
  conclude(): void {
    this.#tellRelease('nothing');
  }

  #tell(record: TraceRecord): void {
    const { source, kind } = record;
    if (source === 'buzzer') this.#tellBeep(record.t, record['on'] === true);
    else if (source === 'led') this.#tellLed(record.t);
    else if (source === 'reset' && record.stimulus === true) this.#notePress(record);
    else if (source === 'firmware' && kind === 'state') this.#tellState(record);
    else if (source === 'power' && record.stimulus !== true) this.#tellPower(record);
    else if (source === 'mail-server' && kind === 'taken') this.#tellMail(record.t);
    else if (source === 'mail' && kind === 'failed') this.#tellMailFailure(record);
  }

  /** Where it can be, a beep is told as it begins, and its length on the same line as it ends. */
  #tellBeep(atUs: number, isOn: boolean): void {
    if (isOn) {
      this.#closeBeepLine();
      this.#beepTold = this.#output.partial(this.#line(atUs, 'beep')) ? 'open' : undefined;
      return;
    }
    const told = this.#beepTold;
    this.#beepTold = undefined;
    const startUs = this.#bench.board.buzzer.beeps.at(-1)?.startUs ?? atUs;
    const length = formatSpan(atUs - startUs);
    if (told === 'open') this.#output.partial(` ${length}\n`);
    else if (told === 'closed' || startUs < this.#originUs) this.#say(atUs, `beep was ${length}`);
    else this.#say(startUs, `beep ${length}`);
  }

  /** A blinking LED is told once, not at every change. */
  #tellLed(atUs: number): void {
    const text = this.#ledNow();
    if (text === this.#ledText) return;
    this.#ledText = text;
    this.#say(atUs, `led ${text}`);
  }

  /** A release is told with its consequence, which comes a debouncing time later. */
  #notePress({ kind, t }: TraceRecord): void {
    if (kind === 'press') {
      this.#pressedAtUs = t;
      this.#hasFiredWhileHeld = false;
    } else if (kind === 'release' && this.#pressedAtUs !== undefined) {
      this.#released = { atUs: t, heldUs: t - this.#pressedAtUs };
      this.#pressedAtUs = undefined;
      if (this.#hasFiredWhileHeld) this.#tellRelease(undefined);
    }
  }

  #tellState({ t, chart, state }: TraceRecord): void {
    if (chart !== 'appliance' || typeof state !== 'string') return;
    const verdict = verdicts[state];
    if (verdict === undefined) {
      if (!passingStates.includes(state)) this.#say(t, `appliance ${state}`);
    } else if (this.#released === undefined) {
      this.#hasFiredWhileHeld = this.#pressedAtUs !== undefined;
      this.#say(t, verdict);
    } else {
      this.#tellRelease(verdict);
    }
  }

  #tellRelease(verdict: string | undefined): void {
    if (this.#released === undefined) return;
    const { atUs, heldUs } = this.#released;
    this.#released = undefined;
    const consequence = verdict === undefined ? '' : `  ->  ${verdict}`;
    this.#say(atUs, `released after ${(heldUs / 1e6).toFixed(3)} s${consequence}`);
  }

  #tellPower({ t, kind, reason }: TraceRecord): void {
    if (kind === 'start')
      this.#say(t, typeof reason === 'string' ? `board starts (${reason})` : 'board starts');
    else if (kind === 'watchdog') this.#say(t, 'watchdog bites: the board restarts');
    else if (kind === 'cut') this.#say(t, 'power fails');
    else if (kind === 'off') this.#say(t, 'board switches itself off');
  }

  #tellMail(atUs: number): void {
    const mail = this.#bench.mailServer.messages.at(-1);
    if (mail !== undefined) this.#say(atUs, mailNews(mail));
  }

  #tellMailFailure({ t, text }: TraceRecord): void {
    if (typeof text === 'string') this.#say(t, `mail not handed in: ${printable(text)}`);
  }

  #ledNow(): string {
    const { board, world } = this.#bench;
    const view = viewLamp(board.statusLed.history, world.nowUs);
    return view.kind === 'blinking' ? describeLamp(view) : view.colour;
  }

  #say(atUs: number, text: string): void {
    this.#closeBeepLine();
    this.#output.line(this.#line(atUs, text));
  }

  #closeBeepLine(): void {
    if (this.#beepTold !== 'open') return;
    this.#beepTold = 'closed';
    this.#output.partial(' …\n');
  }

  #line(atUs: number, text: string): string {
    return `${((atUs - this.#originUs) / 1e6).toFixed(3).padStart(7)} s  ${text}`;
  }
}
