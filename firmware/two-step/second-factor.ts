import type { RandomSource } from '#hal/random';
import type { PasswordHasher } from '../accounts/password-hash.ts';
import type { Settings } from '../settings/settings.ts';
import { StoreError } from '../store/store-error.ts';
import type { WallClock } from '../time/wall-clock.ts';
import { normalAnswer } from './questions.ts';
import { makeRecoveryCodes, withoutCode } from './recovery-codes.ts';
import type { TwoStepRecord, TwoStepRecords } from './records.ts';
import { waitAfterMs, wrongAnswersMax, wrongCodesMax, type Waits } from './throttle.ts';
import { matchingSteps, skewSteps, skewText, timeStepOf } from './totp.ts';
import { withUsedStep } from './used-steps.ts';
import type { Vault } from './vault.ts';

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
      /** For the event log only. */
      readonly detail: string;
    };

/** What it takes to judge proofs. */
export interface SecondFactorDeps {
  readonly records: TwoStepRecords;
  readonly vault: Vault;
  readonly waits: Waits;
  readonly hasher: PasswordHasher;
  readonly settings: Settings;
  readonly random: RandomSource;
  readonly wallClock: Pick<WallClock, 'nowMs' | 'trust'>;
}

/**
 * The one judge of codes, answers and recovery codes, wherever they are asked for: it keeps the
 * used steps and the counts of each account, over all sessions. A `try` writes, so it belongs into
 * a transaction, with its entry in the event log; and it asks nothing: see `refusal` first.
 */
export class SecondFactor {
  readonly #deps: SecondFactorDeps;

  constructor(deps: SecondFactorDeps) {
    this.#deps = deps;
  }

  /** Why a proof of that kind would not be looked at now. */
  refusal(
    record: TwoStepRecord,
    kind: 'code' | 'answer' | 'recovery-code',
  ): ProofRefusal | undefined {
    if (record.wrongCodes >= wrongCodesMax) return { reason: 'blocked' };
    if (kind === 'answer') {
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
    const secret = vault.open(userId, record.sealedSecret);
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
    return { isRight: true };
  }

  /** A right answer clears no count: only a true code, an administrator or RESET does. */
  tryAnswer(record: TwoStepRecord, typed: string): ProofVerdict {
    const { hasher, records } = this.#deps;
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
    const count = record.wrongAnswers + 1;
    records.setWrongAnswers(record.userId, count);
    const waitMs = this.waitMs(record);
    return { isRight: false, wasUsed: false, waitMs, count, detail: 'wrong answer' };
  }

  /** Ten fresh codes; those of before are void. */
  renewRecoveryCodes(userId: number): readonly string[] {
    const { codes, stored } = makeRecoveryCodes(this.#deps.random);
    this.#deps.records.replaceRecoveryCodes(userId, stored);
    return codes;
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
    return { isRight: false, wasUsed, waitMs, count, detail };
  }
}

/** The log says how the clocks differ; whoever typed the code sees the NAS's own clock only. */
function wrongCodeText(secret: Uint8Array, code: string, nowMs: number): string {
  const skew = skewSteps({ secret, code, nowMs });
  if (skew === undefined) return 'wrong code';
  return `wrong code: the authenticator is ${skewText(skew)}`;
}
