import { readPackageFile } from '#hal/host/package-file';

/** A file of the web UI as it was built. */
export interface UiFile {
  readonly content: Uint8Array;
  readonly type: string;
  /** Names the content (RFC 9110, 8.8.3); in quotes. */
  readonly etag: string;
}

interface Described {
  readonly file: string;
  readonly type: string;
  readonly etag: string;
}

/** The path of the page; all others hold the hash of their content in their names. */
export const pagePath = '/';

let described: ReadonlyMap<string, Described> | undefined;
const read = new Map<string, UiFile>();

/** The paths of the web UI; none where it was not built. */
export function uiPaths(): readonly string[] {
  return [...describedFiles().keys()];
}

/**
 * The file of a path. Like code it is part of the program: read on its first use, then kept, once
 * for all appliances of the process.
 */
export function uiFile(path: string): UiFile | undefined {
  const known = read.get(path);
  if (known !== undefined) return known;
  const found = describedFiles().get(path);
  if (found === undefined) return undefined;
  const { file, type, etag } = found;
  const content = readIfThere(`#ui/${file}`);
  if (content === undefined) return undefined;
  const made = { content, type, etag: `"${etag}"` };
  read.set(path, made);
  return made;
}

function describedFiles(): ReadonlyMap<string, Described> {
  described ??= new Map(Object.entries(readDescription()));
  return described;
}

function readDescription(): Readonly<Record<string, Described>> {
  const bytes = readIfThere('#ui/files.json');
  const text = bytes === undefined ? '{}' : Buffer.from(bytes).toString('utf8');
  return JSON.parse(text) as Readonly<Record<string, Described>>;
}

/**
 * Not there: a program that runs from its sources and is not built yet, or is built anew just now;
 * and one that somebody has bundled into a package of their own, without the pages.
 */
const notThere: ReadonlySet<unknown> = new Set([
  'ENOENT',
  'ERR_PACKAGE_IMPORT_NOT_DEFINED',
  'MODULE_NOT_FOUND',
]);

function readIfThere(specifier: string): Uint8Array | undefined {
  try {
    return readPackageFile(specifier);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (notThere.has(code)) return undefined;
    throw error;
  }
}
