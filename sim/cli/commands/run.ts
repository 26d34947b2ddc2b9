import type { Command } from 'commander';
import { parseDuration } from '../../scenario/duration.ts';
import { UsageError } from '../../kernel/invariant.ts';
import type { RunOptions } from '../run-files.ts';

const details = `
Each scenario runs on a fresh board in virtual time. A list of holds makes one case of each hold,
the lists of a sweep one of each combination, --seeds one of each seed. With several cases,
--trace out.jsonl and --serial-log put the number of the case before the extension: out-1.jsonl,
out-2.jsonl …; so do --csv and --svg with several tables. --case drift=50ppm --case window=1 runs
the cases with these values alone.

Exit codes: 0 all passed; 1 a scenario failed; 2 an input cannot be used (nothing ran);
3 the firmware or the simulator broke, or an ordered fault never took effect; 42 a scenario ran into
its time limit. Of several, 2 counts before 3, 3 before 1, and 1 before 42.`;

/** Adds the command `run`. What it needs is loaded when it runs. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('run scenario files in virtual time')
    .argument('<scenario...>', 'scenario files (YAML)')
    .option('--seed <n>', "seed of all chance, instead of the scenarios' own", wholeNumber(0))
    .option('--seeds <count>', 'run each case with so many seeds in a row', wholeNumber(1))
    .option('--timeout <duration>', 'simulated time a case may take, as 30s', simulatedTime)
    .option('--check-determinism', 'run each case twice and compare the traces')
    .option('--jobs <n>', 'threads (as many as pay off)', wholeNumber(1))
    .option('--junit <file>', "write a report in JUnit's XML")
    .option('--json <file>', 'write a report in JSON')
    .option('--csv <file>', 'write the results of a sweep, a line for each case')
    .option('--svg <file>', 'draw the table of a sweep')
    .option('--case <name=value>', 'run only the cases with this value of a list', chosenValue)
    .option('--trace <file>', 'write the trace, as JSON Lines')
    .option('--serial-log <file>', 'write all that the console said')
    .option('--verbose', 'show every failure of a scenario, and the stacks of bugs')
    .addHelpText('after', details)
    .action(async (files: readonly string[], options: RunOptions) => {
      const { runFiles, processIo } = await import('../run-files.ts');
      process.exitCode = await runFiles(files, options, processIo());
    });
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(number) && number >= least) return number;
    throw new UsageError(`"${text}" is no whole number from ${least} on`);
  };
}

/** `drift=50ppm`, beside those named before. */
function chosenValue(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--case: "${text}" is no choice; write name=value`);
  }
  return { ...before, [name]: value };
}

function simulatedTime(text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new UsageError(`--timeout: ${parsed.text}`);
  return parsed.value;
}
