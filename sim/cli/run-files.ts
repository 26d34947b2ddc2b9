import { readFileSync, writeFileSync } from 'node:fs';
import pc from 'picocolors';
import { formatProblem, ScenarioError, type ScenarioProblem } from '../scenario/problem.ts';
import { readScenario } from '../scenario/reader.ts';
import { worstOf, type Outcome, type ScenarioResult } from '../scenario/result.ts';
import { planCases } from '../scenario/run-scenario.ts';
import { CaseFileWriter } from './case-files.ts';
import { exitCode } from './exit-codes.ts';
import { formatScenario, formatSummary } from './run-report.ts';
import { runSuite, type SuiteEntry } from './suite.ts';
import { seriesMax } from '../plot/style.ts';

/** The options of `nasboard run`, read. */
export interface RunOptions {
  readonly seed?: number;
  readonly seeds?: number;
  /** In simulated µs. */
  readonly timeout?: number;
  readonly checkDeterminism?: boolean;
  readonly jobs?: number;
  readonly junit?: string;
  readonly json?: string;
  /** Files for the tables of sweeps. */
  readonly csv?: string;
  readonly svg?: string;
  /** Values of lists: cases with others are left out. */
  readonly case?: Readonly<Record<string, string>>;
  readonly trace?: string;
  readonly serialLog?: string;
  readonly verbose?: boolean;
}

/** Where a run speaks. */
export interface RunIo {
  out(text: string): void;
  err(text: string): void;
  readonly isColoured: boolean;
  /** Whether a line on `err` can be written over. */
  readonly hasProgress: boolean;
}

const exitCodes: Readonly<Record<Outcome, number>> = {
  passed: exitCode.passed,
  failed: exitCode.failed,
  unusable: exitCode.unusable,
  invalid: exitCode.broken,
  broken: exitCode.broken,
  'time-limit': exitCode.timedOut,
};

const nameWidthMax = 80;

/** The terminal that this process has, or has not. */
export function processIo(): RunIo {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isColoured: pc.isColorSupported,
    hasProgress: process.stderr.isTTY && process.stdout.isTTY,
  };
}

/** Runs scenario files and tells what came of them; answers the exit code. */
export async function runFiles(
  files: readonly string[],
  options: RunOptions,
  io: RunIo,
): Promise<number> {
  const startedMs = performance.now();
  const { entries, problems } = readFiles(files);
  const all = problems.length > 0 ? problems : misuseOf(entries, options);
  if (all.length > 0) {
    for (const problem of all) io.err(`${problem}\n`);
    return exitCode.unusable;
  }
  const { timeout: timeoutUs, checkDeterminism } = options;
  const suiteOptions = {
    seed: options.seed,
    seeds: options.seeds,
    jobs: options.jobs,
    chosen: options.case,
    timeoutUs,
    checkDeterminism,
    keepTrace: options.trace !== undefined,
    keepSerialLog: options.serialLog !== undefined,
  };
  const { isColoured } = io;
  const names = entries.map(({ scenario }) => scenario.name.length);
  const nameWidth = Math.min(nameWidthMax, Math.max(...names));
  const isVerbose = options.verbose === true;
  const report = { isColoured, isVerbose, timeoutUs, checkDeterminism, nameWidth };
  const writer = new CaseFileWriter(
    { trace: options.trace, serialLog: options.serialLog },
    entries.reduce((sum, { scenario }) => sum + planCases(scenario, suiteOptions).length, 0),
  );
  const scenarios: ScenarioResult[] = [];
  const progress = new Progress(io);
  await runSuite(entries, suiteOptions, {
    onCase: (result) => writer.write(result),
    onScenario: (result) => {
      scenarios.push(result);
      progress.clear();
      io.out(formatScenario(result, report));
    },
    onProgress: (done, total) => progress.show(done, total),
  });
  progress.clear();
  const elapsedMs = performance.now() - startedMs;
  io.out(formatSummary(scenarios, { isColoured, elapsedMs }));
  await writeReports(scenarios, options, { writer, elapsedMs });
  return exitCodes[worstOf(scenarios.map(({ outcome }) => outcome))];
}

async function writeReports(
  scenarios: readonly ScenarioResult[],
  options: RunOptions,
  run: { readonly writer: CaseFileWriter; readonly elapsedMs: number },
): Promise<void> {
  if (options.junit !== undefined) {
    const { formatJunit } = await import('./junit.ts');
    writeFileSync(options.junit, formatJunit(scenarios));
  }
  if (options.json !== undefined) {
    const { formatJsonReport } = await import('./json-report.ts');
    const text = formatJsonReport(scenarios, {
      timeoutUs: options.timeout,
      checkDeterminism: options.checkDeterminism,
      filesOf: (each) => run.writer.filesOf(each),
      elapsedMs: run.elapsedMs,
    });
    writeFileSync(options.json, text);
  }
  if (options.csv !== undefined || options.svg !== undefined) {
    const { writeTables } = await import('./table-files.ts');
    writeTables(scenarios, options);
  }
}

/** What the options ask for and these files cannot give. */
function misuseOf(entries: readonly SuiteEntry[], options: RunOptions): readonly string[] {
  const { csv, svg, seed, seeds, case: chosen } = options;
  const problems: string[] = [];
  if (entries.every(({ scenario }) => planCases(scenario, { seed, seeds, chosen }).length === 0)) {
    const values = Object.entries(chosen ?? {}).map(([name, value]) => `${name}=${value}`);
    problems.push(`--case: no case has ${values.join(' and ')}`);
  }
  if (csv === undefined && svg === undefined) return problems;
  const layouts = entries.flatMap(({ scenario }) => (scenario.table === undefined ? [] : scenario));
  if (layouts.length === 0) problems.push('--csv and --svg need a scenario with a "table"');
  if (svg === undefined) return problems;
  for (const { file, table, axes } of layouts) {
    const lines = axes.find(({ name }) => name === table?.columns)?.values.length ?? 1;
    if (lines <= seriesMax) continue;
    problems.push(`${file}: --svg tells ${seriesMax} columns apart at most, not ${lines}`);
  }
  return problems;
}

/** Reads all files, so that nothing runs where one of them is unusable. */
function readFiles(files: readonly string[]): {
  readonly entries: readonly SuiteEntry[];
  readonly problems: readonly string[];
} {
  const entries: SuiteEntry[] = [];
  const problems: string[] = [];
  for (const file of files) {
    try {
      const text = readFileSync(file, 'utf8');
      entries.push({ scenario: readScenario(text, file), text });
    } catch (error) {
      problems.push(...problemsOf(error, file).map(formatOne));
    }
  }
  return { entries, problems };
}

function problemsOf(error: unknown, file: string): readonly (ScenarioProblem | string)[] {
  if (error instanceof ScenarioError) return error.problems;
  if (error instanceof Error && 'syscall' in error) return [`${file}: ${error.message}`];
  throw error;
}

function formatOne(problem: ScenarioProblem | string): string {
  return typeof problem === 'string' ? problem : formatProblem(problem);
}

/** One line that is written over, on a terminal. */
class Progress {
  readonly #io: RunIo;
  #isShown = false;
  #nextMs = 0;

  constructor(io: RunIo) {
    this.#io = io;
  }

  show(done: number, total: number): void {
    if (!this.#io.hasProgress || done === total) return;
    const nowMs = performance.now();
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + 50;
    this.#isShown = true;
    this.#io.err(`\r   ${done} of ${total} cases`);
  }

  clear(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#io.err('\r\u001b[K');
  }
}
