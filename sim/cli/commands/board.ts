import type { Command } from 'commander';
import { UsageError } from '../../kernel/invariant.ts';
import type { LintFlags } from '../lint/lint-board-app.ts';

const importDetails = `
Reads a device tree, flattened (.dtb, /sys/firmware/fdt) or as source (.dts, through dtc, which on
Debian is in device-tree-compiler), and writes the board file it amounts to: RESET of gpio-keys,
LEDs of gpio-leds, clock chip, beeper, watchdog and console, with comments that say where each is
from. What the tree does not tell is left as a comment to fill in, and named on stderr.

Exit codes: 0 the board file is whole; 1 it was written, with something to fill in; 2 the device
tree cannot be read, and why.`;

const lintDetails = `
Finds what makes a board file unusable or doubtful, all at once, each with line and column and what
to do: lines and LEDs used twice, a button without bias, bias against polarity, unknown keys, two
parts on one I2C address. With the device tree of the board also what contradicts it: lines that
gpio-keys or gpio-leds have, other polarity, LEDs and keys that are not there, a console that the
kernel writes to. Prints the wiring as a table. Touches no hardware: doctor does.

Exit codes: 0 no error; 1 errors; 2 a file cannot be read.`;

/** Adds the command `board`. What it needs is loaded when it runs. */
export function registerBoard(program: Command): void {
  const board = program.command('board').description('make and check board files of real hardware');
  board
    .command('import')
    .description('write the board file that a device tree amounts to')
    .argument('<file>', 'device tree: .dtb or .dts')
    .option('--out <file>', 'where to write it, if not to stdout')
    .addHelpText('after', importDetails)
    .action(async (file: string, { out }: { readonly out?: string }) => {
      const { importBoard } = await import('../lint/import-board.ts');
      process.exitCode = importBoard(file, { ...(out !== undefined && { out }), io });
    });
  board
    .command('lint')
    .description('find what is wrong with a board file, and show the wiring as a table')
    .argument('<file>', 'YAML that says how the board is wired')
    .option('--device-tree <file>', 'the device tree of the board: .dtb or .dts')
    .option('--json', 'findings and wiring as JSON')
    .addHelpText('after', lintDetails)
    .action(async (file: string, flags: LintFlags) => {
      const { lintBoard } = await import('../lint/lint-board-app.ts');
      process.exitCode = lintBoard(file, flags, io);
    });
  board.action(() => {
    throw new UsageError('say what to do with a board file: nasboard board import, … lint');
  });
}

const io = {
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
};
