import { createActor, type ActorRefFrom } from 'xstate';
import type { Board } from '#hal/board';
import type { EventLog, Severity } from '../log/event-log.ts';
import { oneLine } from '../log/one-line.ts';
import { isEndOfLife } from '../operating-error.ts';
import { StoreError } from '../store/store-error.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import { elapsedMs } from '../time/elapsed.ts';
import type { WallClock } from '../time/wall-clock.ts';
import { handIn } from './hand-in.ts';
import { maskedAddress, normalAddress } from './mail-address.ts';
import type { MailAccounts } from './mail-accounts.ts';
import type { MailQueue, StoredMail } from './mail-queue.ts';
import { outboxMachine, type OutboxEffects, type OutboxSenses } from './outbox.machine.ts';
import type { Outbox, OutgoingMail, QueuedMail, WaitingMail } from './outbox.ts';
import { mailLifeMs, triesMax, waitAfterMs } from './retries.ts';

/** What the outbox works with. */
export interface OutboxDeps {
  readonly board: Board;
  readonly store: WatchedStore;
  readonly queue: MailQueue;
  readonly accounts: MailAccounts;
  readonly log: EventLog;
  readonly wallClock: Pick<WallClock, 'nowMs' | 'trust'>;
  /** Hears what fails where nobody waits for an answer. */
  readonly onFailure: (error: unknown) => void;
}

/** So many mails wait at most: a server that is gone must not fill the flash. */
const mailsMax = 200;

const subjectCharactersMax = 200;

/** Where the flash fails it is looked at again after that, ms. */
const failingFlashMs = 60_000;

/** What is known of a waiting mail that the store does not say. */
interface Memory {
  /** Monotonic: not before that. */
  dueMs: number;
  /** Monotonic; of a mail that was queued in this life. */
  readonly queuedMs?: number;
  readonly tell?: (outcome: 'sent' | 'failed') => void;
  problem?: string;
}

