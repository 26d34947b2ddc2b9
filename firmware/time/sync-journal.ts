import type { EventLog, LogDraft, Severity } from '../log/event-log.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import { isEndOfLife } from '../operating-error.ts';
import type { ComingLeap } from './leap-second.ts';
import { agreementText, amountText, offsetText } from './sync-texts.ts';
import type { ServerVerdict, SyncAsker, SyncFailure, SyncOutcome } from './timekeeper.ts';
import { utcText } from './local-time.ts';
import type { ClockStep } from './wall-clock.ts';

/** Where news of the clock goes. */
export interface SyncJournalDeps {
  readonly store: Pick<WatchedStore, 'transaction'>;
  readonly log: Pick<EventLog, 'append'>;
  /** Prints a line on the console. */
  readonly tell: (text: string) => void;
  /** Tells the administrators by mail that sync has failed for long. */
  readonly warnAdministrators: () => void;
  /** Hears what fails where nobody waits for an answer: the flash, the console. */
  readonly onFailure: (error: unknown) => void;
}

/** Failures that tell of somebody's fault, not of silence: they are shouted at once. */
const loudFailures: readonly SyncFailure[] = ['disagreement', 'panic', 'before-build'];

/**
 * Writes down what is new about the clock. A sync as any other writes nothing, nor does a failure
 * like the one before: the flash and the log are not for a line each hour.
 */
export class SyncJournal {
  readonly #deps: SyncJournalDeps;
  #failure: SyncFailure | undefined;
  #falsetickers: readonly string[];
  #isFirstRound: boolean;

  /** What was written down already in this life. */
  constructor(
    deps: SyncJournalDeps,
    known?: { readonly failure: SyncFailure | undefined; readonly falsetickers: readonly string[] },
  ) {
    this.#deps = deps;
    this.#failure = known?.failure;
    this.#falsetickers = known?.falsetickers ?? [];
    this.#isFirstRound = known === undefined;
  }

  /** Servers that were told apart from the others, and have not agreed with them since. */
  get falsetickers(): readonly string[] {
    return this.#falsetickers;
  }

