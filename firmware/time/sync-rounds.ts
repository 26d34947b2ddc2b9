import type { Clock, TimerId } from '#hal/clock';
import type { Ntp } from '#hal/ntp';
import { waitAfterKiss, type ServerWait } from './server-waits.ts';
import { askServer, type Reply } from './sync-round.ts';
import { waitingText } from './sync-texts.ts';

/** What asking takes. */
export interface SyncRoundsOptions {
  readonly clock: Clock;
  readonly ntp: Pick<Ntp, 'query'>;
  /** Servers that wait, in the life before a snapshot. */
  readonly waits: Readonly<Record<string, ServerWait>>;
  /** Hears of each kiss-o'-death that makes a server wait. */
  readonly onKiss: (server: string, text: string) => void;
  /** Hears of what is no operating error of a driver. */
  readonly onFailure: (error: unknown) => void;
}

/** Whom to ask, and what is done with the answers. */
export interface Round {
  readonly servers: readonly string[];
  /** Time between two rounds, for servers that are asked too often. */
  readonly intervalMs: number;
  onReplies(replies: readonly Reply[]): void;
}

/**
 * The longest that a round may take, ms by the board's clock. An answer that takes longer leaves
 * more than a second of doubt; and a board with a dead server on its list still knows the time
 * before it is ready.
 */
const roundLimitMs = 2_000;

/** Asks servers in rounds, one at a time, and none that does not want to be asked. */
export class SyncRounds {
  readonly #options: SyncRoundsOptions;
  #waits: Readonly<Record<string, ServerWait>>;
  #round: Round | undefined;
  /** Good for many rounds, until one of them is given up. */
  #abort = new AbortController();
  #timer: TimerId;

  constructor(options: SyncRoundsOptions) {
    this.#options = options;
    this.#waits = options.waits;
  }

  get isUnderWay(): boolean {
    return this.#round !== undefined;
  }

  /** Servers that sent a kiss-o'-death, and until when they wait. */
  get waits(): Readonly<Record<string, ServerWait>> {
    return this.#waits;
  }

  /** Asks all at once; where that is under way already, nothing happens. */
  begin(round: Round): void {
    if (this.#round !== undefined) return;
    this.#round = round;
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    this.#timer = this.#options.clock.setTimeout(() => this.#abort.abort(), roundLimitMs);
    this.#run(round, this.#abort.signal).catch(this.#options.onFailure);
  }

  /** Whatever comes back from now on is for nobody. */
  end(): void {
    if (this.#round === undefined) return;
    this.#finish();
    this.#abort.abort();
  }

  /** A person has changed the list: all may be asked again. */
  forgetWaits(): void {
    this.#waits = {};
  }

  async #run(round: Round, signal: AbortSignal): Promise<void> {
    const asked = round.servers.map((server) => this.#ask(server, signal));
    const replies = await Promise.all(asked);
    if (this.#round !== round) return;
    this.#finish();
    this.#heedKisses(replies, round.intervalMs);
    round.onReplies(replies);
  }

  #finish(): void {
    this.#round = undefined;
    this.#options.clock.clearTimeout(this.#timer);
  }

  async #ask(server: string, signal: AbortSignal): Promise<Reply> {
    const { ntp, clock } = this.#options;
    const wait = this.#waits[server];
    const leftMs = wait === undefined ? 0 : wait.untilMs - clock.now();
    if (wait === undefined || leftMs <= 0) return askServer(ntp, server, signal);
    return { kind: 'waiting', server, text: waitingText(wait.kiss, leftMs) };
  }

  #heedKisses(replies: readonly Reply[], intervalMs: number): void {
    for (const reply of replies) {
      const { server } = reply;
      const before = this.#waits[server];
      if (reply.kind === 'sample' && before !== undefined) {
        const others = Object.entries(this.#waits).filter(([name]) => name !== server);
        this.#waits = Object.fromEntries(others);
      }
      if (reply.kind !== 'kiss') continue;
      const nowMs = this.#options.clock.now();
      const wait = waitAfterKiss(reply.kiss, { before, nowMs, intervalMs });
      if (wait === undefined) continue;
      this.#waits = { ...this.#waits, [server]: wait };
      this.#options.onKiss(server, waitingText(wait.kiss, wait.untilMs - nowMs));
    }
  }
}
