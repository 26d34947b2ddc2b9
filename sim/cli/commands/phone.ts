import type { Command } from 'commander';
import { hostClock } from '../../kernel/host-clock.ts';
import { UsageError } from '../../kernel/invariant.ts';
import { parseSignedDuration } from '../../scenario/duration.ts';
import type { PhoneFlags } from '../phone-app.ts';

const details = `
The key (Base32) or otpauth:// URI is asked for, or read from standard input; there is no argument
for it, since a command line is seen by every program on the machine and kept by the shell.
On a terminal the code counts down until Ctrl-C; elsewhere, and with --once, it is printed once,
alone.

Examples:
  nasboard phone                          asks for the key, as a person types it into an app
  nasboard phone --png code.png           takes the QR code from a picture
  nasboard phone --skew -90s              a phone whose clock is 90 s behind
  nasboard phone --once < key.txt         the present code, for a script`;

/** Adds the command `phone`. What it needs is loaded when it runs. */
export function registerPhone(program: Command): void {
  program
    .command('phone')
    .description('an authenticator: codes for a key, an otpauth URI or a QR code, in real time')
    .option('--png <file>', 'scan the QR code in a picture, instead of asking for the key')
    .option('--skew <duration>', "how far the phone's clock is ahead, as -90s", skewMs)
    .option('--once', 'print the present code and end')
    .addHelpText('after', details)
    .action(async (flags: PhoneFlags) => {
      const { runPhone } = await import('../phone-app.ts');
      process.exitCode = await runPhone(flags, {
        input: process.stdin,
        output: process.stdout,
        errors: process.stderr,
        clock: hostClock,
        nowMs: () => Date.now(),
        onTerminate: (listener) => {
          process.on('SIGINT', listener);
          process.on('SIGTERM', listener);
        },
      });
    });
}

function skewMs(text: string): number {
  const parsed = parseSignedDuration(text);
  if (!parsed.ok) throw new UsageError(`--skew: ${parsed.text}`);
  return parsed.value / 1000;
}
