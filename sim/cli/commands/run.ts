import type { Command } from 'commander';
import { parseDuration } from '../../scenario/duration.ts';
import { UsageError } from '../../kernel/invariant.ts';
import { parseWritable } from '../../waves/timescale.ts';
import { judges, type Judge } from '../../scenario/judge.ts';
import type { RunOptions } from '../run-files.ts';

const details = `
Each scenario runs on a fresh board in virtual time. A list of holds makes one case of each hold,
the lists of a sweep one of each combination, --seeds one of each seed. With several cases,
--trace out.jsonl, --vcd and --serial-log put the number of the case before the extension: out-1.jsonl,
out-2.jsonl …; so do --csv and --svg with several tables. --case drift=50ppm --case window=1 runs
the cases with these values alone.

Under --random-faults the steps act but need not hold, unless --judged-by both: what counts is that
the board comes up again or says why not, that its store is whole and no secret is told. A failure
then is made small: NAME.min.yaml fails in the same way (Ctrl-C takes the best so far).

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
    .option('--tap <file>', 'write a report in TAP 14; - is stdout, and all else goes to stderr')
    .option('--csv <file>', 'write the results of a sweep, a line for each case')
    .option('--svg <file>', 'draw the table of a sweep')
    .option('--case <name=value>', 'run only the cases with this value of a list', chosenValue)
    .option('--trace <file>', 'write the trace, as JSON Lines')
    .option('--vcd <file>', 'write the waveforms, for GTKWave, PulseView and the like')
    .option('--vcd-timescale <time>', 'unit of time of --vcd (1us)', timescale)
    .option('--trace-secrets <file>', 'write what the trace leaves out, for nasboard replay')
    .option('--coverage <dir>', 'write what the state charts did: coverage.json and a page')
    .option('--serial-log <file>', 'write all that the console said')
    .option('--random-faults', 'each seed draws faults of its own, at random instants')
    .option('--fault-weights <file>', 'the same, as a file says (YAML)')
    .option('--judged-by <what>', 'steps, invariants or both, instead of what scenarios say', judge)
    .option('--shrink-to <file>', 'make the first failure small, into this scenario file')
    .option('--shrink-runs <n>', 'how many runs that may take (500)', wholeNumber(1))
    .option('--no-shrink', 'do not make failures under random faults small')
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

function judge(text: string): Judge {
  const found = judges.find((each) => each === text);
  if (found !== undefined) return found;
  throw new UsageError(`--judged-by: "${text}" is none of ${judges.join(', ')}`);
}

function timescale(text: string): string {
  const parsed = parseWritable(text);
  if (!parsed.ok) throw new UsageError(`--vcd-timescale: ${parsed.text}`);
  return parsed.value.text;
}

function simulatedTime(text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new UsageError(`--timeout: ${parsed.text}`);
  return parsed.value;
}
