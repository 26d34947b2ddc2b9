import type { WaveSink } from './signals.ts';

/** How a wall clock moves, as a trace tells it. */
export interface WallClockMotion {
  /** Ahead of true time. */
  readonly offsetMs: number;
  /** What the firmware adds to the rate of the board's clock, and the error of that. */
  readonly ratePpm: number;
  readonly crystalPpm: number;
  /** What is slewed away from here on, at `slewPpm`. */
  readonly slewMs: number;
  readonly slewPpm: number;
}

/** The time step of security codes. */
const stepMs = 30_000;

/** A slew is sampled this often. */
const sampleUs = 1_000_000;

/**
 * The wall clock of a board as straight lines between its changes. Its offset is sampled at each
 * change, at each time step, and each second of a slew.
 */
export class WallClockWave {
  readonly #sink: WaveSink;
  /** True time, µs, of the start of the recording. */
  readonly #startUs: number;
  #motion: WallClockMotion | undefined;
  /** Since the start of the recording. */
  #sinceUs = 0;
  #nextUs = Number.POSITIVE_INFINITY;
  #shownMs: number | undefined;
  #shownStep: number | undefined;

  constructor(sink: WaveSink, startUs: number) {
    this.#sink = sink;
    this.#startUs = startUs;
  }

  /** When its time step changes next. */
  get nextUs(): number {
    return this.#nextUs;
  }

  /** From here on it moves like this; undefined: there is no firmware whose clock it could be. */
  set(atUs: number, motion: WallClockMotion | undefined): void {
    this.#motion = motion;
    this.#sinceUs = atUs;
    this.#show(atUs);
  }

  /** The board's crystal has another error from here on. */
  setCrystal(atUs: number, crystalPpm: number): void {
    const motion = this.#motion;
    if (motion === undefined) return;
    const spanUs = atUs - this.#sinceUs;
    const slewMs = motion.slewMs - slewedMs(motion, spanUs);
    this.set(atUs, { ...motion, offsetMs: this.#offsetMs(motion, atUs), slewMs, crystalPpm });
  }

  /** Nothing more is shown of it. */
  stop(): void {
    this.#motion = undefined;
    this.#nextUs = Number.POSITIVE_INFINITY;
  }

  /** Does what is due at `nextUs`. */
  step(): void {
    this.#show(this.#nextUs);
  }

  #show(atUs: number): void {
    const motion = this.#motion;
    const offsetMs = motion && Math.round(this.#offsetMs(motion, atUs) * 1000) / 1000;
    const step = motion && Math.floor(this.#wallMs(motion, atUs) / stepMs);
    if (offsetMs !== this.#shownMs) this.#sink.change(atUs, 'wall_clock_offset_ms', offsetMs);
    if (step !== this.#shownStep) this.#sink.change(atUs, 'totp_step', step);
    this.#shownMs = offsetMs;
    this.#shownStep = step;
    this.#nextUs = Number.POSITIVE_INFINITY;
    if (motion === undefined || step === undefined) return;
    const stepUs = this.#stepUs(motion, step + 1, atUs);
    const isSlewing = Math.abs(slewedMs(motion, atUs - this.#sinceUs)) < Math.abs(motion.slewMs);
    this.#nextUs = isSlewing ? Math.min(stepUs, atUs + sampleUs) : stepUs;
  }

  /** The first µs after `afterUs` in which a time step has begun. */
  #stepUs(motion: WallClockMotion, step: number, afterUs: number): number {
    const wantedMs = step * stepMs;
    let atUs = afterUs;
    // Each look ahead is off by the little that the clock gains on the way.
    for (;;) {
      const leftUs = Math.ceil((wantedMs - this.#wallMs(motion, atUs)) * 1000);
      if (leftUs <= 0) break;
      atUs += Math.max(1, Math.floor(leftUs * 0.8));
    }
    return Math.max(afterUs + 1, atUs);
  }

  #wallMs(motion: WallClockMotion, atUs: number): number {
    return (this.#startUs + atUs) / 1000 + this.#offsetMs(motion, atUs);
  }

  #offsetMs(motion: WallClockMotion, atUs: number): number {
    const { offsetMs, ratePpm, crystalPpm } = motion;
    const spanUs = atUs - this.#sinceUs;
    const gain = (1 + crystalPpm / 1e6) * (1 + ratePpm / 1e6) - 1;
    return offsetMs + (spanUs / 1000) * gain + slewedMs(motion, spanUs);
  }
}

function slewedMs({ slewMs, slewPpm, crystalPpm }: WallClockMotion, spanUs: number): number {
  if (slewMs === 0) return 0;
  const doneMs = (spanUs / 1000) * (1 + crystalPpm / 1e6) * (slewPpm / 1e6);
  return Math.sign(slewMs) * Math.min(Math.abs(slewMs), doneMs);
}
