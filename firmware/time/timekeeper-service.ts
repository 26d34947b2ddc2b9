import { createActor, type ActorRefFrom } from 'xstate';
import type { Clock } from '#hal/clock';
import type { Ntp } from '#hal/ntp';
import { isEndOfLife } from '../operating-error.ts';
import type { Settings } from '../settings/settings.ts';
import { DisciplinedClock, undisciplined } from './disciplined-clock.ts';
import { elapsedMs } from './elapsed.ts';
import { LeapSecond } from './leap-second.ts';
import { RtcSetter } from './rtc-setter.ts';
import { retryWaitMs } from './server-waits.ts';
import { SyncJournal, type SyncJournalDeps } from './sync-journal.ts';
import { syncPlan, type SyncPlan } from './sync-plan.ts';
import { judgeRound, type Reply } from './sync-round.ts';
import { SyncRounds } from './sync-rounds.ts';
import {
  timekeeperMachine,
  type TimekeeperEffects,
  type TimekeeperEvent,
  type TimekeeperSenses,
} from './timekeeper.machine.ts';
import type {
  SyncAsker,
  SyncHistory,
  SyncOutcome,
  Timekeeper,
  TimekeeperRecord,
  TimekeeperState,
  TimekeeperStatus,
} from './timekeeper.ts';
import type { ClockStep, SteerableClock } from './wall-clock.ts';

/** What the timekeeper works with. */
export interface TimekeeperDeps extends SyncJournalDeps {
  readonly board: { readonly clock: Clock; readonly ntp: Ntp };
  readonly wallClock: SteerableClock;
  readonly settings: Settings;
  /** Goes on from there. */
  readonly resume?: TimekeeperRecord | undefined;
}

const recentMax = 64;

const nothingYet: SyncHistory = { failures: 0, retryAtMs: 0, recent: [] };

/** Keeps the wall clock of a board; see `Timekeeper` and the chart. */
export class TimekeeperService implements Timekeeper, TimekeeperSenses, TimekeeperEffects {
  readonly #deps: TimekeeperDeps;
  readonly #clock: DisciplinedClock;
  readonly #rounds: SyncRounds;
  readonly #journal: SyncJournal;
  readonly #leapSecond: LeapSecond;
  readonly #rtc: RtcSetter;
  readonly #stateListeners: ((state: TimekeeperState) => void)[] = [];
  #waiters: ((outcome: SyncOutcome) => void)[] = [];
  #actor: ActorRefFrom<typeof timekeeperMachine> | undefined;
  #plan: SyncPlan = syncPlan();
  #history: SyncHistory;
  #isForced = false;
  #by: SyncAsker | undefined;
  #isStopped = false;

