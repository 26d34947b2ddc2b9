import type { TOTP } from 'otpauth';
import { Crystal, type CrystalState } from '../kernel/crystal.ts';
import { UsageError } from '../kernel/invariant.ts';
import { checkedPpm } from '../parts/ppm.ts';
import { pictureOfPng, readQrCode } from './qr-reader.ts';
import { pictureOfLastDrawing, type Picture } from './terminal-picture.ts';

/** Whether the phone has the account now; if not, why. */
export type PhoneOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: PhoneRefusal; readonly text: string };

/** Why the phone did not take an account. */
export type PhoneRefusal =
  | 'key-invalid'
  | 'uri-invalid'
  | 'nothing-drawn'
  | 'inverted'
  | 'unreadable'
  | 'no-picture';

/** An account as the phone shows it. */
export interface PhoneAccount {
  readonly name: string;
  /** Who the account is with, and which one, as its URI says; empty for a bare key. */
  readonly title: string;
  readonly code: string;
  /** Until the code changes, by the phone's clock. */
  readonly leftMs: number;
}

/** What tells true time, µs since the epoch. */
export interface TrueTime {
  readonly nowUs: number;
}

/** A phone at one instant. */
export interface PhoneState {
  readonly clock: CrystalState;
  readonly accounts: ReadonlyMap<string, TOTP>;
}

const refusals: Readonly<Record<PhoneRefusal, string>> = {
  'key-invalid': 'this is no key: at least 16 of the letters A to Z and the digits 2 to 7',
  'uri-invalid': 'this is no otpauth://totp/ URI',
  'nothing-drawn': 'no QR code is drawn there',
  inverted: 'the QR code has light and dark exchanged, which many phones do not read',
  unreadable: 'what is drawn there is no QR code that can be read',
  'no-picture': 'this is no PNG picture',
};

/** As apps have it: a shorter key is a word that was mistaken for one. */
const keyBytesMin = 10;

/**
 * A person's phone with an authenticator app, RFC 6238. It has a clock of its own and shares no
 * code with the appliance that asks for its codes.
 */
export class Phone {
  readonly #true: TrueTime;
  #clock: Crystal;
  #accounts = new Map<string, TOTP>();

  /** Goes right until told otherwise. */
  constructor(trueTime: TrueTime) {
    this.#true = trueTime;
    this.#clock = new Crystal({ trueUs: trueTime.nowUs, countUs: trueTime.nowUs, ppm: 0 });
  }

  /** What the phone believes the time is, ms since the epoch. */
  get nowMs(): number {
    return this.#clock.countAt(this.#true.nowUs) / 1000;
  }

  /** How far the phone is ahead of true time now; negative where it is behind. */
  get skewMs(): number {
    return this.nowMs - this.#true.nowUs / 1000;
  }

  get driftPpm(): number {
    return this.#clock.ppm;
  }

  /** Clock and accounts. */
  save(): PhoneState {
    return { clock: this.#clock.save(), accounts: new Map(this.#accounts) };
  }

  /** Puts both as they were. */
  restore({ clock, accounts }: PhoneState): void {
    this.#clock = Crystal.restore(clock);
    this.#accounts = new Map(accounts);
  }

  /** Sets the phone's clock to so much ahead of true time; a drift goes on from there. */
  setSkew(skewMs: number): void {
    const { nowUs } = this.#true;
    this.#clock.setCount(nowUs, nowUs + Math.round(skewMs * 1000));
  }

  /** From now on the phone's clock gains so much on true time. */
  setDriftPpm(ppm: number): void {
    this.#clock.setPpm(this.#true.nowUs, checkedPpm(ppm));
  }

  /**
   * Takes a key that was typed (Base32; blanks, hyphens, padding and case do not count) or an
   * otpauth URI. An account of that name is replaced.
   */
  async add(keyOrUri: string, name: string): Promise<PhoneOutcome> {
    const otpauth = await import('otpauth');
    const text = keyOrUri.trim();
    const isUri = text.includes(':');
    try {
      const account = isUri
        ? otpauth.URI.parse(text)
        : new otpauth.TOTP({ secret: otpauth.Secret.fromBase32(plainKey(text)), label: '' });
      if (!(account instanceof otpauth.TOTP)) return refused('uri-invalid');
      if (account.secret.bytes.length < keyBytesMin) return refused('key-invalid');
      this.#accounts.set(name, account);
      return { ok: true };
    } catch {
      return refused(isUri ? 'uri-invalid' : 'key-invalid');
    }
  }

  /** Points the camera at a console: takes the last QR code that was drawn in `text`. */
  async scanTerminal(text: string, name: string): Promise<PhoneOutcome> {
    const picture = pictureOfLastDrawing(text);
    return picture === undefined ? refused('nothing-drawn') : this.#scan(picture, name);
  }

  /** Points the camera at a picture in a PNG file. */
  async scanPng(bytes: Uint8Array, name: string): Promise<PhoneOutcome> {
    const picture = await pictureOfPng(bytes);
    return picture === undefined ? refused('no-picture') : this.#scan(picture, name);
  }

  /** The present code of an account. */
  code(name: string): string {
    return this.#find(name).generate({ timestamp: this.nowMs });
  }

  /** All accounts, in the order in which they were added. */
  accounts(): readonly PhoneAccount[] {
    return [...this.#accounts].map(([name, account]) => ({
      name,
      title: [account.issuer, account.label].filter((part) => part !== '').join(': '),
      code: this.code(name),
      leftMs: this.leftMs(name),
    }));
  }

  /** How long an account's code still stands, by the phone's clock. */
  leftMs(name: string): number {
    return this.#find(name).remaining({ timestamp: this.nowMs });
  }

  async #scan(picture: Picture, name: string): Promise<PhoneOutcome> {
    const reading = await readQrCode(picture);
    if (!reading.ok) return refused(reading.reason);
    // Any text can stand in a QR code; an app that scans takes no bare key.
    return reading.text.includes(':') ? this.add(reading.text, name) : refused('uri-invalid');
  }

  #find(name: string): TOTP {
    const account = this.#accounts.get(name);
    if (account !== undefined) return account;
    const known = [...this.#accounts.keys()].join(', ');
    throw new UsageError(
      `the phone has no account "${name}"${known === '' ? '' : `; it has: ${known}`}: scan or add it`,
    );
  }
}

function refused(reason: PhoneRefusal): PhoneOutcome {
  return { ok: false, reason, text: refusals[reason] };
}

function plainKey(text: string): string {
  return text.replaceAll(/[\s-]|=+$/g, '').toUpperCase();
}
