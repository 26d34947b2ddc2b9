import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Parsed } from './duration.ts';

/** The files that steps name, read when the steps are. */
export interface StepFiles {
  /** The text of a file of at most so many bytes; relative paths start at a place of its own. */
  text(path: string, bytesMax: number): Parsed<string>;
  /** What was made of a file before under this key, or is made now. */
  once<T>(key: string, make: () => T): T;
}

/** Files whose paths start at the folder that a scenario file lies in. */
export function filesBeside(scenarioFile: string): StepFiles {
  const folder = dirname(scenarioFile);
  const made = new Map<string, unknown>();
  return {
    text: (path, bytesMax) => readText(resolve(folder, path), bytesMax),
    once<T>(key: string, make: () => T): T {
      if (!made.has(key)) made.set(key, make());
      return made.get(key) as T;
    },
  };
}

function readText(path: string, bytesMax: number): Parsed<string> {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return { ok: false, text: `${path} is no file` };
    if (stats.size > bytesMax) {
      return { ok: false, text: `${path} is larger than ${bytesMax / 1_048_576} MiB` };
    }
    return { ok: true, value: readFileSync(path, 'latin1') };
  } catch (error) {
    return { ok: false, text: error instanceof Error ? error.message : String(error) };
  }
}
