import type { Command } from 'commander';
import { exitCode } from './exit-codes.ts';
import { version } from './version.ts';

const examples = `
Examples:
  nasboard                                power a board on and attach this terminal to its console
  nasboard --seed 7 --state ./board7      another board, whose flash and disks are kept
  nasboard run docs/examples/*.yaml       run scenarios in virtual time
  nasboard run hold.yaml --trace out.jsonl --check-determinism
  nasboard replay out.jsonl               run a recorded trace again, and compare
  nasboard diff one.jsonl other.jsonl     what two traces have and say differently
  nasboard vcd out.jsonl --svg out.svg    waveforms of a trace, as a picture or for GTKWave
  nasboard phone                          an authenticator for 2-step verification
  nasboard lint reset.yaml board.yaml     all that is wrong with scenarios and board files
  nasboard board import nas.dtb           the board file that a device tree amounts to
  nasboard doctor --board board.yaml      look at real hardware, part by part
  nasboard hal check --board board.yaml   prove the wiring, part by part
  nasboard firmware --board board.yaml    run the firmware on it

A command's own options: nasboard help run`;

/**
 * The program `nasboard`. Loads the one command that is asked for and no other, since starting is
 * most of what a short run costs. Ends by setting the process's exit code.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const words = argv.slice(2);
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
    process.stdout.write(`${version}\n`);
    return;
  }
  endQuietlyWithoutReader();
  try {
    await (await createProgram(words)).parseAsync([...words], { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, words.includes('--verbose'));
  }
}

/** What `start`, which is also what no command at all means, is not. */
const commands: Readonly<Record<string, (program: Command) => Promise<void>>> = {
  run: async (program) => (await import('./commands/run.ts')).registerRun(program),
  vcd: async (program) => (await import('./commands/vcd.ts')).registerVcd(program),
  replay: async (program) => (await import('./commands/replay.ts')).registerReplay(program),
  diff: async (program) => (await import('./commands/diff.ts')).registerDiff(program),
  phone: async (program) => (await import('./commands/phone.ts')).registerPhone(program),
  firmware: async (program) => (await import('./commands/firmware.ts')).registerFirmware(program),
  charts: async (program) => (await import('./commands/charts.ts')).registerCharts(program),
  doctor: async (program) => (await import('./commands/doctor.ts')).registerDoctor(program),
  lint: async (program) => (await import('./commands/lint.ts')).registerLint(program),
  board: async (program) => (await import('./commands/board.ts')).registerBoard(program),
  init: async (program) => (await import('./commands/init.ts')).registerInit(program),
  completion: async (program) =>
    (await import('./commands/completion.ts')).registerCompletion(program),
  hal: async (program) => (await import('./commands/hal.ts')).registerHal(program),
};

async function createProgram(words: readonly string[]): Promise<Command> {
  const commander = await import('commander');
  const program = new commander.Command('nasboard')
    .description('A simulated NAS appliance: its firmware on a board in real or virtual time.')
    .version(version, '-V, --version')
    .option('--verbose', 'show the stack of an error')
    .addHelpText('after', examples)
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride();
  const isHelp = words[0] === 'help' || words.includes('--help') || words.includes('-h');
  const [asked = ''] = words;
  const isWhole = isHelp || asked === 'completion';
  if (isWhole || !Object.hasOwn(commands, asked)) {
    (await import('./commands/start.ts')).registerStart(program);
  }
  for (const [name, register] of Object.entries(commands)) {
    if (isWhole || name === asked) await register(program);
  }
  for (const command of program.commands) {
    const isKnown = command.options.some(({ long }) => long === '--verbose');
    if (!isKnown) command.option('--verbose', 'show the stack of an error');
  }
  return program;
}

/** Says what went wrong on stderr and answers the exit code that goes with it. */
function report(error: unknown, isVerbose: boolean): number {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof Error && 'exitCode' in error && 'code' in error) {
    // Commander has printed its text already; help and version are no errors.
    return error.exitCode === 0 ? exitCode.passed : exitCode.unusable;
  }
  const isBug = name === 'SimulatorBug';
  const isMisuse = name === 'UsageError' || isSystemError(error);
  const lead = isMisuse ? 'nasboard' : `nasboard: ${isBug ? 'bug' : name}`;
  process.stderr.write(`${lead}: ${message}\n`);
  if (isVerbose) process.stderr.write(`${stack ?? 'no stack'}\n`);
  else if (!isMisuse) process.stderr.write('  (--verbose shows where)\n');
  return isMisuse ? exitCode.unusable : exitCode.broken;
}

/** A file that is not there, a port that is taken: the user can mend these. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** `nasboard run … | head` closes our output early; that is no error. */
function endQuietlyWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A live board listens too: it has its state to save before it ends.
    if (process.stdout.listenerCount('error') > 1) return;
    if (error.code === 'EPIPE') process.exit(exitCode.passed);
    throw error;
  });
}
