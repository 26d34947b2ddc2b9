import type { NodeCron, ParsedFields, ScheduledTask } from 'node-cron';

/** When a job is to run: a cron pattern of five fields, taken apart. Ascending numbers. */
export interface CronPattern {
  readonly text: string;
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 1 to 12. */
  readonly months: readonly number[];
  /**
   * Whether the pattern names that day; `dayMs` is its midnight, as if it were UTC. Both the day of
   * the month and that of the week must fit.
   */
  isDay(dayMs: number): boolean;
}

/** Takes a pattern apart; throws where it is none. */
export type ReadPattern = (text: string) => CronPattern;

type Library = Pick<NodeCron, 'parse' | 'createTask'>;

let reader: Promise<ReadPattern> | undefined;

/** Loads what reads patterns. Most lives of simulated boards end before they need it. */
export function loadPatternReader(): Promise<ReadPattern> {
  reader ??= import('node-cron').then(createPatternReader);
  return reader;
}

function createPatternReader(library: Library): ReadPattern {
  // Patterns are few and never change; the library keeps a register of those it has read besides.
  const known = new Map<string, CronPattern>();
  return (text) => {
    let pattern = known.get(text);
    if (pattern === undefined) {
      pattern = readPattern(library, text);
      known.set(text, pattern);
    }
    return pattern;
  };
}

function readPattern({ parse, createTask }: Library, text: string): CronPattern {
  const fields = parse(text);
  if (fields.second.join() !== '0') throw new Error(`«${text}»: a pattern has no seconds`);
  const isPlainDay = dayTest(fields);
  let task: ScheduledTask | undefined;
  return {
    text,
    minutes: ascending(fields.minute),
    hours: ascending(fields.hour),
    months: ascending(fields.month),
    isDay:
      isPlainDay ??
      // Last days, nearest workdays and the like. Any minute of the pattern will do for the day.
      ((dayMs) => {
        task ??= createTask(text, () => undefined, { timezone: 'UTC' });
        const minute = (fields.hour[0] ?? 0) * 60 + (fields.minute[0] ?? 0);
        return task.match(new Date(dayMs + minute * 60_000));
      }),
  };
}

/** The test of a day by numbers alone; undefined where the pattern names days otherwise. */
function dayTest(fields: ParsedFields): ((dayMs: number) => boolean) | undefined {
  const days = new Set(fields.dayOfMonth);
  const weekdays = new Set(fields.dayOfWeek);
  if ([...days, ...weekdays].some((day) => typeof day === 'string')) return undefined;
  return (dayMs) => {
    const date = new Date(dayMs);
    return days.has(date.getUTCDate()) && weekdays.has(date.getUTCDay());
  };
}

function ascending(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((one, other) => one - other);
}
