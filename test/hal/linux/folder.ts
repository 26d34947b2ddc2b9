import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of fake files that stands in for a part of `/dev`, `/proc` or `/sys`. */
export interface Folder {
  readonly path: string;
  /** The full path of a name below. */
  at(name: string): string;
  /** Writes a file, its folders as needed; answers its full path. */
  put(name: string, text: string): string;
  text(name: string): string;
  remove(name?: string): void;
}

/** A new empty one; `remove()` takes it away. */
export function createFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'nasboard-hal-'));
  const at = (name: string): string => join(path, name);
  return {
    path,
    at,
    put: (name, text) => {
      mkdirSync(dirname(at(name)), { recursive: true });
      writeFileSync(at(name), text);
      return at(name);
    },
    text: (name) => readFileSync(at(name), 'utf8'),
    remove: (name = '') => rmSync(at(name), { recursive: true, force: true }),
  };
}
