import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { firstDifference } from '#sim/scenario/determinism';
import { readScenario } from '#sim/scenario/reader';
import { planCases } from '#sim/scenario/run-scenario';
import { runCase } from '#sim/scenario/run-case';

const examples = new URL('../../docs/examples/', import.meta.url);

/** The trace that one case of an example must leave, on any machine and any version of Node. */
export interface GoldenTrace {
  readonly sha256: string;
  /** The first characters of the hash of each line: where another trace departs from this one. */
  readonly lines: string;
}

/** By example and case, as `traceName` names them, in the order in which the command runs them. */
export type GoldenTraces = Readonly<Record<string, GoldenTrace>>;

/** One case of an example. */
export interface ExampleCase {
  readonly name: string;
  /** Runs it on a fresh board; answers its trace. */
  readonly trace: () => Promise<string>;
}

/** Where the golden traces are kept. */
export const goldenFile = new URL('traces.json', import.meta.url);

/** What the repository says. */
export function readGolden(): GoldenTraces {
  return JSON.parse(readFileSync(goldenFile, 'utf8')) as GoldenTraces;
}

/** Every case of every example. */
export function exampleCases(): readonly ExampleCase[] {
  const files = readdirSync(examples).filter((name) => name.endsWith('.yaml'));
  return files.toSorted().flatMap((file) => {
    const path = fileURLToPath(new URL(file, examples));
    const scenario = readScenario(readFileSync(path, 'utf8'), path);
    return planCases(scenario, {}).map(({ index, seed }) => ({
      name: `${file}, case ${index + 1}`,
      async trace() {
        const scenarioCase = scenario.cases[index];
        if (scenarioCase === undefined) throw new Error(`${file} has no case ${index}`);
        const result = await runCase(scenarioCase, { seed, keepTrace: true });
        if (result.outcome !== 'passed') throw new Error(`${file} ${result.outcome}`);
        return result.trace ?? '';
      },
    }));
  });
}

/** What is kept of a trace. */
export function goldenOf(trace: string): GoldenTrace {
  const lines = trace.split('\n').map((line) => sha256(line).slice(0, lineCharacters));
  return { sha256: sha256(trace), lines: lines.join('') };
}

/** Says how a trace differs from what is kept of it; undefined where it does not. */
export function difference(golden: GoldenTrace | undefined, trace: string): string | undefined {
  if (golden === undefined) return `no trace is kept of it. ${renewal}`;
  const seen = goldenOf(trace);
  if (seen.sha256 === golden.sha256) return undefined;
  const parted = firstDifference(spread(golden.lines), spread(seen.lines));
  const line = trace.split('\n')[(parted?.line ?? 1) - 1];
  const shown = line === undefined || line === '' ? '(end of the trace)' : line;
  const where = `from line ${parted?.line ?? 1} on, which is now\n  ${shown}\n`;
  const hashes = `SHA-256 expected ${golden.sha256}\n        seen     ${seen.sha256}\n`;
  return `its trace is another ${where}${hashes}${renewal}`;
}

const lineCharacters = 4;

const renewal = 'Where this is meant: npm run golden, and say in the commit what has changed.';

function spread(lines: string): string {
  return (lines.match(/.{4}/g) ?? []).join('\n');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
