import { formatDuration } from '../scenario/duration.ts';
import type { CaseResult, ScenarioResult } from '../scenario/result.ts';

/** The options of a run on which the outcome of a case depends. */
export interface AgainOptions {
  readonly timeoutUs?: number | undefined;
  readonly checkDeterminism?: boolean | undefined;
  readonly randomFaults?: boolean | undefined;
  /** The file of their weights. */
  readonly faultWeights?: string | undefined;
  readonly judgedBy?: string | undefined;
}

/** The command that repeats a case, and records its trace. */
export function againCommand(
  { file }: Pick<ScenarioResult, 'file'>,
  { seed, variables }: Pick<CaseResult, 'seed' | 'variables'>,
  options: AgainOptions,
): string {
  const { timeoutUs, checkDeterminism, randomFaults, faultWeights, judgedBy } = options;
  const trace = `${file.replace(/^.*[/\\]/, '').replace(/\.ya?ml$/i, '')}.jsonl`;
  const chosen = Object.entries(variables).map(([name, value]) => quoted(`${name}=${value}`));
  return [
    'nasboard run',
    quoted(file),
    `--seed ${seed}`,
    ...chosen.map((choice) => `--case ${choice}`),
    ...(timeoutUs === undefined ? [] : [`--timeout ${formatDuration(timeoutUs)}`]),
    ...(randomFaults === true ? ['--random-faults'] : []),
    ...(faultWeights === undefined ? [] : [`--fault-weights ${quoted(faultWeights)}`]),
    ...(judgedBy === undefined ? [] : [`--judged-by ${judgedBy}`]),
    ...(checkDeterminism === true ? ['--check-determinism'] : []),
    `--trace ${quoted(trace)}`,
  ].join(' ');
}

/** A word of a command, as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
