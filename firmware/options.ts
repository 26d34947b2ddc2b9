import type { KickRecord } from './keep-alive.ts';
import type { ResetProfile } from './reset/profile.ts';
import type { SerialFaceRecord } from './console/serial-face.ts';
import type { ServicesRecord } from './services.ts';
import type { WallClockRecord } from './time/wall-clock.ts';

/** How costly a password hash is; see accounts/password-hash.ts. */
export type PasswordCost = 'owasp' | 'test';

/** What may differ from the appliance as shipped. */
export interface FirmwareOptions {
  /** Argon2id cost of new password hashes; `owasp` unless told otherwise. */
  readonly passwordCost?: PasswordCost;
  /** The RESET contract; 3 s and 10 s unless told otherwise. */
  readonly resetProfile?: ResetProfile;
  /** Hears of a defect of the firmware itself, before the watchdog bites. */
  readonly onBug?: (error: unknown) => void;
  /**
   * Goes on from a record instead of booting; the board's flash and clocks must be of that instant.
   */
  readonly resume?: FirmwareRecord;
}

/** A ready, idle appliance as plain data: what is not in its flash. */
export interface FirmwareRecord extends ServicesRecord {
  readonly wallClock: WallClockRecord;
  readonly console: SerialFaceRecord;
  /** Of the watchdog, ms since power-on. */
  readonly kicks: KickRecord;
}
