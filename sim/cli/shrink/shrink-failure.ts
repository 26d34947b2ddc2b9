import { writeFileSync } from 'node:fs';
import { formatDuration } from '../../scenario/duration.ts';
import type { ScenarioCase } from '../../scenario/reader.ts';
import type { CaseResult, ScenarioResult } from '../../scenario/result.ts';
import { quoted } from '../again.ts';
import type { ProgressBar } from '../progress-bar.ts';
import type { RunIo, RunOptions } from '../run-files.ts';
import { caseName, summaryOf } from '../run-report.ts';
import type { SuiteEntry } from '../suite.ts';
import { version } from '../version.ts';
import { shrinkCase } from './shrink-case.ts';
import { writeDocument } from './minimal-file.ts';

const runsDefault = 500;

/** Makes the first case that failed small, and writes it as a scenario of its own. */
export async function shrinkFailure(
  scenarios: readonly ScenarioResult[],
  entries: readonly SuiteEntry[],
  run: { readonly options: RunOptions; readonly io: RunIo; readonly progress: ProgressBar },
): Promise<void> {
  const { options, io, progress } = run;
  const scenario = scenarios.find((each) => firstFailed(each) !== undefined);
  const entry = entries.find((each) => each.scenario.file === scenario?.file);
  const result = scenario && firstFailed(scenario);
  if (result === undefined || scenario === undefined || entry === undefined) return;
  const { file } = scenario;
  const runs = options.shrinkRuns ?? runsDefault;
  let isEnough = false;
  const stopListening = io.onInterrupt(() => void (isEnough = true));
  try {
    const judgedBy = options.judgedBy ?? (options.weights ? 'invariants' : judgeOf(entry, result));
    const timeoutUs = options.timeout;
    const failed = { file, text: entry.text, result, judgedBy, timeoutUs };
    const shrunk = await shrinkCase(failed, {
      runs,
      isEnough: () => isEnough,
      onProgress: (done, { faults, steps }) =>
        progress.tell(
          `shrinking: ${count(faults, 'fault')}, ${count(steps, 'step')} left, ` +
            `${done} of ${runs} runs (Ctrl-C takes the best so far)`,
        ),
    });
    progress.clear();
    if (shrunk === undefined) {
      io.out(`${file}: taken out of its file, the case does not fail; it is not made smaller\n`);
      return;
    }
    const target = options.shrinkTo ?? minimalName(file);
    const { document } = shrunk;
    const remarks = [
      `Made from ${file}, case ${caseName(result)}, by nasboard ${version}.`,
      `Fails: ${result.failure === undefined ? result.outcome : summaryOf(result.failure)}`,
    ];
    writeFileSync(target, writeDocument(document, remarks));
    const limit = timeoutUs === undefined ? '' : ` --timeout ${formatDuration(timeoutUs)}`;
    const { faults, steps } = document;
    io.out(
      `shrunk to ${count(faults, 'fault')} and ${count(steps, 'step')} in ${shrunk.runs} runs` +
        `${isEnough ? ', as far as it came' : ''}:  nasboard run ${quoted(target)}${limit}\n`,
    );
  } finally {
    stopListening();
  }
}

/** One whose input can be used. */
function firstFailed({ cases }: ScenarioResult): CaseResult | undefined {
  return cases.find(({ outcome }) => outcome !== 'passed' && outcome !== 'unusable');
}

function judgeOf({ scenario }: SuiteEntry, { variables }: CaseResult): ScenarioCase['judgedBy'] {
  const key = JSON.stringify(variables);
  const own = scenario.cases.find((each) => JSON.stringify(each.variables) === key);
  return own?.judgedBy ?? 'steps';
}

/** In the current folder, whoever may write where the scenario is. */
function minimalName(file: string): string {
  return `${file.replace(/^.*[/\\]/, '').replace(/(\.min)?\.ya?ml$/i, '')}.min.yaml`;
}

function count(list: readonly unknown[], noun: string): string {
  return `${list.length} ${noun}${list.length === 1 ? '' : 's'}`;
}
