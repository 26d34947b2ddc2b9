import type { Clock } from '#hal/clock';
import { firmwareBuildMs } from '../version.ts';
import { errorBoundMs, judgeOffset, learnRate, unknownRate, type Rate } from './discipline.ts';
import type { RoundClocks, RoundVerdict } from './sync-round.ts';
import { correctionText, refusalText } from './sync-texts.ts';
import type { SyncOutcome } from './timekeeper.ts';
import type { ClockStep, SteerableClock } from './wall-clock.ts';

/** What is known of the wall clock's error, as plain data. Instants are of the monotonic clock. */
export interface DisciplineRecord {
  readonly rate: Rate;
  /** Absent before the first sync of this boot. */
  readonly syncedAtMs?: number | undefined;
  /** How far off the clock may have been right after the last sync; absent: nobody knows. */
  readonly syncBoundMs?: number | undefined;
}

/** A clock about which nothing is known. */
export const undisciplined: DisciplineRecord = { rate: unknownRate };

/** The wall clock under the discipline of syncs: what they do to it, and how far it may be off. */
export class DisciplinedClock {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #wallClock: SteerableClock;
  #known: DisciplineRecord;

  constructor(clock: Pick<Clock, 'now'>, wallClock: SteerableClock, known: DisciplineRecord) {
    this.#clock = clock;
    this.#wallClock = wallClock;
    this.#known = known;
    wallClock.onStep((step) => this.#follow(step));
  }

  get record(): DisciplineRecord {
    return this.#known;
  }

  /** Both clocks now, to judge a round by. */
  get reading(): RoundClocks {
    const { rate } = this.#known;
    return {
      monotonicMs: this.#clock.now(),
      wallMs: this.#wallClock.nowMs(),
      ratePpm: rate.ppm,
      skewPpm: rate.skewPpm,
      floorMs: firmwareBuildMs,
    };
  }

  /** How far the wall clock may be off now; undefined where nobody can tell. */
  get boundMs(): number | undefined {
    const { syncedAtMs, syncBoundMs, rate } = this.#known;
    if (syncedAtMs === undefined || syncBoundMs === undefined) return undefined;
    const { slewLeftMs } = this.#wallClock;
    const sinceMs = this.#clock.now() - syncedAtMs;
    return errorBoundMs({ boundMs: syncBoundMs, slewLeftMs, sinceMs, skewPpm: rate.skewPpm });
  }

  /** What is to be done about what a round came to; does nothing yet. */
  judge(verdict: RoundVerdict, options: { readonly isForced: boolean }): SyncOutcome {
    if (!verdict.ok) return verdict;
    const { offsetMs, boundMs, servers } = verdict;
    const judged = judgeOffset(offsetMs, {
      wallMs: this.#wallClock.nowMs(),
      floorMs: firmwareBuildMs,
      isFirst: this.#known.syncedAtMs === undefined,
      isForced: options.isForced,
    });
    if (!judged.ok) {
      const { reason } = judged;
      return { ok: false, servers, reason, text: refusalText(reason, offsetMs) };
    }
    const { how } = judged;
    return { ok: true, offsetMs, boundMs, servers, how, text: correctionText(how, offsetMs) };
  }

  /**
   * Steps or slews the clock, and learns the rate of its crystal. Answers how sure it was to be
   * right, where it was farther off than that.
   */
  correct({ offsetMs, boundMs, how }: Extract<SyncOutcome, { ok: true }>): number | undefined {
    const { monotonicMs, wallMs } = this.reading;
    const sureMs = this.boundMs;
    const isDoubted = sureMs !== undefined && Math.abs(offsetMs) > sureMs + boundMs;
    const before = this.#known.rate;
    const fix = { monotonicMs, trueMs: wallMs + offsetMs, boundMs };
    const rate = learnRate(before, fix, isDoubted);
    if (rate.ppm !== before.ppm) this.#wallClock.setRate(rate.ppm);
    if (how === 'step') this.#wallClock.step(offsetMs, 'sync');
    else this.#wallClock.slew(offsetMs);
    this.#known = { rate, syncedAtMs: monotonicMs, syncBoundMs: boundMs };
    return isDoubted ? sureMs : undefined;
  }

  #follow({ fromMs, toMs, cause }: ClockStep): void {
    const { syncBoundMs, rate } = this.#known;
    const byMs = toMs - fromMs;
    if (cause === 'manual') {
      this.#known = { ...this.#known, syncBoundMs: undefined };
    } else if (cause === 'leap-second' && rate.since !== undefined) {
      // Time by the servers does the same: it must not look like a change of the crystal.
      const { since } = rate;
      const shifted = { ...since, trueMs: since.trueMs + byMs };
      this.#known = { ...this.#known, rate: { ...rate, since: shifted } };
    } else if (cause === 'outside' && syncBoundMs !== undefined) {
      this.#known = { ...this.#known, syncBoundMs: syncBoundMs + Math.abs(byMs) };
    }
  }
}
