import type { PortName } from '#hal/errors';
import { exitCode } from '../exit-codes.ts';
import { formatJunitXml, type JunitCase } from '../junit-xml.ts';
import { version } from '../version.ts';
import type { CheckRow, PartCheck } from './check-bench.ts';

/** `conforms`: all that can be checked here was, and held. `partly`: some of it was, and held. */
export type PartVerdict = 'conforms' | 'fails' | 'partly' | 'unchecked';

/** A part and what came of it. */
export interface PartReport {
  readonly port: PortName;
  readonly title: string;
  readonly wiring: string;
  readonly rows: readonly CheckRow[];
}

/** All that came of a board. */
export interface BoardReport {
  /** The board file, as it was named. */
  readonly file: string;
  /** Somebody wanted the end before all was checked. */
  readonly wasStopped: boolean;
  readonly parts: readonly PartReport[];
}

/** What can be said of a part by its checks. */
function verdictOf(rows: readonly CheckRow[]): PartVerdict {
  const has = (result: CheckRow['result']): boolean => rows.some((row) => row.result === result);
  if (has('failed')) return 'fails';
  if (!has('passed')) return 'unchecked';
  return has('skipped') ? 'partly' : 'conforms';
}

/** How the command ends; what was left out alone is no failure. */
export function exitCodeOfBoard({ parts, wasStopped }: BoardReport): number {
  const isFailing = wasStopped || parts.some(({ rows }) => verdictOf(rows) === 'fails');
  return isFailing ? exitCode.failed : exitCode.passed;
}

/** The first line of a part, which says what is checked. */
export function headOf({ title, wiring }: Pick<PartCheck, 'title' | 'wiring'>): string {
  return ` ${title.padEnd(titleWidth)}${wiring}\n`;
}

const titleWidth = 15;

/** What came of a part, failures one by one, the rest in numbers and reasons. */
export function formatPart({ rows }: Pick<PartReport, 'rows'>): string {
  const passed = rows.filter(({ result }) => result === 'passed').length;
  const lines = [
    ...(passed === 0 ? [] : [`   ✓ ${plural(passed, 'check')} passed`]),
    ...rows.flatMap((row) =>
      row.result === 'failed' ? [`   ✗ ${row.name}`, `       ${row.reason}`] : [],
    ),
    ...grouped(rows, 'skipped').map(([why, count]) => `   - ${count} skipped: ${why}`),
    ...impossibleLine(grouped(rows, 'impossible')),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The last line. */
export function summaryOf({ parts, wasStopped }: BoardReport): string {
  const count = (verdict: PartVerdict): number =>
    parts.filter(({ rows }) => verdictOf(rows) === verdict).length;
  const [fails, partly, unchecked] = [count('fails'), count('partly'), count('unchecked')];
  const conform = count('conforms');
  return [
    `${conform} of ${plural(parts.length, 'part')} ${parts.length === 1 ? 'conforms' : 'conform'}`,
    ...(fails === 0 ? [] : [`${fails} ${fails === 1 ? 'does' : 'do'} not`]),
    ...(partly === 0 ? [] : [`${partly} partly checked`]),
    ...(unchecked === 0 ? [] : [`${unchecked} not checked`]),
    ...(wasStopped ? ['stopped before the end'] : []),
  ].join(', ');
}

/** A report for programs; docs/reference/hal-check.md has every field. */
export function formatCheckJson(report: BoardReport): string {
  const parts = report.parts.map(({ port, title, wiring, rows }) => ({
    port,
    title,
    wiring,
    verdict: verdictOf(rows),
    checks: rows.map(({ name, result, elapsedMs, ...row }) => ({
      name,
      result,
      ...row,
      elapsedMs: Math.round(elapsedMs),
    })),
  }));
  const counts: Record<PartVerdict, number> = { conforms: 0, fails: 0, partly: 0, unchecked: 0 };
  for (const { verdict } of parts) counts[verdict] += 1;
  const { file: board, wasStopped } = report;
  const exit = exitCodeOfBoard(report);
  const about = { report: 'nasboard-hal-check', version: 1, nasboard: version, board };
  return `${JSON.stringify({ ...about, exitCode: exit, wasStopped, counts, parts }, null, 2)}\n`;
}

/** A report in JUnit's XML, a suite for each part. */
export function formatCheckJunit({ file, parts }: BoardReport): string {
  return formatJunitXml(
    parts.map(({ port, title, wiring, rows }) => ({
      name: title,
      properties: { board: file, wiring },
      cases: rows.map((row) => junitCase(port, row)),
    })),
  );
}

function junitCase(port: PortName, row: CheckRow): JunitCase {
  const { name: title, elapsedMs } = row;
  const about = { title, className: `hal.${port}`, elapsedMs };
  if (row.result === 'passed') return about;
  const { result, reason: message } = row;
  const isFailed = result === 'failed';
  const verdict = isFailed
    ? ({ element: 'failure', type: 'failed', message, body: message } as const)
    : ({ element: 'skipped', message } as const);
  return { ...about, verdict };
}

function impossibleLine(groups: ReturnType<typeof grouped>): readonly string[] {
  if (groups.length === 0) return [];
  const count = groups.reduce((sum, [, each]) => sum + each, 0);
  return [`     ${count} not possible here: ${groups.map(([why]) => why).join('; ')}`];
}

function grouped(
  rows: readonly CheckRow[],
  result: 'skipped' | 'impossible',
): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (row.result === result) counts.set(row.reason, (counts.get(row.reason) ?? 0) + 1);
  }
  return [...counts];
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