/** The queue of mails on a board; see `Outbox`. */
export class OutboxService implements Outbox, OutboxSenses, OutboxEffects {
  readonly #deps: OutboxDeps;
  readonly #memories = new Map<number, Memory>();
  /** As the chart decides by; undefined where the flash could not be read. */
  #ids: readonly number[] | undefined = [];
  #actor: ActorRefFrom<typeof outboxMachine> | undefined;
  /** Of the mail that is handed in; most lives of a board send none. */
  #abort: AbortController | undefined;
  #isStopped = false;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  get isConfigured(): boolean {
    return !this.#deps.accounts.isEmpty;
  }

  get isIdle(): boolean {
    return this.#actor === undefined || this.#actor.getSnapshot().matches('empty');
  }

  enqueue(mail: OutgoingMail): QueuedMail | undefined {
    const { to, text, lifeMs = mailLifeMs } = mail;
    if (normalAddress(to) !== to) throw new Error('a mail to what is no address');
    if (!this.isConfigured) return undefined;
    const { queue, board, store } = this.#deps;
    if (queue.ids().length >= mailsMax) {
      this.#note('warning', `a mail was not queued: ${mailsMax} wait already`);
      return undefined;
    }
    const id = queue.add({
      to,
      subject: oneLine(mail.subject, subjectCharactersMax),
      text,
      lifeMs,
    });
    const nowMs = board.clock.now();
    const firstTry = new Promise<'sent' | 'failed'>((tell) => {
      store.afterCommit(() => {
        this.#memories.set(id, { dueMs: nowMs, queuedMs: nowMs, tell });
        this.#wake();
      });
    });
    return { id, firstTry };
  }

  waiting(): readonly WaitingMail[] {
    return this.#deps.queue.list().map(({ id, to, subject, queuedAtMs, tries }) => {
      const lastProblem = this.#memories.get(id)?.problem;
      return { id, to, subject, queuedAtMs, tries, lastProblem };
    });
  }

  removeAll(): void {
    const { queue, store } = this.#deps;
    queue.removeAll();
    store.afterCommit(() => this.#memories.clear());
  }

  start(): void {
    this.#look();
    if (this.isAnyWaiting()) this.#wake();
  }

  stop(): void {
    this.#isStopped = true;
    this.#actor?.stop();
    this.#abort?.abort();
  }

  isAnyDue(): boolean {
    this.#look();
    return this.#nextDue() !== undefined;
  }

  isAnyWaiting(): boolean {
    return this.#ids?.length !== 0;
  }

  msToNext(): number {
    if (this.#ids === undefined) return failingFlashMs;
    const now = this.#deps.board.clock.now();
    return Math.max(0, Math.min(...this.#ids.map((id) => elapsedMs(now, this.#dueMs(id)))));
  }

  handIn(): void {
    this.#abort = new AbortController();
    this.#handInNext(this.#abort.signal)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        if (!this.#isStopped) this.#actor?.send({ type: 'handIn.ended' });
      });
  }

  giveUp(): void {
    this.#abort?.abort();
  }

  /** The chart is made with the first mail: most lives of a board send none. */
  #wake(): void {
    if (this.#isStopped) return;
    if (this.#actor !== undefined) {
      this.#actor.send({ type: 'mail.queued' });
      return;
    }
    this.#actor = createActor(outboxMachine, {
      clock: this.#deps.board.clock,
      input: { senses: this, effects: this },
    });
    this.#actor.subscribe({ error: (error) => this.#fail(error) });
    this.#actor.start();
  }

  async #handInNext(signal: AbortSignal): Promise<void> {
    const id = this.#nextDue();
    if (id === undefined) return;
    // Whatever fails below, the next try does not come at once.
    const memory = this.#memories.get(id) ?? { dueMs: 0 };
    memory.dueMs = this.#deps.board.clock.now() + failingFlashMs;
    this.#memories.set(id, memory);
    const mail = this.#find(id);
    if (mail === undefined) return;
    if (this.#leftMs(mail) <= 0) return this.#drop(mail, memory.problem ?? 'its time is over');
    const problem = await this.#tryOnce(mail, signal);
    if (this.#isStopped) return undefined;
    if (problem !== undefined) return this.#failed(mail, problem);
    memory.tell?.('sent');
    this.#deps.queue.remove(id);
    this.#memories.delete(id);
    return undefined;
  }

  /** One that does not open on this board never will: it is dropped. */
  #find(id: number): StoredMail | undefined {
    const { queue, store } = this.#deps;
    try {
      return queue.find(id);
    } catch (error) {
      if (!(error instanceof StoreError) || error.reason !== 'damaged') throw error;
      store.transaction(() => {
        queue.remove(id);
        this.#note('error', 'a mail was dropped: it cannot be read on this board');
      });
      this.#memories.delete(id);
      return undefined;
    }
  }

  /** Answers what went wrong. */
  async #tryOnce(mail: StoredMail, signal: AbortSignal): Promise<string | undefined> {
    const account = this.#deps.accounts.wayOut();
    if (!account.ok) return account.text;
    return handIn(this.#deps, mail, { ...account.value, signal });
  }

  /** Notes an attempt that failed; the last one drops the mail. */
  #failed(mail: StoredMail, problem: string): void {
    const { id } = mail;
    const { queue, store, board } = this.#deps;
    const tries = mail.tries + 1;
    const leftMs = this.#leftMs(mail);
    if (tries >= triesMax || leftMs <= 0) return this.#drop({ ...mail, tries }, problem);
    const memory = this.#memories.get(id);
    // A reset may have emptied the queue meanwhile.
    if (memory === undefined) return undefined;
    memory.tell?.('failed');
    memory.problem = problem;
    memory.dueMs = board.clock.now() + Math.min(waitAfterMs(tries), leftMs);
    store.transaction(() => {
      queue.setTries(id, tries);
      if (tries > 1) return;
      this.#note('warning', `${named(mail)} could not be sent and is tried again: ${problem}`);
    });
    return undefined;
  }

  #drop(mail: StoredMail, problem: string): void {
    const { queue, store } = this.#deps;
    this.#memories.get(mail.id)?.tell?.('failed');
    const attempts = mail.tries === 1 ? '1 attempt' : `${mail.tries} attempts`;
    store.transaction(() => {
      queue.remove(mail.id);
      this.#note('error', `${named(mail)} was dropped after ${attempts}: ${problem}`);
    });
    this.#memories.delete(mail.id);
  }

  /** How long it may still wait, ms; endless where no clock can tell. */
  #leftMs({ id, lifeMs, queuedAtMs, isTimeKnown }: StoredMail): number {
    const { board, wallClock } = this.#deps;
    const queuedMs = this.#memories.get(id)?.queuedMs;
    if (queuedMs !== undefined) return elapsedMs(board.clock.now(), queuedMs + lifeMs);
    if (!isTimeKnown || wallClock.trust === 'unset') return Number.POSITIVE_INFINITY;
    return lifeMs - (wallClock.nowMs() - queuedAtMs);
  }

  #nextDue(): number | undefined {
    const now = this.#deps.board.clock.now();
    return this.#ids?.find((id) => elapsedMs(this.#dueMs(id), now) >= 0);
  }

  /** A mail of an earlier life is due at once. */
  #dueMs(id: number): number {
    return this.#memories.get(id)?.dueMs ?? 0;
  }

  /** The chart must not meet a failing flash. */
  #look(): void {
    try {
      this.#ids = this.#deps.queue.ids();
    } catch (error) {
      this.#ids = undefined;
      this.#fail(error);
    }
  }

  #note(severity: Severity, text: string): void {
    this.#deps.log.append({ severity, category: 'mail', text });
  }

  #fail(error: unknown): void {
    if (!this.#isStopped && !isEndOfLife(error)) this.#deps.onFailure(error);
  }
}

function named({ to }: StoredMail): string {
  return `a mail to ${maskedAddress(to)}`;
}
