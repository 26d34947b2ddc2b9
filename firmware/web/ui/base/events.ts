import type { OwnSession } from '../api/answers.ts';

/** Why nobody is signed in (any more): what the sign-in page begins with. */
export type SignedOutReason =
  | 'signed-out'
  | 'session-lost'
  | 'password-changed'
  | 'two-step-on'
  | 'two-step-off';

declare global {
  interface HTMLElementEventMap {
    'nas-signed-in': CustomEvent<OwnSession>;
    'nas-signed-out': CustomEvent<SignedOutReason>;
    'nas-look-again': CustomEvent<undefined>;
  }
}

/** Tells the page around that somebody is signed in. */
export function tellSignedIn(from: HTMLElement, session: OwnSession): void {
  tell(from, 'nas-signed-in', session);
}

/** Tells the page around that the session is over. */
export function tellSignedOut(from: HTMLElement, reason: SignedOutReason): void {
  tell(from, 'nas-signed-out', reason);
}

/** Tells the page around that the session may do something else now. */
export function tellLookAgain(from: HTMLElement): void {
  tell(from, 'nas-look-again', undefined);
}

function tell(from: HTMLElement, name: keyof HTMLElementEventMap, detail: unknown): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}
