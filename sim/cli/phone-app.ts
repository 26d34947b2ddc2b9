import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable, type Readable } from 'node:stream';
import type { HostClock } from '../kernel/host-clock.ts';
import { UsageError } from '../kernel/invariant.ts';
import { accountLine } from '../peers/phone-screen.ts';
import { Phone } from '../peers/phone.ts';
import { exitCode } from './exit-codes.ts';
import type { TerminalOutput } from './terminal.ts';

/** What `nasboard phone` was asked for. */
export interface PhoneFlags {
  readonly png?: string;
  /** How far the phone's clock is ahead, ms. */
  readonly skew?: number;
  readonly once?: boolean;
}

/** The host, as far as the phone touches it. */
export interface PhoneHost {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: TerminalOutput;
  readonly errors: Writable;
  readonly clock: HostClock;
  /** The host's present time, ms since the epoch. */
  nowMs(): number;
  /** Hears that somebody ends it. */
  onTerminate(listener: () => void): void;
}

/** The one account of the command; its URI says whose it is. */
const account = 'code';

/** So often the screen is looked at anew. */
const refreshMs = 1_000;

/** Shows the codes of one account in real time. Answers the exit code. */
export async function runPhone(flags: PhoneFlags, host: PhoneHost): Promise<number> {
  const phone = new Phone({
    get nowUs() {
      return Math.round(host.nowMs() * 1000);
    },
  });
  if (flags.skew !== undefined) phone.setSkew(flags.skew);
  const outcome =
    flags.png === undefined
      ? await phone.add(await readKey(host), account)
      : await phone.scanPng(readFileSync(flags.png), account);
  if (!outcome.ok) throw new UsageError(`${flags.png ?? 'the key'}: ${outcome.text}`);
  if (flags.once === true || host.output.isTTY !== true) {
    host.output.write(`${phone.code(account)}\n`);
  } else {
    await countDown(phone, host);
  }
  return exitCode.passed;
}

/** Until somebody ends it. */
function countDown(phone: Phone, { output, clock, onTerminate }: PhoneHost): Promise<void> {
  return new Promise((resolve) => {
    let timer: unknown;
    const show = (): void => {
      const [line = ''] = phone.accounts().map(accountLine);
      output.write(`\r\u001b[K${line}`);
      // On the second, so that the last one of a code is as long as the others.
      timer = clock.setTimeout(show, refreshMs - (phone.nowMs % refreshMs));
    };
    onTerminate(() => {
      clock.clearTimeout(timer);
      output.write('\n');
      resolve();
    });
    show();
  });
}

/** The first line of what is typed, which is not shown, or of standard input. */
function readKey({ input, errors }: PhoneHost): Promise<string> {
  const isTyped = input.isTTY === true;
  if (isTyped) errors.write('Key or otpauth:// URI (not shown): ');
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: hidden, terminal: isTyped });
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('close', () => {
      if (isTyped) errors.write('\n');
      reject(new UsageError('no key was given'));
    });
  });
}
