import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UsageError } from '../kernel/invariant.ts';
import { formatSpan } from '../scenario/duration.ts';
import { readScenario } from '../scenario/reader.ts';
import { runCase } from '../scenario/run-case.ts';
import { replayTrace, type ReplayDifference, type ReplayOutcome } from '../replay/replay-trace.ts';
import { readSecrets } from '../replay/secrets-file.ts';
import { readTrace, type RecordedTrace } from '../replay/trace-reader.ts';
import type { ReplayFlags } from './commands/replay.ts';
import { exitCode } from './exit-codes.ts';

/** Where a replay speaks. */
export interface ReplayIo {
  out(text: string): void;
  err(text: string): void;
  /** Whether a line on `err` can be written over. */
  readonly hasProgress: boolean;
}

/** `nasboard replay`; answers the exit code. */
export async function replayFile(file: string, flags: ReplayFlags, io: ReplayIo): Promise<number> {
  const trace = readTrace(textOf(file), file);
  const outcome =
    flags.scenario === undefined
      ? await replayed(trace, { file, secrets: flags.secrets }, io)
      : await runAgain(trace, file, flags.scenario);
  const { startUs } = trace.header;
  if (outcome.difference === undefined) {
    const spanUs = (trace.records.at(-1)?.t ?? startUs) - startUs;
    io.out(`${outcome.same} records over ${formatSpan(spanUs)} of true time came out the same\n`);
    return exitCode.passed;
  }
  io.out(differenceText(file, outcome.difference, startUs));
  return exitCode.failed;
}

async function replayed(
  trace: RecordedTrace,
  { file, secrets }: { readonly file: string; readonly secrets: string | undefined },
  io: ReplayIo,
): Promise<ReplayOutcome> {
  let shown = -1;
  const outcome = await replayTrace(trace, {
    file,
    ...(secrets !== undefined && { secrets: readSecrets(textOf(secrets), secrets) }),
    onProgress: (share) => {
      const percent = Math.floor(share * 100);
      if (!io.hasProgress || percent === shown) return;
      shown = percent;
      io.err(`\r   ${percent} %`);
    },
  });
  if (shown >= 0) io.err('\r\u001b[K');
  return outcome;
}

/** The scenario that a trace names, the case that it was, and its time limit. */
async function runAgain(
  trace: RecordedTrace,
  file: string,
  scenarioFile: string,
): Promise<ReplayOutcome> {
  const { scenario: named, seed } = trace.header;
  if (named === undefined) {
    throw new UsageError(`${file} names no scenario: leave --scenario out`);
  }
  const text = textOf(scenarioFile);
  if (createHash('sha256').update(text).digest('hex') !== named['sha256']) {
    throw new UsageError(
      `${scenarioFile} is not the scenario, or no longer, that ${file} was recorded of`,
    );
  }
  const scenario = readScenario(text, scenarioFile);
  const wanted = JSON.stringify(named['variables'] ?? {});
  const found = scenario.cases.find(({ variables }) => JSON.stringify(variables) === wanted);
  if (found === undefined) throw new UsageError(`${scenarioFile} has no case ${wanted}`);
  const timeoutUs = named['timeoutUs'];
  const result = await runCase(found, {
    seed,
    keepTrace: true,
    ...(typeof timeoutUs === 'number' && { timeoutUs }),
  });
  return compared(trace, readTrace(result.trace ?? '', scenarioFile));
}

function compared({ records }: RecordedTrace, { records: seen }: RecordedTrace): ReplayOutcome {
  const lines = seen.map((record) => JSON.stringify(record));
  const place = records.findIndex((record, index) => JSON.stringify(record) !== lines[index]);
  const extra = seen[records.length];
  if (place < 0 && extra === undefined) return { same: records.length, difference: undefined };
  const index = place < 0 ? records.length : place;
  const expected = records[index];
  return {
    same: index,
    difference: {
      line: index + 2,
      t: expected?.t ?? extra?.t ?? 0,
      expected: expected === undefined ? '(end of the trace)' : JSON.stringify(expected),
      seen: lines[index],
    },
  };
}

function differenceText(
  file: string,
  { line, t, expected, seen }: ReplayDifference,
  startUs: number,
): string {
  return [
    `${file}:${line}: the first difference, ${((t - startUs) / 1e6).toFixed(6)} s after the start`,
    `  expected  ${expected}`,
    `  seen      ${seen ?? '(nothing more)'}`,
    '',
  ].join('\n');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file} cannot be read: ${detail}`, { cause: error });
  }
}
