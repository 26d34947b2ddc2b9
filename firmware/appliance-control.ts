/** The two resets of the appliance; see docs/reference for what each restores. */
export type ResetKind = 'basic' | 'advanced';

/** Who asked for something, for the event log. Never holds a secret. */
export interface RequestOrigin {
  readonly via: 'reset-button' | 'console' | 'web';
  readonly user?: string;
}

/** What the appliance answers to a request: granted, or why not. */
export type RequestOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'not-ready' };

/** States of the appliance chart, as faces and the bench show them. */
export type ApplianceState =
  | 'self-test'
  | 'starting'
  | 'ready'
  | 'resetting-basic'
  | 'resetting-advanced'
  | 'rebooting'
  | 'halted'
  | 'failed'
  | 'off';

/** What a face (console, button) may ask of the appliance. The appliance decides, not the face. */
export interface ApplianceControl {
  readonly state: ApplianceState;
  /** Milliseconds since power-on. */
  uptimeMs(): number;
  requestReset(kind: ResetKind, origin: RequestOrigin): RequestOutcome;
  requestReboot(origin: RequestOrigin): RequestOutcome;
  requestPowerOff(origin: RequestOrigin): RequestOutcome;
  /** Reports a defect of the firmware itself: it stops serving, and the watchdog restarts it. */
  reportBug(error: unknown): void;
}
