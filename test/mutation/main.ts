import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutants, mutated, type Mutant } from './mutants.ts';

/**
 * `npm run proof:mutants`: breaks the firmware on purpose, one defect at a time, and sees whether
 * the tests turn red. Works on a copy of the checkout. With words as parameters: only mutants whose
 * names contain one of them.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const copied = [
  'docs',
  'firmware',
  'hal',
  'scripts',
  'sim',
  'test',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];
/** A mutant may make a test run for ever: that is noticed, too. */
const patienceMs = 900_000;

/** What a run of some tests came to. */
interface TestRun {
  readonly red: readonly string[];
  readonly green: number;
  /** Why there are no results. */
  readonly problem?: string;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function runTests(folder: string, tests: readonly string[]): TestRun {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reporting = ['--reporter=json', `--outputFile=${report}`];
  const { error, stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, 'run', ...tests, ...reporting],
    { cwd: folder, encoding: 'utf8', timeout: patienceMs, killSignal: 'SIGKILL' },
  );
  if (error !== undefined) return { red: [`no end within ${patienceMs / 1000} s`], green: 0 };
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const red = results.filter(({ status }) => status === 'failed').map(({ title }) => title);
  // Some files of tests prepare so much that a broken firmware fails them before the first test.
  const unloaded = testResults
    .filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
    .map(({ message }) => `before the first test: ${firstLine(message)}`);
  const green = results.length - red.length;
  if (red.length + green + unloaded.length > 0) return { red: [...red, ...unloaded], green };
  return { red, green, problem: `no test ran:\n${stdout}${stderr}` };
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1).join();
}

interface Report {
  readonly testResults: readonly {
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

function tryMutant(folder: string, mutant: Mutant): TestRun {
  const file = join(folder, mutant.file);
  const source = readFileSync(file, 'utf8');
  writeFileSync(file, mutated(mutant, source));
  try {
    return runTests(folder, mutant.tests);
  } finally {
    writeFileSync(file, source);
  }
}

/** Answers whether the mutant was caught, and prints its line of the table. */
function judge(mutant: Mutant, { red, green, problem }: TestRun): boolean {
  const isCaught = problem === undefined && red.length > 0;
  const count = isCaught ? `${red.length} of ${red.length + green}` : 'SURVIVED';
  const first = problem ?? red[0] ?? `all of ${mutant.tests.join(', ')} stay green`;
  say(`${isCaught ? ' ✓' : ' ✗'} ${mutant.what.padEnd(width)} → ${count.padEnd(9)} ${first}`);
  return isCaught;
}

const words = process.argv.slice(2);
const chosen = mutants.filter(
  ({ what }) => words.length === 0 || words.some((word) => what.includes(word)),
);
const width = Math.max(...chosen.map(({ what }) => what.length));
// Hours of work for the processor need not be noticed by whoever sits at the machine.
setPriority(10);
const folder = mkdtempSync(join(tmpdir(), 'nasboard-mutants-'));
try {
  for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const sound = runTests(folder, [...new Set(chosen.flatMap(({ tests }) => tests))]);
  if (sound.problem !== undefined || sound.red.length > 0) {
    say(`Without any mutant the tests are red: ${sound.problem ?? sound.red.join('; ')}`);
    process.exitCode = 1;
  } else {
    say(`${sound.green} tests are green; mutant → tests red`);
    const caught = chosen.filter((mutant) => judge(mutant, tryMutant(folder, mutant)));
    say(`${caught.length} of ${chosen.length} mutants caught`);
    process.exitCode = caught.length === chosen.length && chosen.length > 0 ? 0 : 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
