import type { Command } from 'commander';

const details = `
Without a board file it looks at what the drivers need of this machine. With one it opens every part
that the file names, one after the other, and closes it again: LEDs go dark for a moment. Nothing
is started; a watchdog is only looked at, since opening it would start it. Where nasboard runs on
that board already, it says so and touches nothing.

Exit codes: 0 all is there; 1 something is missing, with what to do; 2 the board file cannot be used.`;

/** Adds the command `doctor`. What it needs is loaded when it runs. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('what this machine has for the firmware, and what is missing')
    .option('--board <file>', 'YAML that says how the board is wired')
    .addHelpText('after', details)
    .action(async ({ board }: { readonly board?: string }) => {
      const { runDoctor } = await import('../doctor-app.ts');
      process.exitCode = await runDoctor(board, {
        out: (text) => void process.stdout.write(text),
        err: (text) => void process.stderr.write(text),
      });
    });
}
