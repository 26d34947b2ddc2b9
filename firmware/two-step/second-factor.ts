import type { RandomSource } from '#hal/random';
import type { User } from '../accounts/users.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { PasswordHasher } from '../accounts/password-hash.ts';
import type { Notice, Notices } from '../notify/notices.ts';
import type { Settings } from '../settings/settings.ts';
import { StoreError } from '../store/store-error.ts';
import type { WallClock } from '../time/wall-clock.ts';
import type { EmailCodes } from './email-codes.ts';
import type { ProofKind } from './login.machine.ts';
import { normalAnswer } from './questions.ts';
import { makeRecoveryCodes, withoutCode } from './recovery-codes.ts';
import type { TwoStepRecord, TwoStepRecords } from './records.ts';
import { waitAfterMs, wrongAnswersMax, wrongCodesMax, type Waits } from './throttle.ts';
import { matchingSteps, skewSteps, skewText, timeStepOf } from './totp.ts';
import { withUsedStep } from './used-steps.ts';
import { secretOwner, type Vault } from './vault.ts';

/** Why a proof is not even looked at. */
export type ProofRefusal =
  | { readonly reason: 'blocked' | 'clock-unset' | 'alternative-blocked' }
  | { readonly reason: 'too-many'; readonly waitMs: number };

/** What a proof came to. */
export type ProofVerdict =
  | { readonly isRight: true }
  | {
      readonly isRight: false;
      readonly wasUsed: boolean;
      /** Codes are not taken before that has passed, ms. */
      readonly waitMs: number;
      /** Wrong codes in a row with this one, or wrong answers. */
      readonly count: number;
      /** What ended with this one: the user was told by mail. */
      readonly blocks: 'second-step' | 'alternative' | undefined;
      /** For the event log only. */
      readonly detail: string;
    };

/** What it takes to judge proofs. */
export interface SecondFactorDeps {
  readonly records: TwoStepRecords;
  readonly vault: Vault;
  readonly waits: Waits;
  readonly emailCodes: EmailCodes;
  readonly accounts: Pick<Accounts, 'userById'>;
  readonly notices: Notices;
  readonly hasher: PasswordHasher;
  readonly settings: Settings;
  readonly random: RandomSource;
  readonly wallClock: Pick<WallClock, 'nowMs' | 'trust'>;
}

/**
 * The one judge of codes, answers, mailed codes and recovery codes, wherever they are asked for: it
 * keeps the used steps and the counts of each account, over all sessions, and mails the user what
 * concerns the account whatever was asked for. A `try` writes, so it belongs into a transaction,
 * with its entry in the event log; and it asks nothing: see `refusal` first.
 */
export class SecondFactor {
  readonly #deps: SecondFactorDeps;

  constructor(deps: SecondFactorDeps) {
    this.#deps = deps;
  }

