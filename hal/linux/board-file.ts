import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { boardSchema } from './board-schema.ts';
import { type PlacedProblem, readYaml } from './yaml-places.ts';

/** What a board file says, with its defaults, all paths absolute. */
export type BoardFile = v.InferOutput<ReturnType<typeof boardSchema>>;

/** A board file that cannot be used; the message has a line for each problem, with its place. */
export class BoardFileError extends Error {
  override readonly name = 'BoardFileError';
  readonly problems: readonly PlacedProblem[];

  constructor(file: string, problems: readonly PlacedProblem[]) {
    const lines = problems.map(({ line, column, text }) => `${file}:${line}:${column}  ${text}`);
    super(lines.join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads a board file: YAML 1.2 with the fields of docs/reference/board-file.md and no others. Paths
 * in it are taken from its own directory. Throws a `BoardFileError` with all that is wrong, or what
 * Node throws where the file cannot be read.
 */
export function readBoardFile(path: string): BoardFile {
  return parseBoardFile(readFileSync(path, 'utf8'), path);
}

/** The same for a text that is at hand; `path` says where it is from. */
export function parseBoardFile(text: string, path: string): BoardFile {
  const yaml = readYaml(text);
  if ('problems' in yaml) throw new BoardFileError(path, yaml.problems);
  // An array is an object to valibot.
  const value = Array.isArray(yaml.value) ? undefined : yaml.value;
  const found = v.safeParse(boardSchema(dirname(resolve(path))), value);
  if (found.success) return found.output;
  const problems = found.issues.map((issue) => {
    const keys = (issue.path ?? []).map(({ key }) => key as string | number);
    const isUnknown = issue.expected === 'never';
    const isMissing = !isUnknown && issue.path?.at(-1)?.origin === 'key';
    const place = yaml.placeOf(isMissing ? keys.slice(0, -1) : keys);
    const name = keys.slice(0, isUnknown || isMissing ? -1 : undefined).join('.');
    return { ...place, text: name === '' ? issue.message : `${name}: ${issue.message}` };
  });
  throw new BoardFileError(path, problems);
}
