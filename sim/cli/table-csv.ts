import type { ScenarioResult } from '../scenario/result.ts';

/**
 * The results of a sweep as CSV (RFC 4180): a line for each case, with the values of its lists, its
 * seed, how it ended and all that it counted. A case that did not pass has no counts.
 */
export function formatCsv({ cases }: Pick<ScenarioResult, 'cases'>): string {
  const [first] = cases;
  if (first === undefined) return '';
  const lists = Object.keys(first.variables);
  const results = Object.keys(first.results);
  const lines = cases.map((each) => [
    ...lists.map((name) => String(each.variables[name])),
    String(each.seed),
    each.outcome,
    ...results.map((name) => (each.outcome === 'passed' ? String(each.results[name]) : '')),
  ]);
  return [[...lists, 'seed', 'outcome', ...results], ...lines]
    .map((fields) => `${fields.map(quoted).join(',')}\r\n`)
    .join('');
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
