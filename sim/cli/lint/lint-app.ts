import { readFileSync } from 'node:fs';
import { isRecord } from '../../scenario/schema.ts';
import { readTree } from '../../scenario/yaml-tree.ts';
import { exitCode } from '../exit-codes.ts';
import { countFindings, formatFinding, withYamlRule, type Finding } from './finding.ts';
import type { CommandIo } from './import-board.ts';
import { lintBoardFile } from './lint-board.ts';
import { lintScenario } from './lint-scenario.ts';

interface LintedFile {
  readonly file: string;
  readonly kind: 'scenario' | 'board' | 'unknown';
  readonly findings: readonly Finding[];
}

/** Tells all that is wrong with files and answers the exit code; nothing runs. */
export function lintFiles(
  files: readonly string[],
  { timeout, json }: { readonly timeout?: number; readonly json?: boolean },
  io: CommandIo,
): number {
  const texts = new Map<string, string>();
  for (const file of files) {
    try {
      texts.set(file, readFileSync(file, 'utf8'));
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error;
      io.err(`${file}: ${error.message}\n`);
    }
  }
  const linted = [...texts].map(([file, text]) => lintText(text, file, timeout));
  const all = linted.flatMap(({ findings }) => findings);
  if (json === true) {
    io.out(`${JSON.stringify({ files: linted }, undefined, 2)}\n`);
  } else {
    for (const finding of all) io.out(formatFinding(finding, texts.get(finding.file) ?? ''));
    const count = linted.length === 1 ? 'file' : 'files';
    io.out(`${linted.length} ${count}: ${countFindings(all)}\n`);
  }
  if (texts.size < new Set(files).size) return exitCode.unusable;
  return all.some(({ severity }) => severity === 'error') ? exitCode.failed : exitCode.passed;
}

/** All that is wrong with a text, which is a scenario or a board file. */
export function lintText(text: string, file: string, limitUs?: number): LintedFile {
  const yaml = readTree(text, file);
  if (!('value' in yaml)) return { file, kind: 'unknown', findings: withYamlRule(yaml) };
  const kind = kindOf(yaml.value);
  if (kind === 'board') return { file, kind, findings: lintBoardFile(text, { file, yaml }) };
  if (kind === 'scenario') {
    return { file, kind, findings: lintScenario(text, { file, yaml, limitUs }) };
  }
  const unknown: Finding = {
    file,
    line: 1,
    column: 1,
    severity: 'error',
    rule: 'form',
    text: 'this is neither a scenario nor a board file',
    advice: 'a scenario has version: 1 and steps, a board file has console, resetButton, leds …',
  };
  return { file, kind, findings: [unknown] };
}

const scenarioFields = ['steps', 'version', 'sweep', 'author'];
const boardFields = ['resetButton', 'leds', 'console', 'storage', 'rtc', 'buzzer', 'watchdog'];

function kindOf(value: unknown): LintedFile['kind'] {
  if (!isRecord(value)) return 'unknown';
  const count = (fields: readonly string[]): number =>
    fields.filter((field) => Object.hasOwn(value, field)).length;
  const [scenario, board] = [count(scenarioFields), count(boardFields)];
  if (scenario === 0 && board === 0) return 'unknown';
  return scenario >= board ? 'scenario' : 'board';
}
