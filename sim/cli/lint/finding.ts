import type { ScenarioProblem } from '../../scenario/problem.ts';

/** Something about a file that a person should know, with its place; counted from 1. */
export interface Finding extends ScenarioProblem {
  readonly severity: 'error' | 'warning';
  /** A name for what is looked at, the same in all versions: `line-twice`. */
  readonly rule: string;
  /** What to do about it. */
  readonly advice?: string | undefined;
}

/** What is no YAML is told alone: nothing else can be. */
export function withYamlRule(problems: readonly ScenarioProblem[]): readonly Finding[] {
  return problems.map((problem) => ({ ...problem, severity: 'error', rule: 'yaml' }));
}

const columnsMax = 100;

/** A finding with the line it is about, the place marked, and what to do. */
export function formatFinding(finding: Finding, text: string): string {
  const { file, line, column, severity, rule, advice } = finding;
  const lead = `${file}:${line}:${column}  ${severity}: ${finding.text}  [${rule}]\n`;
  const source = text.split('\n')[line - 1]?.replaceAll(/[\u0000-\u001f\u007f]/g, ' ') ?? '';
  const margin = String(line);
  const blank = ' '.repeat(margin.length);
  // Of a long line the part around the place is shown.
  const from = column <= columnsMax ? 0 : column - columnsMax / 2;
  const shown = source.slice(from, from + columnsMax);
  const frame = `  ${margin} | ${shown}\n  ${blank} | ${' '.repeat(column - 1 - from)}^\n`;
  const hasFrame = source.trim() !== '' && column <= source.length + 1;
  return lead + (hasFrame ? frame : '') + (advice === undefined ? '' : `  ${blank} = ${advice}\n`);
}

/** In the order of the file; what is found twice at a place is told once. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const keyOf = (each: Finding): string => `${each.line}:${each.column}:${each.text}`;
  const once = new Map(findings.map((finding) => [keyOf(finding), finding]));
  return [...once.values()].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** `2 errors, 1 warning`, or that there is nothing. */
export function countFindings(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  const counts = [
    ...(errors === 0 ? [] : [`${errors} ${errors === 1 ? 'error' : 'errors'}`]),
    ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]),
  ];
  return counts.length === 0 ? 'nothing to find fault with' : counts.join(', ');
}
