import type { Board } from '#hal/board';
import type { Accounts } from '../accounts/accounts.ts';
import type { PasswordHasher } from '../accounts/password-hash.ts';
import type { EventLog } from '../log/event-log.ts';
import type { Notices } from '../notify/notices.ts';
import type { Outbox } from '../notify/outbox.ts';
import type { Settings } from '../settings/settings.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { WallClock } from '../time/wall-clock.ts';
import { createDevices } from '../two-step/devices.ts';
import { createEmailCodes } from '../two-step/email-codes.ts';
import { createEnforcement } from '../two-step/enforcement.ts';
import { createTwoStepRecords } from '../two-step/records.ts';
import { SecondFactor } from '../two-step/second-factor.ts';
import { createWaits } from '../two-step/throttle.ts';
import { TwoStepService } from '../two-step/two-step-service.ts';
import type { TwoStep } from '../two-step/two-step.ts';
import type { Vault } from '../two-step/vault.ts';
import { createLoginTokens, type LoginTokens } from './login-tokens.ts';
import { SessionTable } from './session-table.ts';
import type { Sessions } from './sessions.ts';
import { SignInService } from './sign-in-service.ts';
import type { SignIn } from './sign-in.ts';

/** The services that say who gets in. */
export interface AccessServices {
  readonly twoStep: TwoStep;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly loginTokens: LoginTokens;
}

/** Puts signing in, 2-step verification and sessions on a store. Reads nothing from it yet. */
export function createAccess(options: {
  readonly board: Board;
  readonly store: WatchedStore;
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly hasher: PasswordHasher;
  readonly wallClock: WallClock;
  readonly log: EventLog;
  readonly vault: Vault;
  readonly outbox: Outbox;
  readonly notices: Notices;
  /** Hears what fails where nobody waits for an answer. */
  readonly onFailure: (error: unknown) => void;
}): AccessServices {
  const { board, store, wallClock } = options;
  const { clock, random } = board;
  const parts = {
    ...options,
    clock,
    random,
    records: createTwoStepRecords(store),
    waits: createWaits(store, clock),
    enforcement: createEnforcement(store),
    devices: createDevices(store, random, wallClock),
    emailCodes: createEmailCodes(store, clock, random),
  };
  const withFactor = { ...parts, factor: new SecondFactor(parts) };
  const twoStep = new TwoStepService(withFactor);
  const sessions = new SessionTable({ ...parts, twoStep });
  const tokens = createLoginTokens(store, random, wallClock);
  const signIn = new SignInService({ ...withFactor, sessions, tokens });
  return { twoStep, sessions, signIn, loginTokens: tokens };
}
