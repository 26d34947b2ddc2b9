import type { EventLog, LogEntry } from '#firmware/log/event-log';
import * as v from 'valibot';
import { closed, fieldsOr, pattern, timeout, type FieldSchema } from '../schema.ts';
import type { StepContext } from '../context.ts';
import type { Pattern } from '../pattern.ts';
import { defineStep } from '../step.ts';

interface WantedEntry {
  readonly pattern: Pattern;
  readonly timeout?: number | undefined;
}

const schema: FieldSchema<WantedEntry> = fieldsOr<WantedEntry>(
  closed({ pattern, timeout }),
  v.pipe(
    pattern,
    v.transform((plain) => ({ pattern: plain })),
  ),
);

/**
 * Looks for an entry of the event log, in those written since the entry that the last such step
 * found. With a time-out it waits for one.
 */
export const expectLog = defineStep({
  key: 'expect-log',
  schema,
  usage: 'expect-log basic reset',
  fromWords: (words) => words.join(' '),
  async run(context, wanted) {
    const expression = context.expandPattern(wanted.pattern);
    let entries: readonly LogEntry[] | undefined;
    const isFound = (): boolean => {
      const { firmware } = context.bench;
      entries = firmware?.log === undefined ? undefined : context.log.unread(firmware.log);
      const match = entries?.find((entry) => expression.test(lineOf(entry)));
      context.log.markRead(match);
      return match !== undefined;
    };
    const hasNews = watchLog(context);
    const isFoundNow = (): boolean => hasNews() && isFound();
    if (await context.waitUntil(isFoundNow, wanted.timeout ?? 0)) return undefined;
    return { expected: String(expression), seen: describe(entries) };
  },
});

/** Answers whether there may be more to read than at the last call: the log is not read in vain. */
function watchLog({ bench }: StepContext): () => boolean {
  let watched: EventLog | undefined;
  let hasNews = true;
  return () => {
    const log = bench.firmware?.log;
    if (log !== watched) {
      watched = log;
      hasNews = true;
      log?.onEntry(() => {
        hasNews = true;
      });
    }
    const answer = hasNews;
    hasNews = false;
    return answer;
  };
}

/** What the pattern is held against: severity, category, user and text. */
function lineOf({ severity, category, user, text }: LogEntry): string {
  return `${severity} ${category}${user === undefined ? '' : ` ${user}`}: ${text}`;
}

function describe(entries: readonly LogEntry[] | undefined): string {
  if (entries === undefined) return 'no log: the store is not mounted';
  if (entries.length === 0) return 'no new entry';
  const shown = entries.slice(-3).map(lineOf).join(' | ');
  return entries.length > 3 ? `… ${shown}` : shown;
}
