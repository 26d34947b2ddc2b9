import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../kernel/invariant.ts';
import { templates, type Runner } from './templates.ts';

/** What came of each file. */
export interface InitOutcome {
  readonly runner: Runner;
  readonly files: readonly { readonly path: string; readonly isNew: boolean }[];
  /** What is still to be installed. */
  readonly missing: readonly string[];
}

/**
 * Puts the sample into a project. A file that is there already is left as it is. A `UsageError`
 * says what is wrong with the project.
 */
export function initProject(folder: string, asked?: Runner): InitOutcome {
  const manifest = readManifest(folder);
  const has = (name: string): boolean => manifest.has(name);
  const runner = asked ?? (has('vitest') ? 'vitest' : 'node');
  const files = templates(runner).map(({ path, text }) => {
    const place = join(folder, path);
    const isNew = !existsSync(place);
    if (isNew) {
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, text);
    }
    return { path, isNew };
  });
  const wanted = ['nasboard', ...(runner === 'vitest' ? ['vitest'] : [])];
  return { runner, files, missing: wanted.filter((name) => !has(name)) };
}

/** Names of the packages that a project depends on. */
function readManifest(folder: string): ReadonlySet<string> {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) {
    throw new UsageError(`${folder} holds no package.json: go to the project's root, or npm init`);
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UsageError(`${path} is no JSON: ${String(cause)}`, { cause });
  }
  const names = ['dependencies', 'devDependencies'].flatMap((key) => {
    const field: unknown = isRecord(manifest) ? manifest[key] : undefined;
    return isRecord(field) ? Object.keys(field) : [];
  });
  return new Set(names);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
