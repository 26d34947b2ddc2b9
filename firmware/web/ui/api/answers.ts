/** What the JSON API answers, as far as the pages read it; docs/reference/json-api.md. */

/** What a session may do in the place of everything. */
export type Limit = 'change-password' | 'set-up-2sv';

/** The appliance, as anyone may know it. */
export interface Info {
  readonly model: string;
  readonly version: string;
  readonly hostName: string;
}

/** The appliance's own clock. */
export interface ClockView {
  readonly time: string;
  readonly zone: string;
  readonly trust: 'unset' | 'rtc' | 'manual' | 'synchronised' | 'holdover';
  readonly secondsSinceSync: number | null;
}

/** The present session. */
export interface OwnSession {
  readonly id: string;
  readonly user: { readonly name: string; readonly isAdministrator: boolean };
  readonly limitedTo: Limit | null;
}

/** The present session, for a page that was loaded anew. */
export interface Present {
  readonly session: OwnSession;
  readonly csrfToken: string | null;
  readonly clock: ClockView;
}

/** Somebody is in. */
export interface SignedIn {
  readonly status: 'signed-in';
  readonly session: OwnSession;
  readonly csrfToken: string | null;
}

/** A way to pass the second step. */
export type Method = 'code' | 'question' | 'email' | 'recovery-code';

/** A sign-in that waits for its second step. */
export interface SecondStep {
  readonly status: 'second-step';
  readonly pending: string;
  readonly methods: readonly Method[];
  readonly question: { readonly number: number; readonly text: string } | null;
  readonly emailHint: string | null;
  readonly alternative: { readonly tries: number; readonly limit: number };
  readonly clock: ClockView;
  readonly waitSeconds: number;
}

/** Whether a mail could be handed in at once. */
export interface Mailed {
  readonly mail: 'sent' | 'failed' | null;
}

/** One's own account. */
export interface Me {
  readonly name: string;
  readonly isAdministrator: boolean;
  readonly email: string | null;
  readonly groups: readonly string[];
  readonly twoStep: 'disabled' | 'incomplete' | 'enabled';
}

/** One's own 2-step verification. */
export interface OwnTwoStep {
  readonly status: 'disabled' | 'incomplete' | 'enabled';
  readonly isEnforced: boolean;
  readonly enforcedThrough: readonly string[];
  readonly question: { readonly number: number; readonly text: string } | null;
  readonly emailHint: string | null;
  readonly recoveryCodesLeft: number;
  readonly devices: number;
  readonly waitSeconds: number;
  readonly clock: ClockView;
}

/** A set-up of 2-step verification that was begun. */
export interface Enrolment {
  readonly key: string;
  readonly uri: string;
  readonly issuer: string;
  readonly account: string;
  readonly clock: ClockView;
}

/** A session in a list. */
export interface ListedSession {
  readonly id: string;
  readonly application: string;
  readonly address: string;
  readonly since: string;
  readonly isThisOne: boolean;
}

/** A device that skips the second step. */
export interface Device {
  readonly id: number;
  readonly application: string;
  readonly address: string;
  readonly since: string;
  readonly expires: string | null;
}
