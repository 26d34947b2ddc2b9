import type { Command } from 'commander';
import type { FirmwareHost } from '../firmware-app.ts';

const details = `
The board file says how the parts are wired: docs/reference/board-file.md. \`nasboard doctor --board\`
looks at all of them without starting anything. SIGTERM, SIGINT and SIGHUP end the firmware in
order; a line on stderr tells of a part that fails or goes away.

--trace FILE records button, LED, buzzer, console and restarts as a simulated board does, with
times of the monotonic clock. It holds no password, code or key, and grows as long as it runs.

Exit codes: 0 ended in order; 2 the board file or the machine cannot be used, and why; 3 the
firmware broke.`;

/** Adds the command `firmware`. What it needs is loaded when it runs. */
export function registerFirmware(program: Command): void {
  program
    .command('firmware')
    .description('run the firmware on the hardware of this machine, through the Linux drivers')
    .requiredOption('--board <file>', 'YAML that says how the board is wired')
    .option('--trace <file>', 'write edges and outputs to it, as JSON Lines, while it runs')
    .addHelpText('after', details)
    .action(async ({ board, trace }: { readonly board: string; readonly trace?: string }) => {
      const { runFirmware } = await import('../firmware-app.ts');
      const host: FirmwareHost = {
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
      };
      process.exitCode = await runFirmware(board, host, trace === undefined ? {} : { trace });
    });
}