  /** Why a proof of that kind would not be looked at now. */
  refusal(record: TwoStepRecord, kind: ProofKind): ProofRefusal | undefined {
    if (record.wrongCodes >= wrongCodesMax) return { reason: 'blocked' };
    if (isAlternative(kind)) {
      const isOver = record.wrongAnswers >= wrongAnswersMax;
      return isOver ? { reason: 'alternative-blocked' } : undefined;
    }
    if (kind === 'code' && this.#deps.wallClock.trust === 'unset') return { reason: 'clock-unset' };
    const waitMs = this.waitMs(record);
    return waitMs > 0 ? { reason: 'too-many', waitMs } : undefined;
  }

  /** Codes are not taken before that has passed, ms. */
  waitMs(record: TwoStepRecord): number {
    return this.#deps.waits.leftMs(record.userId, record.waitMs);
  }

  tryCode(record: TwoStepRecord, code: string): ProofVerdict {
    const { records, vault, waits, settings, wallClock } = this.#deps;
    const { userId, usedSteps } = record;
    const secret = vault.open(secretOwner(userId), record.sealedSecret);
    const nowMs = wallClock.nowMs();
    const window = settings.get('twoStep.window');
    const steps = matchingSteps({ secret, code, nowMs, window });
    const step = steps.find((matching) => !usedSteps.includes(matching));
    if (step !== undefined) {
      records.acceptCode(userId, withUsedStep(usedSteps, step, timeStepOf(nowMs)));
      waits.end(userId);
      return { isRight: true };
    }
    const wasUsed = steps.length > 0;
    const detail = wasUsed ? 'wrong code: it was used before' : wrongCodeText(secret, code, nowMs);
    return this.#refuteCode(record, { wasUsed, detail });
  }

  tryRecoveryCode(record: TwoStepRecord, code: string): ProofVerdict {
    const left = withoutCode(record.recoveryCodes, code);
    if (left === undefined) {
      return this.#refuteCode(record, { wasUsed: false, detail: 'wrong recovery code' });
    }
    this.#deps.records.acceptRecoveryCode(record.userId, left);
    this.#deps.waits.end(record.userId);
    this.#tell(record, 'recovery-code-used');
    return { isRight: true };
  }

  /** A right answer clears no count: only a true code, an administrator or RESET does. */
  tryAnswer(record: TwoStepRecord, typed: string): ProofVerdict {
    const { hasher } = this.#deps;
    const answer = normalAnswer(typed);
    const hash = record.question?.answerHash;
    if (hash !== undefined && answer !== undefined) {
      const verified = hasher.verify(hash, answer);
      if (verified === undefined) {
        const whose = `the security answer of user ${record.userId}`;
        throw new StoreError('damaged', `${whose} cannot be read: set it up anew`);
      }
      if (verified.isRight) return { isRight: true };
    } else {
      hasher.spend();
    }
    return this.#refuteAlternative(record, 'wrong answer');
  }

  /** Used up where it is right. A right one clears no count either. */
  tryEmailCode(record: TwoStepRecord, user: User, typed: string): ProofVerdict {
    if (this.#deps.emailCodes.take(user, 'sign-in', typed)) return { isRight: true };
    return this.#refuteAlternative(record, 'wrong mailed code');
  }

  /** Ten fresh codes; those of before are void. */
  renewRecoveryCodes(userId: number): readonly string[] {
    const { codes, stored } = makeRecoveryCodes(this.#deps.random);
    this.#deps.records.replaceRecoveryCodes(userId, stored);
    return codes;
  }

  #refuteAlternative(record: TwoStepRecord, detail: string): ProofVerdict {
    const count = record.wrongAnswers + 1;
    this.#deps.records.setWrongAnswers(record.userId, count);
    const blocks = count === wrongAnswersMax ? 'alternative' : undefined;
    if (blocks !== undefined) this.#tell(record, 'alternative-blocked');
    const waitMs = this.waitMs(record);
    return { isRight: false, wasUsed: false, waitMs, count, blocks, detail };
  }

  #refuteCode(
    record: TwoStepRecord,
    { wasUsed, detail }: { readonly wasUsed: boolean; readonly detail: string },
  ): ProofVerdict {
    const { records, waits } = this.#deps;
    const count = record.wrongCodes + 1;
    const waitMs = waitAfterMs(count);
    records.refuteCode(record.userId, { count, waitMs });
    waits.begin(record.userId);
    const blocks = count === wrongCodesMax ? 'second-step' : undefined;
    if (blocks !== undefined) this.#tell(record, 'two-step-blocked');
    return { isRight: false, wasUsed, waitMs, count, blocks, detail };
  }

  #tell({ userId }: TwoStepRecord, notice: Notice): void {
    const user = this.#deps.accounts.userById(userId);
    if (user !== undefined) this.#deps.notices.tell(user, notice);
  }
}

/** Whether that stands in for the authenticator: the question, or a mailed code. */
export function isAlternative(kind: ProofKind): kind is 'answer' | 'email-code' {
  return kind === 'answer' || kind === 'email-code';
}

/** The log says how the clocks differ; whoever typed the code sees the NAS's own clock only. */
function wrongCodeText(secret: Uint8Array, code: string, nowMs: number): string {
  const skew = skewSteps({ secret, code, nowMs });
  if (skew === undefined) return 'wrong code';
  return `wrong code: the authenticator is ${skewText(skew)}`;
}
