import * as v from 'valibot';
import type { LogEntry } from '../../log/event-log.ts';
import type { Routes } from './route.ts';
import { numberInQuery, timeText } from './schemas.ts';

const severity = v.picklist(['info', 'warning', 'error']);

const entry = v.strictObject({
  id: v.number(),
  time: v.string(),
  severity,
  category: v.string(),
  text: v.string(),
  user: v.nullable(v.string()),
  address: v.nullable(v.string()),
});

const filter = {
  severity: v.optional(severity),
  category: v.optional(v.pipe(v.string(), v.maxLength(32))),
};

const pageQuery = v.strictObject({
  ...filter,
  /** Entries before that one: `next` of the page before. */
  before: v.optional(numberInQuery(1, Number.MAX_SAFE_INTEGER)),
  limit: v.optional(numberInQuery(1, 500)),
});

const exportQuery = v.strictObject({
  ...filter,
  /** CSV (RFC 4180), or JSON Lines. */
  format: v.picklist(['csv', 'jsonl']),
});

const limitOtherwise = 100;
const exportedMax = 10_000;

/** The event log, for administrators. */
export function addLog(routes: Routes): void {
  const common = { method: 'GET', tag: 'log', access: 'administrator' } as const;
  routes.add({
    ...common,
    path: '/log',
    summary: 'The event log, page by page, the newest first',
    query: pageQuery,
    answer: v.strictObject({
      entries: v.array(entry),
      /** For `before` of the next page; null: there is none. */
      next: v.nullable(v.number()),
    }),
    handle: ({ query, services }) => {
      const { limit = limitOtherwise, ...which } = query;
      const found = services.log.page({ ...definedOf(which), limit: limit + 1 });
      const entries = found.slice(0, limit);
      const last = found.length > limit ? entries.at(-1) : undefined;
      return { entries: entries.map(entryView), next: last?.id ?? null };
    },
  });
  routes.addFile({
    ...common,
    path: '/log/export',
    summary: 'The whole event log as a file, the oldest first',
    query: exportQuery,
    media: ['text/csv', 'application/jsonl'],
    handle: ({ query, services }) => {
      const { format, ...which } = query;
      const found = services.log.page({ ...definedOf(which), limit: exportedMax });
      const entries = found.toReversed().map(entryView);
      if (format === 'csv') {
        return { type: 'text/csv', content: csvOf(entries), fileName: 'event-log.csv' };
      }
      const content = entries.map((one) => `${JSON.stringify(one)}\n`).join('');
      return { type: 'application/jsonl', content, fileName: 'event-log.jsonl' };
    },
  });
}

type EntryView = v.InferInput<typeof entry>;

function entryView(one: LogEntry): EntryView {
  const { id, timeMs, severity: how, category, text, user, address } = one;
  return {
    id,
    time: timeText(timeMs),
    severity: how,
    category,
    text,
    user: user ?? null,
    address: address ?? null,
  };
}

const columns = ['id', 'time', 'severity', 'category', 'user', 'address', 'text'] as const;

function csvOf(entries: readonly EntryView[]): string {
  const rows = entries.map((one) => columns.map((column) => csvCell(String(one[column] ?? ''))));
  return [columns, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/** Names that people choose must not become formulas in a spreadsheet. */
function csvCell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is not there, as exact optional fields want it. */
function definedOf<T extends object>(some: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(some).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
