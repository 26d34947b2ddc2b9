/** Where two traces part. */
export interface TraceDifference {
  /** Counts from 1. */
  readonly line: number;
  readonly first: string;
  readonly second: string;
}

/** The first line in which two traces differ; undefined where they are equal. */
export function firstDifference(first: string, second: string): TraceDifference | undefined {
  if (first === second) return undefined;
  const firstLines = first.split('\n');
  const secondLines = second.split('\n');
  const place = firstLines.findIndex((line, index) => line !== secondLines[index]);
  const index = place < 0 ? firstLines.length : place;
  const end = '(end of the trace)';
  const shown = (line: string | undefined): string =>
    line === undefined || line === '' ? end : line;
  return { line: index + 1, first: shown(firstLines[index]), second: shown(secondLines[index]) };
}
