import pc from 'picocolors';
import { formatSpan } from '../scenario/duration.ts';
import type {
  CaseResult,
  ClockReport,
  FailureReport,
  Outcome,
  ScenarioResult,
} from '../scenario/result.ts';
import { againCommand, type AgainOptions } from './again.ts';
import { pinLines, secondsText } from './pin-text.ts';
import type { RunOptions } from './run-files.ts';
import { formatTable } from './table-text.ts';

/** How a report looks. */
export interface ReportOptions {
  readonly isColoured: boolean;
  /** All failures of a scenario, and the stacks of bugs. */
  readonly isVerbose: boolean;
  /** What the command that repeats a case needs beside its seed. */
  readonly again: AgainOptions;
  /** Width of the longest name. */
  readonly nameWidth: number;
}

/** A case that failed is shown in full up to so many of a scenario. */
const failuresMax = 3;

const outcomeWords: Readonly<Record<Outcome, string>> = {
  passed: 'passed',
  failed: 'failed',
  'time-limit': 'ran into the time limit',
  invalid: 'invalid',
  unusable: 'unusable',
  broken: 'broken',
};

/** One line a scenario; below it what there is to know of each case that did not pass. */
export function formatScenario(scenario: ScenarioResult, options: ReportOptions): string {
  const colours = pc.createColors(options.isColoured);
  const { cases } = scenario;
  const isGood = scenario.outcome === 'passed';
  const count = cases.length === 1 ? '' : `${cases.length} cases`;
  const simulated = `${formatSpan(total(cases, 'simulatedUs'))} simulated`;
  const elapsed = formatSpan(total(cases, 'elapsedMs') * 1000);
  const columns = [
    scenario.name.padEnd(options.nameWidth),
    count.padStart(9),
    simulated.padStart(20),
    elapsed.padStart(8),
  ];
  const mark = isGood ? colours.green('✓') : colours.red('✗');
  const lines = [` ${mark} ${columns.join('  ')}`];
  const failed = cases.filter(({ outcome }) => outcome !== 'passed');
  const shown = options.isVerbose ? failed : failed.slice(0, failuresMax);
  for (const each of shown) lines.push(...failureLines(scenario, each, options));
  if (failed.length > shown.length) {
    lines.push(`     … and ${failed.length - shown.length} more (--verbose shows them)`);
  }
  if (scenario.table !== undefined) {
    lines.push(...formatTable(scenario.table).map((line) => (line === '' ? '' : `     ${line}`)));
  }
  return `${lines.join('\n')}\n`;
}

/** The last line: how many of each outcome, and what was done. */
export function formatSummary(
  scenarios: readonly ScenarioResult[],
  options: { readonly isColoured: boolean; readonly elapsedMs: number },
): string {
  const colours = pc.createColors(options.isColoured);
  const cases = scenarios.flatMap((scenario) => scenario.cases);
  const counts = (Object.keys(outcomeWords) as Outcome[]).flatMap((outcome) => {
    const number = scenarios.filter((scenario) => scenario.outcome === outcome).length;
    if (number === 0) return [];
    const text = `${number} ${outcomeWords[outcome]}`;
    return [outcome === 'passed' ? colours.green(text) : colours.red(text)];
  });
  const facts = [
    plural(scenarios.length, 'scenario'),
    plural(cases.length, 'case'),
    `${formatSpan(total(cases, 'simulatedUs'))} simulated in ${formatSpan(options.elapsedMs * 1000)}`,
    seedsOf(cases),
  ];
  return `${counts.join(', ')}   (${facts.join(', ')})\n`;
}

