import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { replayTrace } from '#sim/replay/replay-trace';
import { readSecrets } from '#sim/replay/secrets-file';
import { readTrace } from '#sim/replay/trace-reader';
import { readScenario } from '#sim/scenario/reader';
import { runCase } from '#sim/scenario/run-case';

const examples = new URL('../../../docs/examples/', import.meta.url);
const isProof = process.env['NASBOARD_PROOF'] === 'full';

/** Those that take long have many cases of one kind. */
const casesMax = isProof ? Number.POSITIVE_INFINITY : 2;

describe('the traces of the examples, replayed with their secrets', () => {
  const files = readdirSync(examples).filter((name) => name.endsWith('.yaml'));

  test.each(files)('%s', async (file) => {
    const path = fileURLToPath(new URL(file, examples));
    const { cases } = readScenario(readFileSync(path, 'utf8'), path);
    for (const scenarioCase of cases.slice(0, casesMax)) {
      const { seed = 1 } = scenarioCase.board;
      const result = await runCase(scenarioCase, { seed, keepTrace: true, keepSecrets: true });
      const trace = readTrace(result.trace ?? '', file);
      const secrets = readSecrets(result.secrets ?? '', 'secrets');
      const outcome = await replayTrace(trace, { file, secrets });
      expect(outcome).toEqual({ same: trace.records.length, difference: undefined });
    }
  });
});