  /** `wasTrusted`: the clock was synchronised before; `fromMs`: what it said then. */
  roundEnded(
    outcome: SyncOutcome,
    past: { readonly by?: SyncAsker | undefined; wasTrusted: boolean; readonly fromMs: number },
  ): void {
    const entries = this.#serverNews(outcome);
    const isFirst = this.#isFirstRound;
    this.#isFirstRound = false;
    if (outcome.ok) {
      const hadFailed = this.#failure !== undefined;
      this.#failure = undefined;
      const isStep = outcome.how === 'step';
      const isNews = !past.wasTrusted || hadFailed || isStep || past.by !== undefined;
      if (isNews) entries.unshift(this.#syncEntry(outcome, past));
      if (!past.wasTrusted) this.#tell(`clock: synchronised, ${told(outcome)}`);
      else if (isStep) this.#tell(`clock: ${told(outcome)}`);
    } else {
      const { reason, text } = outcome;
      const isNews = reason !== this.#failure;
      this.#failure = reason;
      if (isNews || past.by !== undefined) {
        entries.unshift({ ...entry('warning', `clock not synchronised: ${text}`), ...past.by });
      }
      const isLoud = isNews && loudFailures.includes(reason);
      if (isFirst || isLoud) this.#tell(`clock: NOT synchronised: ${text}`);
    }
    this.#note(entries);
  }

  /** Sync has failed for so long that the last one is worth little. */
  heldOver(why: string | undefined): void {
    const reason = why === undefined ? '' : `: ${why}`;
    this.#tell(`clock: HOLDOVER, not synchronised for three intervals${reason}`);
    this.#note([
      entry('warning', `clock in holdover, not synchronised for three intervals${reason}`),
    ]);
    this.#safely(() => this.#deps.warnAdministrators());
  }

  /** The clock was off by more than it can be where the crystal is what it was taken for. */
  doubted(offsetMs: number, sureMs: number): void {
    const text =
      `the clock was off by ${offsetText(offsetMs)} where it was sure to within ` +
      `${amountText(sureMs)}: its crystal has changed, or what the servers say`;
    this.#note([entry('warning', text)]);
  }

  kissed(server: string, text: string): void {
    this.#note([entry('warning', `time server ${server}: ${text}`)]);
  }

  /** Somebody else than a person or a sync has moved the clock. */
  stepped({ fromMs, toMs, cause }: ClockStep): void {
    const why = cause === 'leap-second' ? 'a leap second' : 'something outside of this firmware';
    const text = `clock stepped by ${offsetText(toMs - fromMs)}: ${why}`;
    this.#tell(text);
    this.#note([entry(cause === 'leap-second' ? 'info' : 'warning', text)]);
  }

  /** `kind` is undefined where none is announced any more. */
  leapAnnounced(leap: ComingLeap | undefined): void {
    const text =
      leap === undefined
        ? 'the time servers announce no leap second any more'
        : `the time servers announce a leap second at ${utcText(leap.atMs)}: one second ` +
          (leap.kind === 'insert' ? 'more' : 'less');
    this.#note([entry('info', text)]);
  }

  rtcChanged(isFailing: boolean): void {
    if (!isFailing) return this.#note([entry('info', 'the RTC can be set again')]);
    this.#tell('The RTC cannot be set: the time is lost at power-off.');
    return this.#note([entry('error', 'the RTC cannot be set: the time is lost at power-off')]);
  }

  #syncEntry(
    outcome: Extract<SyncOutcome, { readonly ok: true }>,
    { by, wasTrusted, fromMs }: Parameters<SyncJournal['roundEnded']>[1],
  ): LogDraft {
    const { how, offsetMs, servers } = outcome;
    const agreement = agreementText(servers);
    if (how === 'slew') {
      const text = `clock synchronised: offset ${offsetText(offsetMs)} (${agreement})`;
      return { ...entry('info', text), ...by };
    }
    const span = `from ${utcText(fromMs)} to ${utcText(fromMs + offsetMs)}`;
    const text = `clock synchronised: stepped by ${offsetText(offsetMs)}, ${span} (${agreement})`;
    return { ...entry(wasTrusted ? 'warning' : 'info', text), ...by };
  }

  /** Falsetickers that are new, and those that are none any more. */
  #serverNews(outcome: SyncOutcome): LogDraft[] {
    const before = this.#falsetickers;
    const isQuiet = before.length === 0 && !outcome.servers.some(isLiar);
    if (!outcome.ok || isQuiet) return [];
    const healed = outcome.servers.filter(
      ({ server, verdict }) => verdict === 'agrees' && before.includes(server),
    );
    const fallen = outcome.servers.filter((one) => isLiar(one) && !before.includes(one.server));
    const isHealed = (server: string): boolean => healed.some((one) => one.server === server);
    const left = before.filter((server) => !isHealed(server));
    this.#falsetickers = [...left, ...fallen.map(({ server }) => server)];
    return [
      ...fallen.map(({ server, text = '' }) => entry('warning', `falseticker ${server}: ${text}`)),
      ...healed.map(({ server }) =>
        entry('info', `time server ${server} agrees with the others again`),
      ),
    ];
  }

  #note(entries: readonly LogDraft[]): void {
    if (entries.length === 0) return;
    const { store, log } = this.#deps;
    this.#safely(() =>
      store.transaction(() => {
        for (const one of entries) log.append(one);
      }),
    );
  }

  #tell(text: string): void {
    this.#safely(() => this.#deps.tell(text));
  }

  /** Whatever cannot be written down, the clock goes on. */
  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!isEndOfLife(error)) this.#deps.onFailure(error);
    }
  }
}

function isLiar({ verdict }: ServerVerdict): boolean {
  return verdict === 'falseticker';
}

function told({ text, servers }: Extract<SyncOutcome, { readonly ok: true }>): string {
  return `${text} (${agreementText(servers)})`;
}

function entry(severity: Severity, text: string): LogDraft {
  return { severity, category: 'time', text };
}
