import { createHmac, timingSafeEqual } from 'node:crypto';
import { generateSync } from 'otplib/functional';

/** Bytes of a new secret: 160 bit, as RFC 4226 4 recommends. */
export const secretBytes = 20;

/** Length of a code. */
const codeDigits = 6;

const periodSeconds = 30;
const periodMs = periodSeconds * 1_000;

/** A wrong code is looked for this many steps around: twelve hours. */
const skewStepsMax = (12 * 3_600) / periodSeconds;

/** Otplib's port for the hash: Node's own, which is native code. */
const nodeHmac = {
  name: 'node',
  algorithms: ['sha1'],
  hmac: (_algorithm: string, key: Uint8Array, data: Uint8Array): Uint8Array =>
    createHmac('sha1', key).update(data).digest(),
  randomBytes(): never {
    throw new Error('chance comes from the board');
  },
  constantTimeEqual: (a: string | Uint8Array, b: string | Uint8Array): boolean =>
    isSame(String(a), String(b)),
} as const;

/** The time step of a time, ms since the epoch: T of RFC 6238; beyond 32 bit all the same. */
export function timeStepOf(timeMs: number): number {
  return Math.floor(timeMs / periodMs);
}

/** The code of a time step. */
export function codeOf(secret: Uint8Array, timeStep: number): string {
  // Otplib wants seconds. It takes milliseconds as well, without a word, for a far future.
  return generateSync({ secret, epoch: timeStep * periodSeconds, crypto: nodeHmac });
}

/**
 * The time steps whose code this is, the nearest to now first: the present one and `window` on
 * either side. Empty for a wrong code, for what is no code at all, and before 1970. All codes of
 * the window are compared, each in constant time.
 */
export function matchingSteps(check: {
  readonly secret: Uint8Array;
  readonly code: string;
  readonly nowMs: number;
  readonly window: number;
}): readonly number[] {
  const { secret, code, nowMs, window } = check;
  if (!isWellFormed(code) || !(nowMs >= 0)) return [];
  const now = timeStepOf(nowMs);
  const matching: number[] = [];
  for (let distance = 0; distance <= window; distance += 1) {
    for (const step of distance === 0 ? [now] : [now - distance, now + distance]) {
      if (step >= 0 && isSame(codeOf(secret, step), code)) matching.push(step);
    }
  }
  return matching;
}

/**
 * How many steps the authenticator that made a wrong code is ahead of the clock (behind: negative),
 * where that is within twelve hours; the nearest, if several. For the event log: never for whoever
 * typed the code. Costs some milliseconds, so ask only where the password was right.
 */
export function skewSteps(check: {
  readonly secret: Uint8Array;
  readonly code: string;
  readonly nowMs: number;
}): number | undefined {
  const { secret, code, nowMs } = check;
  if (!isWellFormed(code) || !(nowMs >= 0)) return undefined;
  const now = timeStepOf(nowMs);
  const wanted = Number(code);
  const counter = Buffer.alloc(8);
  for (let distance = 0; distance <= skewStepsMax; distance += 1) {
    for (const skew of distance === 0 ? [0] : [-distance, distance]) {
      if (now + skew >= 0 && plainCode(secret, now + skew, counter) === wanted) return skew;
    }
  }
  return undefined;
}

/** A difference in steps as people say it: `4 min 10 s`. */
export function skewText(steps: number): string {
  const seconds = Math.abs(steps) * periodSeconds;
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  const difference = parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`]));
  return `${difference.join(' ')} ${steps > 0 ? 'ahead of' : 'behind'} the NAS`;
}

/**
 * What the QR code says (Key URI Format). Authenticators part issuer and account at the first
 * colon, which otplib's own does not write out in a name.
 */
export function otpauthUri(parts: {
  readonly secretBase32: string;
  readonly issuer: string;
  readonly account: string;
}): string {
  const issuer = encodeURIComponent(parts.issuer);
  const label = `${issuer}:${encodeURIComponent(parts.account)}`;
  const common = `algorithm=SHA1&digits=${codeDigits}&period=${periodSeconds}`;
  return `otpauth://totp/${label}?secret=${parts.secretBase32}&issuer=${issuer}&${common}`;
}

function isWellFormed(code: string): boolean {
  return /^[0-9]{6}$/.test(code);
}

/** RFC 4226 5.3 by hand: for thousands of codes, the checks of a library are most of the work. */
function plainCode(secret: Uint8Array, timeStep: number, counter: Buffer): number {
  counter.writeBigUInt64BE(BigInt(timeStep));
  const hash = createHmac('sha1', secret).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return (hash.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** codeDigits;
}

function isSame(one: string, other: string): boolean {
  const a = Buffer.from(one);
  const b = Buffer.from(other);
  return a.length === b.length && timingSafeEqual(a, b);
}
