import type { QuestionChoice, QuestionNumber } from './questions.ts';

export type { QuestionChoice } from './questions.ts';

/**
 * - `disabled`: signs in with the password.
 * - `incomplete`: enforced, and not set up: must do so at the next sign-in, before anything else.
 * - `enabled`: is asked for a second step.
 */
export type TwoStepStatus = 'disabled' | 'incomplete' | 'enabled';

/** Who asks, and from where: for the event log. */
export interface Asker {
  readonly user: string;
  /** A network address, or `serial`. */
  readonly address: string;
  /** The session it is asked in, where the face keeps several of one user apart. */
  readonly sessionId?: string;
}

/** Why something about 2-step verification is not done. */
export type TwoStepReason =
  | 'no-such-user'
  | 'no-such-group'
  | 'not-enabled'
  /** Nothing was begun, or it was dropped: after ten minutes without a step, by leaving. */
  | 'expired'
  | 'wrong-code'
  | 'used-code'
  | 'clock-unset'
  /** The wait after wrong codes is not over. */
  | 'too-many'
  | 'blocked'
  /** Who is made to use 2-step verification cannot switch it off. */
  | 'enforced'
  /** An administrator's way is for the others: one's own takes a code. */
  | 'own-account'
  | 'questions-off'
  | 'question-invalid'
  | 'answer-invalid'
  | 'email-off'
  | 'email-invalid'
  | 'no-mail';

/** A refusal; `text` is a sentence for people and holds no secret. */
export interface TwoStepRefused {
  readonly ok: false;
  readonly reason: TwoStepReason;
  readonly text: string;
  /** Of `too-many`: how long still, ms. */
  readonly waitMs?: number;
}

/** Done, or why not: then nothing was changed. */
export type TwoStepOutcome = { readonly ok: true } | TwoStepRefused;

/** A secret that is not the user's yet: only `finish` makes it so. */
export interface Enrolment {
  /** 160 bit in Base32 without padding: the security key, as people type it. */
  readonly secretBase32: string;
  /** What the QR code says: `otpauth://totp/…`. */
  readonly uri: string;
  readonly issuer: string;
  readonly account: string;
  /** The session that began it: to no other is the key to be shown. */
  readonly begunIn: string | undefined;
}

/** What is known of a user's 2-step verification; nothing of it is secret. */
export interface TwoStepDetails {
  readonly userId: number;
  readonly userName: string;
  readonly status: TwoStepStatus;
  /** Directly, or through a group. */
  readonly isEnforced: boolean;
  /** Enforced by being named, not through a group. */
  readonly isNamed: boolean;
  /** Names of the groups that it is enforced through. */
  readonly enforcedThrough: readonly string[];
  readonly question: { readonly number: QuestionNumber; readonly text: string } | undefined;
  /** Where codes are mailed to, masked. */
  readonly emailHint: string | undefined;
  readonly recoveryCodesLeft: number;
  readonly devices: number;
  /** Wrong codes in a row, over all sessions. */
  readonly wrongCodes: number;
  /** Codes are not taken before that has passed, ms. */
  readonly waitMs: number;
  /** A hundred wrong codes in a row. */
  readonly isBlocked: boolean;
  /** Five wrong answers or mailed codes. */
  readonly isAlternativeBlocked: boolean;
}

/** A device that need not do the second step. */
export interface RememberedDevice {
  readonly id: number;
  /** The application that signed in on it. */
  readonly application: string;
  readonly address: string;
  /** UTC by the wall clock of then, ms since the epoch. */
  readonly rememberedAtMs: number;
  /** Undefined: never. */
  readonly expiresMs: number | undefined;
}

/** Ten codes, shown this once, or why there are none. */
export type RecoveryCodesOutcome =
  | { readonly ok: true; readonly recoveryCodes: readonly string[] }
  | TwoStepRefused;

/** Who switches 2-step verification off. */
export type DisableRequest =
  | { readonly by: 'user'; readonly code: string; readonly asker: Asker }
  | { readonly by: 'administrator'; readonly asker: Asker };

/**
 * 2-step verification of the users: setting it up, enforcing it, clearing it. Each change is one
 * transaction with its entry in the event log.
 */
export interface TwoStep {
  status(userId: number): TwoStepStatus;
  isEnforced(userId: number): boolean;
  details(userId: number): TwoStepDetails | undefined;
  /** Every user, by name. */
  list(): readonly TwoStepDetails[];
  enforceUser(userId: number, isOn: boolean, asker: Asker): TwoStepOutcome;
  /** Its members now and later; `everyone` holds every user. */
  enforceGroup(groupId: number, isOn: boolean, asker: Asker): TwoStepOutcome;
  /** Whoever is named: users and groups that 2-step verification is enforced on. */
  enforcement(): {
    readonly users: readonly { readonly id: number; readonly name: string }[];
    readonly groups: readonly { readonly id: number; readonly name: string }[];
  };
  /**
   * Makes a provisional secret, in memory only. Drops one that was begun before. Who has 2-step
   * verification enabled proves it with a present code (`wrong-code` without).
   */
  begin(
    userId: number,
    asker: Asker,
    code?: string,
  ): { readonly ok: true; readonly enrolment: Enrolment } | TwoStepRefused;
  /** The provisional secret once more. */
  enrolment(userId: number): Enrolment | undefined;
  /** The user's authenticator has the secret. A wrong code can be tried again. */
  confirm(userId: number, code: string): TwoStepOutcome;
  /** After `confirm`. Another choice takes the place of the one before. */
  chooseQuestion(userId: number, choice: QuestionChoice): TwoStepOutcome;
  /**
   * After `confirm`: mails a code to that address, which counts once `confirmEmail` took the code.
   * It then takes the place of a question, and the other way round.
   */
  chooseEmail(
    userId: number,
    address: string,
  ): { readonly ok: true; readonly firstTry: Promise<'sent' | 'failed'> } | TwoStepRefused;
  /** Five wrong codes void the mailed one. */
  confirmEmail(userId: number, code: string): TwoStepOutcome;
  /**
   * After `confirm`; without a question or a confirmed address recovery codes are the only other
   * way. Makes it so, and ends all sessions and remembered devices of the user, the present one
   * included. The step of the code given to `confirm` is used up.
   */
  finish(userId: number, asker: Asker): RecoveryCodesOutcome;
  /** Drops what was begun; nothing begun is no error. */
  leave(userId: number): void;
  /** Ends all sessions and devices of the user, who is *incomplete* after it where enforced. */
  disable(userId: number, request: DisableRequest): TwoStepOutcome;
  /** An administrator lets a user try again whose second step is blocked; all else stays. */
  unblock(userId: number, asker: Asker): TwoStepOutcome;
  /** Takes a present code. The codes of before are void. */
  renewRecoveryCodes(userId: number, code: string, asker: Asker): RecoveryCodesOutcome;
  devices(userId: number): readonly RememberedDevice[];
  /** False where the user has no such device. */
  forgetDevice(userId: number, deviceId: number, asker: Asker): boolean;
  /** Part of the basic reset, inside its transaction: nothing of that user is left. */
  clear(userId: number): void;
  /** Part of the advanced reset, inside its transaction; secrets get a new salt. */
  clearAll(): void;
  /** Whether nothing was begun and no mailed code is good. */
  readonly isIdle: boolean;
  /** Drops everything begun: the firmware stops. */
  stop(): void;
}