function failureLines(
  scenario: ScenarioResult,
  each: CaseResult,
  options: ReportOptions,
): readonly string[] {
  const colours = pc.createColors(options.isColoured);
  const { failure, outcome, seed } = each;
  if (failure === undefined) return [];
  const { step, expected, seen, problem, stack } = failure;
  const field = (name: string, text: string): string =>
    `     ${colours.dim(name.padEnd(9))} ${text}`;
  const place = step === undefined ? scenario.file : `${scenario.file}:${step.line}`;
  const what = [step?.source, step?.name === undefined ? undefined : `(${step.name})`];
  const lines = [`     ${place}   ${what.filter((part) => part !== undefined).join('  ')}`];
  if (outcome !== 'failed') lines.push(field(outcomeWords[outcome], ''));
  if (scenario.cases.length > 1) lines.push(field('case', caseName(each)));
  if (problem !== undefined) lines.push(`       ${colours.red(problem)}`);
  if (expected !== undefined) {
    lines.push(`       expected  ${expected}      seen  ${colours.red(seen ?? 'nothing')}`);
  }
  if (options.isVerbose && stack !== undefined) lines.push(stack.replaceAll(/^/gm, '       '));
  lines.push(
    field('console', failure.console.length === 0 ? 'silent' : failure.console.join(' / ')),
    field('states', statesText(failure)),
    ...pinLines(failure.pins).map((line, row) => field(row === 0 ? 'pins' : '', line)),
    field('clocks', clocksText(failure.clocks)),
    ...each.faults.map((fault, row) => field(row === 0 ? 'faults' : '', faultText(fault))),
    field('at', `${secondsText(failure.atUs)} after the start, seed ${seed}`),
    field('again', againCommand(scenario, each, options.again)),
  );
  return lines.map((line) => line.trimEnd());
}

/** What tells a case from the others of its scenario. */
export function caseName({ variables, seed }: Pick<CaseResult, 'variables' | 'seed'>): string {
  return Object.entries({ ...variables, seed })
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** What a case failed by, in one line. */
export function summaryOf({ problem, expected, seen }: FailureReport): string {
  const said =
    expected === undefined ? undefined : `expected ${expected}, seen ${seen ?? 'nothing'}`;
  return [problem, said].filter((part) => part !== undefined).join('; ');
}

/** The options of a run on which the outcome of one of its cases depends. */
export function againOptionsOf(options: RunOptions): AgainOptions {
  const { timeout: timeoutUs, checkDeterminism, randomFaults, faultWeights, judgedBy } = options;
  return { timeoutUs, checkDeterminism, randomFaults, faultWeights, judgedBy };
}

function faultText({ atUs, source, isFelt }: CaseResult['faults'][number]): string {
  return `${secondsText(atUs)}  ${source}${isFelt ? '' : '  (no effect)'}`;
}

/** The state of every chart. */
export function statesText({ states }: FailureReport): string {
  return Object.entries(states)
    .map(([chart, state]) => `${chart} ${state}`)
    .join(', ');
}

/** The clocks at one instant. */
export function clocksText({ wallMs, trueMs, rtcMs, isRtcValid, trust }: ClockReport): string {
  const parts = [
    wallMs === undefined ? 'wall none' : `wall ${timeOf(wallMs)}`,
    `true ${timeOf(trueMs)}`,
    `rtc ${timeOf(rtcMs).slice(0, 8)}${isRtcValid ? '' : ' (invalid)'}`,
  ];
  if (trust !== undefined) parts.push(`trust ${trust}`);
  return parts.join('  ');
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}

function total(cases: readonly CaseResult[], field: 'simulatedUs' | 'elapsedMs'): number {
  return cases.reduce((sum, each) => sum + each[field], 0);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function seedsOf(cases: readonly CaseResult[]): string {
  const seeds = [...new Set(cases.map(({ seed }) => seed))].sort((a, b) => a - b);
  const [first = 1] = seeds;
  const last = seeds.at(-1) ?? first;
  if (seeds.length === 1) return `seed ${first}`;
  const isRow = last - first === seeds.length - 1;
  return isRow ? `seeds ${first} to ${last}` : `${seeds.length} seeds`;
}
