import type { Proof, VerifyOutcome } from '../access/sign-in.ts';
import type { Services } from '../services.ts';
import { setClockAtConsole } from './clock-setting.ts';
import type { ConsoleEvent, OtherWay } from './console-events.ts';
import { tellOfFailedMail } from './mailed-code.ts';
import { clockUnsetText, nasClockText } from './nas-clock.ts';
import type { LoginOutcome, Session } from './session.ts';
import { waitText } from './wait-text.ts';

interface OfferedWay {
  readonly key: string;
  readonly label: string;
  readonly way: OtherWay;
}

/** What a key stands for does not change with what is on offer. */
const ways: readonly OfferedWay[] = [
  { key: '1', label: 'security question', way: 'question' },
  { key: '2', label: 'recovery code', way: 'recovery-code' },
  { key: '3', label: 'set the clock', way: 'clock' },
  { key: '4', label: 'code by e-mail', way: 'email' },
];

const nouns: Readonly<Record<Proof['kind'], string>> = {
  code: 'code',
  answer: 'answer',
  'email-code': 'code',
  'recovery-code': 'recovery code',
};

const refusalTexts = {
  expired: 'That took too long. Log in again.',
  'clock-unset': clockUnsetText,
  'alternative-blocked': 'That way is blocked after too many wrong tries.',
  'not-available': 'That way is not open to you.',
} as const;

const mailRefusalTexts = {
  ...refusalTexts,
  'no-mail': 'This NAS cannot send mail now.',
} as const;

/** The second step of a login, as the console talks about it. */
export class SecondStepTalk {
  readonly #services: Services;
  readonly #session: Session;
  readonly #print: (text: string) => void;

  constructor(services: Services, session: Session, print: (text: string) => void) {
    this.#services = services;
    this.#session = session;
    this.#print = print;
  }

  /** Tells what whoever logs in must know before the first prompt. */
  begin(): ConsoleEvent {
    const waitMs = this.#session.secondStep?.waitMs ?? 0;
    const { trust } = this.#services.wallClock;
    if (trust === 'unset') this.#print(clockUnsetText);
    else if (trust !== 'synchronised') this.#print(nasClockText(this.#services));
    if (trust !== 'unset' && waitMs > 0)
      this.#print(`After too many wrong codes: ${waitText(waitMs)}`);
    return { type: 'secondStep.asked', isCodeUseful: this.#isCodeUseful };
  }

  /** The prompt for another way. */
  get waysPrompt(): string {
    const offers = this.#offered.map(({ key, label }) => `${key} ${label}`);
    return `Verify another way: ${[...offers, 'Enter to go back'].join(', ')} `;
  }

  /** What the user wants instead of a code. */
  choose(typed: string): ConsoleEvent {
    const key = typed.trim();
    if (key === '') return { type: 'way.declined', isCodeUseful: this.#isCodeUseful };
    const chosen = this.#offered.find((one) => one.key === key);
    if (chosen?.way === 'email') return this.#mailCode();
    if (chosen !== undefined) return { type: 'way.chosen', way: chosen.way };
    this.#print(`There is no way "${key}".`);
    return { type: 'way.refused' };
  }

  /** The security question of whoever logs in. */
  get question(): string {
    return `Security question: ${this.#session.secondStep?.question?.text ?? ''}`;
  }

  /** Has a proof judged and tells what came of it. */
  verify(proof: Proof): ConsoleEvent {
    const outcome = this.#session.verify(proof);
    if (outcome.kind === 'accepted') return acceptedEvent(outcome);
    this.#print(
      outcome.kind === 'wrong' ? this.#wrongText(proof, outcome) : this.#refusalText(outcome),
    );
    if (outcome.kind === 'refused' && outcome.reason === 'blocked') this.#session.forget();
    return this.#next(proof.kind === 'code');
  }

  /** Sets the clock, so that codes can be checked; only who was offered it gets here. */
  setTime(typed: string): ConsoleEvent {
    const isAllowed = this.#session.secondStep?.canSetClock === true;
    const isSet =
      isAllowed && setClockAtConsole(this.#services, this.#session.name, typed, this.#print);
    if (isSet) this.#print(nasClockText(this.#services));
    return this.#next(isSet);
  }

  #mailCode(): ConsoleEvent {
    const outcome = this.#session.sendEmailCode();
    if (outcome.ok) {
      const step = this.#session.secondStep;
      this.#print(`A code is on its way to ${step?.emailHint ?? 'you'}.`);
      const isAwaited = (): boolean => this.#session.secondStep?.pendingId === step?.pendingId;
      void tellOfFailedMail(outcome.firstTry, isAwaited, this.#print);
      return { type: 'way.chosen', way: 'email' };
    }
    // The code of before is still good.
    if (outcome.reason === 'too-many') {
      this.#print(`A code was mailed a moment ago. ${waitText(outcome.waitMs ?? 0)}`);
      return { type: 'way.chosen', way: 'email' };
    }
    this.#print(mailRefusalTexts[outcome.reason]);
    return { type: 'way.refused' };
  }

  get #isCodeUseful(): boolean {
    return this.#services.wallClock.trust !== 'unset';
  }

  get #offered(): readonly OfferedWay[] {
    const step = this.#session.secondStep;
    return ways.filter(({ way }) =>
      way === 'clock' ? step?.canSetClock === true : step?.methods.includes(way) === true,
    );
  }

  #next(isCode: boolean): ConsoleEvent {
    if (this.#session.secondStep === undefined) {
      this.#session.forget();
      return { type: 'login.unavailable' };
    }
    const isOtherWayLeft = this.#offered.length > 0;
    return { type: 'proof.refused', isCode: this.#isCodeUseful && (isCode || !isOtherWayLeft) };
  }

  #wrongText(proof: Proof, outcome: Extract<VerifyOutcome, { kind: 'wrong' }>): string {
    const isOver = this.#session.secondStep === undefined;
    const parts = [`Wrong ${nouns[proof.kind]}.`];
    if (proof.kind === 'code') {
      parts.push(nasClockText(this.#services));
    } else if (!isOver) {
      parts.push(outcome.triesLeft === 1 ? '1 try left.' : `${outcome.triesLeft} tries left.`);
    }
    if (outcome.waitMs > 0) parts.push(waitText(outcome.waitMs));
    if (isOver) parts.push('Log in again.');
    return parts.join(' ');
  }

  #refusalText({ reason, waitMs = 0 }: Extract<VerifyOutcome, { kind: 'refused' }>): string {
    if (reason === 'too-many') return `Not checked. ${waitText(waitMs)}`;
    if (reason !== 'blocked') return refusalTexts[reason];
    return [
      'Blocked after too many wrong codes.',
      `An administrator clears it with: 2sv unblock ${this.#session.name}`,
      'For the only administrator: hold RESET for 3 seconds.',
    ].join('\n');
  }
}

/** What the chart hears of a login that succeeded. */
export function acceptedEvent(
  outcome: Extract<LoginOutcome, { readonly kind: 'accepted' }>,
): ConsoleEvent {
  const { home, mustChangePassword } = outcome;
  return { type: 'login.accepted', home, mustChangePassword };
}
