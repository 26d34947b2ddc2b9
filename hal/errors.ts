/**
 * The one table of operating errors a driver may report. A code says what happened, never whose
 * fault it is; the text says what to do. Tested against docs/reference/hal-errors.md both ways.
 */
export const halErrorCodes = {
  'not-present': 'the part does not exist on this board or has been unplugged',
  busy: 'another process or consumer holds the part',
  permission: 'the operating system refuses access to the part',
  io: 'the part answered with an error or not at all',
  'no-space': 'the medium is full',
  'bad-argument': 'a value lies outside what the contract allows',
  closed: 'the part was closed, or its board restarted, before the call',
  'power-lost': 'the supply failed during the call; what was not synced may be lost',
  'timed-out': 'no answer came within the time the contract states',
  unreachable: 'the remote side cannot be reached',
  refused: 'the remote side answered and refused',
  unsupported: 'this driver cannot do that, and says so',
} as const;

/** A code of the table. */
export type HalErrorCode = keyof typeof halErrorCodes;

/** The ports of a board, as they appear in error texts and traces. */
export type PortName =
  | 'identity'
  | 'clock'
  | 'rtc'
  | 'i2c'
  | 'ntp'
  | 'reset-button'
  | 'leds'
  | 'buzzer'
  | 'console'
  | 'storage'
  | 'data-volume'
  | 'mail'
  | 'network'
  | 'sensors'
  | 'random'
  | 'host-work'
  | 'watchdog'
  | 'power';

/**
 * An operating error of a driver: one code from the table, the port, a text that says what to do.
 */
export class HalError extends Error {
  override readonly name = 'HalError';
  readonly code: HalErrorCode;
  readonly port: PortName;

  constructor(code: HalErrorCode, port: PortName, detail: string, options?: { cause?: unknown }) {
    super(`${port}: ${detail} (${code})`, options);
    this.code = code;
    this.port = port;
  }
}

/**
 * A time server that answered with a kiss-o'-death: `refused`, and why (RFC 5905, section 7.4).
 * `DENY` and `RSTR`: never ask it again; `RATE`: ask it less often; all others are news of its own.
 */
export class KissOfDeath extends HalError {
  /** The code, one to four characters of ASCII, in capitals as a rule. */
  readonly kiss: string;

  constructor(kiss: string, detail: string) {
    super('refused', 'ntp', detail);
    this.kiss = kiss;
  }
}

/** The code of a kiss-o'-death, also of one from another copy of this package. */
export function kissOf(error: unknown): string | undefined {
  if (!isHalError(error) || !('kiss' in error)) return undefined;
  return typeof error.kiss === 'string' ? error.kiss : undefined;
}

/** True for a HalError, also one from another copy of this package. */
export function isHalError(error: unknown): error is HalError {
  return error instanceof Error && error.name === 'HalError' && 'code' in error && 'port' in error;
}