  constructor(deps: TimekeeperDeps) {
    const { board, wallClock, settings, resume } = deps;
    const { clock, ntp } = board;
    this.#deps = deps;
    this.#history = resume?.history ?? nothingYet;
    this.#journal = new SyncJournal(
      deps,
      resume && {
        failure: resume.history.lastFailure?.reason,
        falsetickers: resume.falsetickers,
      },
    );
    this.#clock = new DisciplinedClock(clock, wallClock, resume?.discipline ?? undisciplined);
    this.#rounds = new SyncRounds({
      clock,
      ntp,
      waits: resume?.waits ?? {},
      onKiss: (server, text) => this.#journal.kissed(server, text),
      onFailure: (error) => this.#fail(error),
    });
    this.#rtc = new RtcSetter({
      clock,
      wallClock,
      isFailing: resume?.isRtcFailing ?? false,
      onChange: (isFailing) => this.#journal.rtcChanged(isFailing),
    });
    this.#leapSecond = new LeapSecond({
      clock,
      wallClock,
      onDue: (byMs) => wallClock.step(byMs, 'leap-second'),
    });
    wallClock.onStep((step) => this.#followStep(step));
    settings.onChange('time.ntp.', () => this.#followSettings());
  }

  get state(): TimekeeperState {
    const value = this.#actor?.getSnapshot().value ?? 'off';
    if (value === 'deciding' || value === 'off' || 'off' in value) return 'off';
    if (Object.values(value).includes('retrying')) return 'retrying';
    if ('synchronised' in value) return 'synchronised';
    return 'holdover' in value ? 'holdover' : 'unsynchronised';
  }

  get status(): TimekeeperStatus {
    const { lastSync, lastFailure, recent } = this.#history;
    const { boundMs } = this.#clock;
    const { rate, syncedAtMs } = this.#clock.record;
    const leap = this.#leapSecond.coming;
    return {
      trust: this.#deps.wallClock.trust,
      isEnabled: this.#plan.isEnabled,
      servers: this.#servers,
      isAsking: this.#rounds.isUnderWay,
      recent,
      ...(syncedAtMs !== undefined && { sinceSyncMs: this.#now() - syncedAtMs }),
      ...(boundMs !== undefined && { boundMs }),
      ...(rate.ppm !== 0 && { crystalPpm: -rate.ppm }),
      ...(lastSync !== undefined && { lastSync }),
      ...(lastFailure !== undefined && { lastFailure }),
      ...(leap !== undefined && { leap }),
    };
  }

  get isIdle(): boolean {
    return !this.#rounds.isUnderWay && !this.#rtc.isDue;
  }

  syncNow({ force = false, by }: { force?: boolean; by?: SyncAsker } = {}): Promise<SyncOutcome> {
    if (this.state === 'off') return Promise.resolve(disabledOutcome);
    this.#isForced ||= force;
    this.#by = by ?? this.#by;
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.ask();
    });
  }

  requestSync(): void {
    if (this.state !== 'off') this.ask();
  }

  networkChanged(): void {
    this.#send({ type: 'network.changed' });
  }

  disturb(byMs: number): void {
    this.#deps.wallClock.step(byMs, 'outside');
  }

  onState(listener: (state: TimekeeperState) => void): void {
    this.#stateListeners.push(listener);
  }

  start(): void {
    if (this.#isStopped) return;
    this.#readSettings();
    this.#leapSecond.announce(this.#deps.resume?.leap ?? 'none');
    const actor = createActor(timekeeperMachine, {
      clock: this.#deps.board.clock,
      input: { senses: this, effects: this },
    });
    this.#actor = actor;
    let state: TimekeeperState | undefined;
    actor.subscribe({
      next: () => {
        if (state === this.state) return;
        state = this.state;
        for (const listener of this.#stateListeners) listener(state);
      },
      error: (error) => this.#fail(error),
    });
    actor.start();
  }

  stop(): void {
    this.#isStopped = true;
    this.#actor?.stop();
    this.#rounds.end();
    this.#leapSecond.stop();
    this.#rtc.stop();
  }

  record(): TimekeeperRecord {
    return {
      history: this.#history,
      discipline: this.#clock.record,
      waits: this.#rounds.waits,
      falsetickers: this.#journal.falsetickers,
      isRtcFailing: this.#rtc.isFailing,
      leap: this.#leapSecond.coming?.kind ?? 'none',
    };
  }

  isEnabled(): boolean {
    return this.#plan.isEnabled;
  }

  lastRound(): 'synchronised' | 'failed' | undefined {
    return this.#history.lastRound;
  }

  belief(): 'synchronised' | 'holdover' | undefined {
    const { trust } = this.#deps.wallClock;
    return trust === 'synchronised' || trust === 'holdover' ? trust : undefined;
  }

  msToRetry(): number {
    return Math.max(0, elapsedMs(this.#now(), this.#history.retryAtMs));
  }

  msToHoldover(): number {
    const endMs = (this.#clock.record.syncedAtMs ?? 0) + 3 * this.#plan.intervalMs;
    return Math.max(0, elapsedMs(this.#now(), endMs));
  }

  ask(): void {
    if (this.#isStopped) return;
    this.#rounds.begin({
      servers: this.#servers,
      intervalMs: this.#plan.intervalMs,
      onReplies: (replies) => this.#settle(replies),
    });
  }

  believe(trust: 'synchronised' | 'holdover'): void {
    this.#deps.wallClock.believe(trust);
    if (trust === 'holdover') void this.#tellHoldover();
  }

  /** Mail has a chart of its own, which must not run in the middle of an action of this one. */
  async #tellHoldover(): Promise<void> {
    await Promise.resolve();
    if (!this.#isStopped) this.#journal.heldOver(this.#history.lastFailure?.text);
  }

  get #servers(): readonly string[] {
    const { servers } = this.#plan;
    return servers.length > 0 ? servers : this.#deps.board.ntp.servers;
  }

  #now(): number {
    return this.#deps.board.clock.now();
  }

  /** The answers of a round are there: sets the clock, or says why not. */
  #settle(replies: readonly Reply[]): void {
    const { wallClock } = this.#deps;
    const isForced = this.#isForced;
    const by = this.#by;
    this.#isForced = false;
    this.#by = undefined;
    const wasTrusted = wallClock.trust === 'synchronised';
    const fromMs = wallClock.nowMs();
    const verdict = judgeRound(replies, this.#clock.reading, { isForced });
    const outcome = this.#clock.judge(verdict, { isForced });
    if (outcome.ok) this.#keep(outcome);
    else this.#refuse(outcome, { isUnreached: !verdict.ok && verdict.isUnreached });
    this.#send({ type: outcome.ok ? 'round.synchronised' : 'round.failed' });
    this.#journal.roundEnded(outcome, { by, wasTrusted, fromMs });
    if (verdict.ok && outcome.ok && this.#leapSecond.announce(verdict.leap)) {
      this.#journal.leapAnnounced(this.#leapSecond.coming);
    }
    for (const tell of this.#waiters.splice(0)) tell(outcome);
  }

  #keep(outcome: Extract<SyncOutcome, { readonly ok: true }>): void {
    const { offsetMs, boundMs, how, servers } = outcome;
    const doubtedMs = this.#clock.correct(outcome);
    if (doubtedMs !== undefined) this.#journal.doubted(offsetMs, doubtedMs);
    const point = { atMs: this.#deps.wallClock.nowMs(), offsetMs, boundMs };
    this.#history = {
      lastRound: 'synchronised',
      lastSync: { ...point, how, servers },
      failures: 0,
      retryAtMs: 0,
      recent: [...this.#history.recent.slice(1 - recentMax), point],
    };
    this.#rtc.setSoon();
  }

  #refuse(
    { reason, text, servers }: Extract<SyncOutcome, { readonly ok: false }>,
    { isUnreached }: { readonly isUnreached: boolean },
  ): void {
    const failures = this.#history.failures + 1;
    const waitMs = retryWaitMs(failures, { isUnreached, intervalMs: this.#plan.intervalMs });
    this.#history = {
      ...this.#history,
      lastRound: 'failed',
      lastFailure: { atMs: this.#deps.wallClock.nowMs(), reason, text, servers },
      failures,
      retryAtMs: this.#now() + waitMs,
    };
  }

  #followStep(step: ClockStep): void {
    if (step.cause === 'manual') this.#send({ type: 'clock.setByHand' });
    else if (step.cause !== 'sync') this.#journal.stepped(step);
  }

  /** Answers whether anything is different. */
  #readSettings(): boolean {
    try {
      const before = this.#plan;
      this.#plan = syncPlan(this.#deps.settings);
      return JSON.stringify(before) !== JSON.stringify(this.#plan);
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #followSettings(): void {
    if (this.#actor === undefined || !this.#readSettings()) return;
    this.#history = { ...this.#history, failures: 0 };
    this.#rounds.forgetWaits();
    this.#rounds.end();
    this.#send({ type: 'settings.changed' });
    if (this.state === 'off') for (const tell of this.#waiters.splice(0)) tell(disabledOutcome);
  }

  #send(event: TimekeeperEvent): void {
    if (!this.#isStopped) this.#actor?.send(event);
  }

  #fail(error: unknown): void {
    if (!this.#isStopped && !isEndOfLife(error)) this.#deps.onFailure(error);
  }
}

const disabledOutcome: SyncOutcome = {
  ok: false,
  reason: 'disabled',
  servers: [],
  text: 'synchronisation with time servers is switched off',
};
