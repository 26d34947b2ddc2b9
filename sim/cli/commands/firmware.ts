import type { Command } from 'commander';

const details = `
The board file says how the parts are wired: docs/reference/board-file.md. \`nasboard doctor --board\`
looks at all of them without starting anything. SIGTERM, SIGINT and SIGHUP end the firmware in
order; a line on stderr tells of a part that fails or goes away.

Exit codes: 0 ended in order; 2 the board file or the machine cannot be used, and why; 3 the
firmware broke.`;

/** Adds the command `firmware`. What it needs is loaded when it runs. */
export function registerFirmware(program: Command): void {
  program
    .command('firmware')
    .description('run the firmware on the hardware of this machine, through the Linux drivers')
    .requiredOption('--board <file>', 'YAML that says how the board is wired')
    .addHelpText('after', details)
    .action(async ({ board }: { readonly board: string }) => {
      const { runFirmware } = await import('../firmware-app.ts');
      process.exitCode = await runFirmware(board, {
        out: (text) => void process.stdout.write(text),
        err: (text) => void process.stderr.write(text),
        onTerminate: (listener) => {
          const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
          for (const signal of signals) process.on(signal, listener);
          return () => {
            for (const signal of signals) process.off(signal, listener);
          };
        },
        onCrash: (listener) => {
          process.on('uncaughtException', listener);
          return () => void process.off('uncaughtException', listener);
        },
      });
    });
}
