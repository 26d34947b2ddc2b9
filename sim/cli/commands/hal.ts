import type { Command } from 'commander';
import { UsageError } from '../../kernel/invariant.ts';
import type { HalCheckFlags } from '../hal-check/hal-check-app.ts';
import type { SetRtcFlags } from '../hal-check/set-rtc-app.ts';

const checkDetails = `
Opens the parts of the board file one after the other, by the drivers that the firmware would have,
and holds each against the contract of its port. On a terminal it asks for hands, eyes and ears:
press RESET, is the LED green? A key answers, s skips what is left of a part, Ctrl-C ends it all.
Without a terminal, or with --unattended, it does what needs nobody. What was not checked is told as
skipped, with the reason, and never as passed. The firmware must not run meanwhile.

Clock chip, storage and watchdog are put back as they were. What is done to them is told before, and
asked for; --yes agrees. The supply is never switched, nor a cable or an address touched.

  nasboard hal check --board board.yaml
  nasboard hal check --board board.yaml --part reset-button,rtc
  nasboard hal check --board board.yaml --unattended --yes --loop-back --junit hal.xml \\
    --act-press 'gpioset -z -c gpiochip1 5=1' --act-release 'gpioset -z -c gpiochip1 5=0'

Exit codes: 0 nothing that was checked breaks its contract; 1 a part does, or the checks were
stopped; 2 the board file cannot be used, or somebody else has the board.`;

const setDetails = `
Sets the clock chip at the turn of a second, reads it back, and tells by how much it is off. What the
time is, is taken from this machine: see that it is right (timedatectl), or say --time.

Exit codes: 0 it is set; 1 it cannot be set, and why; 2 the board file has no clock chip, or cannot
be used.`;

/** Adds the command `hal`. What it needs is loaded when it runs. */
export function registerHal(program: Command): void {
  const hal = program.command('hal').description('check and set up the hardware of a board file');
  hal
    .command('check')
    .description('hold the parts of a wired board against the contracts of their ports')
    .requiredOption('--board <file>', 'YAML that says how the board is wired')
    .option('--part <ports>', 'these only, such as reset-button,rtc')
    .option('--unattended', 'ask nobody for anything')
    .option('--loop-back', 'a wire joins TX and RX of the console')
    .option('--act-press <command>', 'presses RESET, in place of a hand')
    .option('--act-release <command>', 'lets go of it')
    .option('--yes', 'agree to what is done to clock chip, storage and watchdog')
    .option('--json <file>', 'write a report for programs')
    .option('--junit <file>', "write a report in JUnit's XML")
    .addHelpText('after', checkDetails)
    .action(async (flags: HalCheckFlags) => {
      const { runHalCheck } = await import('../hal-check/hal-check-app.ts');
      process.exitCode = await runHalCheck(flags, {
        ...io,
        input: process.stdin,
        output: process.stdout,
        hasProgress: process.stderr.isTTY,
        columns: () => process.stderr.columns || undefined,
        onTerminate: (listener) => {
          const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
          for (const signal of signals) process.on(signal, listener);
          return () => {
            for (const signal of signals) process.off(signal, listener);
          };
        },
      });
    });
  hal
    .command('set-rtc')
    .description('set the clock chip of a board')
    .requiredOption('--board <file>', 'YAML that says how the board is wired')
    .option(
      '--time <instant>',
      'in place of the time of this machine, such as 2026-11-24T10:00:00Z',
    )
    .addHelpText('after', setDetails)
    .action(async (flags: SetRtcFlags) => {
      const { runSetRtc } = await import('../hal-check/set-rtc-app.ts');
      process.exitCode = await runSetRtc(flags, { ...io, nowMs: () => Date.now() });
    });
  hal.action(() => {
    throw new UsageError('say what to do with the hardware: nasboard hal check, … set-rtc');
  });
}

const io = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
};
