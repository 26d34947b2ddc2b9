import type { Bench } from '../bench.ts';
import type * as coverageRecorder from '../charts/coverage-recorder.ts';
import { SecretsRecorder } from '../replay/secrets-file.ts';
import type * as caseRecording from '../waves/case-recording.ts';
import type { StepContext } from './context.ts';
import type { CaseResult } from './result.ts';
import type { CaseOptions } from './run-case.ts';

/** What is kept of a run beside its trace. */
type Recordings = Pick<CaseResult, 'secrets' | 'serialLog' | 'vcd' | 'coverage'>;

/** Records what is asked for, on whichever bench the run goes on; the answer ends it. */
export async function recordCase(
  context: StepContext,
  options: CaseOptions,
): Promise<() => Recordings> {
  const { bench } = context;
  const { keepSecrets = false, keepSerialLog = false, keepCoverage = false } = options;
  const secrets = keepSecrets ? new SecretsRecorder(bench.trace) : undefined;
  const vcd = options.vcd === undefined ? undefined : await startVcd(bench, options);
  const coverage = keepCoverage ? await startCoverage() : undefined;
  let serialLog = keepSerialLog ? '' : undefined;
  const log = ({ board }: Bench): void => {
    board.uart.onData((_bytes, _timeUs, text) => void (serialLog += text));
  };
  if (serialLog !== undefined) log(bench);
  context.onBench((next) => {
    secrets?.follow(next.trace);
    vcd?.attach(next);
    if (serialLog !== undefined) log(next);
  });
  return () => {
    coverage?.stop();
    return {
      secrets: secrets?.finish(),
      serialLog,
      vcd: vcd?.end(),
      coverage: coverage?.counts(),
    };
  };
}

// Asking for a module again takes as long as all the rest of a recording.
let waves: Promise<typeof caseRecording> | undefined;
let charts: Promise<typeof coverageRecorder> | undefined;

async function startVcd(
  bench: Bench,
  { vcd, scenario }: CaseOptions,
): Promise<caseRecording.CaseRecording> {
  waves ??= import('../waves/case-recording.ts');
  return (await waves).recordCase(bench, { ...vcd, scenario });
}

async function startCoverage(): Promise<coverageRecorder.CoverageRecorder> {
  charts ??= import('../charts/coverage-recorder.ts');
  return new (await charts).CoverageRecorder();
}
