import type { NewSession, SessionOrigin } from './sessions.ts';
import type { User } from '../accounts/users.ts';
import type { ClockTrust } from '../time/wall-clock.ts';
import type { QuestionNumber } from '../two-step/questions.ts';

/** Name and password, and where they come from. */
export interface SignInRequest extends SessionOrigin {
  readonly name: string;
  readonly password: string;
  /** What `VerifyOutcome.device` gave out: skips the second step while it is good. */
  readonly deviceToken?: string;
  /** What `LoginTokens.make` gave out, in the place of the password; never of the second step. */
  readonly loginToken?: { readonly token: string; readonly clientId: string };
}

/** What proves the second step. */
export type Method = 'code' | 'question' | 'email' | 'recovery-code';

/** A try at the second step. */
export type Proof =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'answer'; readonly answer: string }
  | { readonly kind: 'email-code'; readonly code: string }
  | { readonly kind: 'recovery-code'; readonly code: string };

/** A sign-in that waits for its second step. It lives five minutes and dies with its success. */
export interface SecondStep {
  readonly kind: 'second-step';
  readonly pendingId: string;
  /** In the order to offer them; `code` always comes first. */
  readonly methods: readonly Method[];
  readonly lengthOfCode: 6;
  /** Where it is `unset`, codes are refused unchecked: say so, and offer another way. */
  readonly clockTrust: ClockTrust;
  /** There where `question` is among the methods. */
  readonly question?: { readonly number: QuestionNumber; readonly text: string };
  /** There where `email` is among the methods: where the code goes, `a…@example.org`. */
  readonly emailHint?: string;
  /** Wrong answers and mailed codes so far, of the account; at the limit neither is offered. */
  readonly alternative: { readonly tries: number; readonly limit: 5 };
  /** An administrator on the serial console, where the clock is unset: presence equals RESET. */
  readonly canSetClock: boolean;
  /** Codes are not taken before that has passed, ms; 0 mostly. */
  readonly waitMs: number;
}

/** What came of name and password. */
export type SignInOutcome =
  | SignedIn
  | SecondStep
  | {
      readonly kind: 'refused';
      /** `wrong-credentials` also for a disabled or blocked account: nobody is told which. */
      readonly reason: 'wrong-credentials' | 'blocked-address';
      /** Of `blocked-address`: until when, where that ends by itself, ms. */
      readonly waitMs?: number;
      /** The event log could not be written, and why. */
      readonly logProblem?: string;
    };

/** Somebody is in. */
export interface SignedIn {
  readonly kind: 'signed-in';
  readonly session: NewSession;
  /** Where the device is to be remembered: its token, and until when (UTC, ms; undefined: ever). */
  readonly device?: { readonly token: string; readonly expiresMs: number | undefined };
  /** The event log could not be written, and why. Only where no second step was needed. */
  readonly logProblem?: string;
}

/** What came of a proof. */
export type VerifyOutcome =
  | SignedIn
  | {
      readonly kind: 'wrong';
      /** Of this pending sign-in; at 0 it has ended. For an answer: of the account. */
      readonly triesLeft: number;
      /** Codes are not taken before that has passed, ms. */
      readonly waitMs: number;
    }
  | {
      readonly kind: 'refused';
      /**
       * Nothing was checked.
       * - `expired`: no such pending sign-in (any more): begin again.
       * - `blocked`: a hundred wrong in a row; an administrator or RESET clears it.
       * - `clock-unset`: codes mean nothing while the appliance does not know the time.
       * - `alternative-blocked`: five wrong answers; a true code, an administrator, RESET clear it.
       * - `too-many`: the wait after wrong codes is not over; `waitMs` says how long.
       * - `not-available`: that method is not offered to this user.
       */
      readonly reason:
        | 'expired'
        | 'blocked'
        | 'clock-unset'
        | 'alternative-blocked'
        | 'too-many'
        | 'not-available';
      readonly waitMs?: number;
    };

/** What came of asking for a mailed code. `firstTry`: whether it could be handed in at once. */
export type EmailCodeOutcome =
  | { readonly ok: true; readonly firstTry: Promise<'sent' | 'failed'> }
  | {
      readonly ok: false;
      readonly reason: 'expired' | 'not-available' | 'no-mail' | 'alternative-blocked' | 'too-many';
      /** Of `too-many`: mails are half a minute apart, ms. */
      readonly waitMs?: number;
    };

/** Whether a password is a user's, or why that is not even looked at. */
export type PasswordOutcome =
  | { readonly ok: true }
  /** `waitMs`: not looked at, the address or the account is blocked so long, ms. */
  | { readonly ok: false; readonly waitMs?: number };

/** For how long a device is to be remembered. */
export interface RememberDevice {
  readonly rememberDevice?: boolean;
  /** 90 unless told otherwise, at least 1; -1 for ever. */
  readonly durationDays?: number;
}

/**
 * The one door that every face uses. It applies allow and deny list, address and account
 * protection, passwords, the second step, throttling, and writes it all to the event log.
 *
 * The serial console comes from the address `serial`, and neither the lists nor the protection of
 * addresses apply to it: who is there in person can hold RESET as well.
 *
 * Store errors (`StoreError`) come out of each call, and then nobody is signed in.
 */
export interface SignIn {
  begin(request: SignInRequest): SignInOutcome;
  /** The second step of a pending sign-in. */
  verify(pendingId: string, proof: Proof, options?: RememberDevice): VerifyOutcome;
  /** Mails a code for a pending sign-in. Clears no count. */
  sendEmailCode(pendingId: string): EmailCodeOutcome;
  /**
   * The password of somebody who is in, once more, before something that needs it. A wrong one is
   * logged and counts as a failed login of the address.
   */
  confirmPassword(user: User, password: string, origin: SessionOrigin): PasswordOutcome;
  /** The pending sign-in as it stands, for a page that is shown again. */
  pending(pendingId: string): SecondStep | undefined;
  /** Somebody gives a pending sign-in up, which is logged; an unknown one is no error. */
  cancel(pendingId: string): void;
  /**
   * Ends a pending sign-in that lasted one call: its client repeats name and password with each.
   * Not logged; a wrong proof in it counts as a failed login of the address.
   */
  drop(pendingId: string): void;
  /** Whether nothing is pending, and no failure counts. */
  readonly isIdle: boolean;
  /** Drops everything pending: the firmware stops. */
  stop(): void;
}
