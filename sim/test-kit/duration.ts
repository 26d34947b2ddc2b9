import { UsageError } from '../kernel/invariant.ts';
import { parseDuration } from '../scenario/duration.ts';

export { formatDuration } from '../scenario/duration.ts';

/** A length of time with its unit: `20ms`, `2.999s`, `10m`, `2h`, `30d`. */
export type Duration = string;

/** Whole µs of true time; a text that says none is a usage error. */
export function durationUs(text: Duration): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new UsageError(parsed.text);
  return parsed.value;
}
