import { readFileSync } from 'node:fs';
import pc from 'picocolors';
import { formatProblem, ScenarioError, type ScenarioProblem } from '../scenario/problem.ts';
import { readScenario } from '../scenario/reader.ts';
import type { FaultWeights } from '../scenario/chance/draw-faults.ts';
import type { Judge } from '../scenario/judge.ts';
import { worstOf, type ScenarioResult } from '../scenario/result.ts';
import { planCases } from '../scenario/run-scenario.ts';
import { CaseFileWriter } from './case-files.ts';
import { CoverageSum } from './coverage-files.ts';
import { exitCode } from './exit-codes.ts';
import { exitCodeOf } from './outcome-exit.ts';
import { ProgressBar } from './progress-bar.ts';
import { againOptionsOf, formatScenario, formatSummary } from './run-report.ts';
import { writeReports } from './run-reports.ts';
import { runSuite, type SuiteEntry, type SuiteOptions } from './suite.ts';
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
  /** `-` is stdout: all else is then told on stderr. */
  readonly tap?: string;
  /** Files for the tables of sweeps. */
  readonly csv?: string;
  readonly svg?: string;
  /** Values of lists: cases with others are left out. */
  readonly case?: Readonly<Record<string, string>>;
  readonly trace?: string;
  /** Where to write what the trace leaves out. */
  readonly traceSecrets?: string;
  readonly serialLog?: string;
  /** A directory. */
  readonly coverage?: string;
  readonly vcd?: string;
  /** As IEEE 1364 writes it: `1us`. */
  readonly vcdTimescale?: string;
  /** Chance gives each run faults of its own. */
  readonly randomFaults?: boolean;
  /** A file that says how; it asks for random faults too. */
  readonly faultWeights?: string;
  /** The same, read. */
  readonly weights?: FaultWeights;
  readonly judgedBy?: Judge;
  /** False: never. */
  readonly shrink?: boolean;
  readonly shrinkTo?: string;
  readonly shrinkRuns?: number;
  readonly verbose?: boolean;
}

/** Where a run speaks. */
export interface RunIo {
  out(text: string): void;
  err(text: string): void;
  readonly isColoured: boolean;
  /** A report for a program that reads our stdout. */
  tap(text: string): void;
  /** Whether a line on `err` can be written over. */
  readonly hasProgress: boolean;
  /** Width of that line, where it is known. */
  columns(): number | undefined;
  /** Whether GitHub Actions reads what is told, and marks lines. */
  readonly isGithub: boolean;
  /** Hears Ctrl-C in the place of the process; the answer ends that. */
  onInterrupt(listener: () => void): () => void;
}

const nameWidthMax = 80;

/** The terminal that this process has, or has not. */
export function processIo(): RunIo {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isColoured: pc.isColorSupported,
    tap: (text) => void process.stdout.write(text),
    hasProgress: process.stderr.isTTY && process.stdout.isTTY,
    columns: () => process.stderr.columns,
    isGithub: process.env['GITHUB_ACTIONS'] === 'true',
    onInterrupt: (listener) => {
      process.once('SIGINT', listener);
      return () => void process.off('SIGINT', listener);
    },
  };
}

/** Runs scenario files and tells what came of them; answers the exit code. */
export async function runFiles(
  files: readonly string[],
  asked: RunOptions,
  terminal: RunIo,
): Promise<number> {
  const startedMs = performance.now();
  const io = asked.tap === '-' ? { ...terminal, out: terminal.err } : terminal;
  const { entries, problems: unreadable } = readFiles(files);
  const { options, problems } = await withWeights(asked, unreadable);
  const all = problems.length > 0 ? problems : misuseOf(entries, options);
  if (all.length > 0) {
    for (const problem of all) io.err(`${problem}\n`);
    return exitCode.unusable;
  }
  const suiteOptions = suiteOptionsOf(options);
  const { isColoured } = io;
  const names = entries.map(({ scenario }) => scenario.name.length);
  const nameWidth = Math.min(nameWidthMax, Math.max(...names));
  const isVerbose = options.verbose === true;
  const report = { isColoured, isVerbose, nameWidth, again: againOptionsOf(options) };
  const writer = new CaseFileWriter(
    {
      trace: options.trace,
      traceSecrets: options.traceSecrets,
      serialLog: options.serialLog,
      vcd: options.vcd,
    },
    entries.reduce((sum, { scenario }) => sum + planCases(scenario, suiteOptions).length, 0),
  );
  const scenarios: ScenarioResult[] = [];
  const coverage = new CoverageSum();
  const progress = new ProgressBar(io);
  await runSuite(entries, suiteOptions, {
    onCase: (result) => writer.write(coverage.take(result)),
    onScenario: (result) => {
      scenarios.push(result);
      progress.clear();
      io.out(formatScenario(result, report));
    },
    onProgress: (done, total, last) => progress.show(done, total, last),
  });
  progress.clear();
  const elapsedMs = performance.now() - startedMs;
  io.out(formatSummary(scenarios, { isColoured, elapsedMs }));
  await writeReports(scenarios, options, { entries, writer, elapsedMs, io });
  if (options.coverage !== undefined) io.out(await coverage.write(options.coverage));
  const outcome = worstOf(scenarios.map((each) => each.outcome));
  if (outcome !== 'passed' && wantsShrinking(options)) {
    const { shrinkFailure } = await import('./shrink/shrink-failure.ts');
    await shrinkFailure(scenarios, entries, { options, io, progress });
  }
  return exitCodeOf(outcome);
}

function suiteOptionsOf(options: RunOptions): SuiteOptions {
  return {
    seed: options.seed,
    seeds: options.seeds,
    jobs: options.jobs,
    chosen: options.case,
    timeoutUs: options.timeout,
    checkDeterminism: options.checkDeterminism,
    keepTrace: options.trace !== undefined,
    keepSecrets: options.traceSecrets !== undefined,
    keepSerialLog: options.serialLog !== undefined,
    keepCoverage: options.coverage !== undefined,
    vcd: options.vcd === undefined ? undefined : { timescale: options.vcdTimescale },
    randomFaults: options.weights,
    judgedBy: options.judgedBy,
  };
}

/** Whether a failure is to be made small: where asked for, and where chance made it. */
function wantsShrinking({ shrink, shrinkTo, weights }: RunOptions): boolean {
  return shrink !== false && (shrinkTo !== undefined || weights !== undefined);
}

/** Reads how chance is to spread faults, where it is to give any. */
async function withWeights(
  options: RunOptions,
  problems: readonly string[],
): Promise<{ readonly options: RunOptions; readonly problems: readonly string[] }> {
  const { randomFaults = false, faultWeights: file } = options;
  if (file === undefined) {
    if (!randomFaults) return { options, problems };
    const { defaultWeights } = await import('../scenario/chance/draw-faults.ts');
    return { options: { ...options, weights: defaultWeights }, problems };
  }
  const { readWeights } = await import('../scenario/chance/weights-file.ts');
  try {
    const weights = readWeights(readFileSync(file, 'utf8'), file);
    return { options: { ...options, weights }, problems };
  } catch (error) {
    return { options, problems: [...problems, ...problemsOf(error, file).map(formatOne)] };
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
