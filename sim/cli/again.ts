import { formatDuration } from '../scenario/duration.ts';
import type { CaseResult, ScenarioResult } from '../scenario/result.ts';

/** The command that repeats a case, and records its trace. */
export function againCommand(
  { file }: Pick<ScenarioResult, 'file'>,
  { seed, variables }: Pick<CaseResult, 'seed' | 'variables'>,
  options: {
    readonly timeoutUs?: number | undefined;
    readonly checkDeterminism?: boolean | undefined;
  },
): string {
  const trace = `${file.replace(/^.*[/\\]/, '').replace(/\.ya?ml$/i, '')}.jsonl`;
  const chosen = Object.entries(variables).map(([name, value]) => quoted(`${name}=${value}`));
  return [
    'nasboard run',
    quoted(file),
    `--seed ${seed}`,
    ...chosen.map((choice) => `--case ${choice}`),
    ...(options.timeoutUs === undefined ? [] : [`--timeout ${formatDuration(options.timeoutUs)}`]),
    ...(options.checkDeterminism === true ? ['--check-determinism'] : []),
    `--trace ${quoted(trace)}`,
  ].join(' ');
}

function quoted(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
