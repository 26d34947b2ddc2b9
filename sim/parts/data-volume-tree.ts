import type { DataEntry } from '#hal/data-volume';
import { HalError } from '#hal/errors';

/** A directory of the data volume at one time. Never changes, so that images share it. */
export interface VolumeDirectory {
  readonly kind: 'directory';
  readonly entries: ReadonlyMap<string, VolumeNode>;
}

interface VolumeFile {
  readonly kind: 'file';
  readonly bytes: Uint8Array;
}

/** What a name in a directory stands for. */
export type VolumeNode = VolumeDirectory | VolumeFile;

/** New disks. */
export const emptyVolume: VolumeDirectory = { kind: 'directory', entries: new Map() };

const partBytesMax = 255;
const loneSurrogate = /\p{Surrogate}/u;

/** The parts of a path by the rules of the contract; `''`, the root, has none. */
function splitPath(path: string): readonly string[] {
  if (path === '') return [];
  const parts = path.split('/');
  for (const part of parts) {
    const isName = part !== '' && part !== '.' && part !== '..' && !part.includes('\0');
    if (isName && !loneSurrogate.test(part) && Buffer.byteLength(part) <= partBytesMax) continue;
    throw badArgument(path, 'has a part that is no name');
  }
  return parts;
}

/** Entries of a directory, sorted by name. */
export function listDirectory(root: VolumeDirectory, path: string): readonly DataEntry[] {
  const node = find(root, path);
  if (node.kind === 'file') throw badArgument(path, 'is a file');
  return [...node.entries].sort(byName).map(([name, entry]) => ({
    name,
    kind: entry.kind,
    size: entry.kind === 'file' ? entry.bytes.length : 0,
  }));
}

/** A copy of a file's bytes. */
export function readVolumeFile(root: VolumeDirectory, path: string): Uint8Array {
  const node = find(root, path);
  if (node.kind === 'directory') throw badArgument(path, 'is a directory');
  return node.bytes.slice();
}

/** The volume with one more directory, and those above it. */
export function withDirectory(root: VolumeDirectory, path: string): VolumeDirectory {
  const make = (directory: VolumeDirectory, parts: readonly string[]): VolumeDirectory => {
    const [name, ...rest] = parts;
    if (name === undefined) return directory;
    const node = directory.entries.get(name) ?? emptyVolume;
    if (node.kind === 'file') throw badArgument(path, 'leads through a file');
    return withEntry(directory, name, make(node, rest));
  };
  return make(root, splitPath(path));
}

/** The volume with a file created or replaced; `bytes` must never change after this. */
export function withFile(root: VolumeDirectory, path: string, bytes: Uint8Array): VolumeDirectory {
  return change(root, path, (directory, name) => {
    if (directory.entries.get(name)?.kind === 'directory')
      throw badArgument(path, 'is a directory');
    return withEntry(directory, name, { kind: 'file', bytes });
  });
}

/** The volume without a file. */
export function withoutFile(root: VolumeDirectory, path: string): VolumeDirectory {
  return change(root, path, (directory, name) => {
    const node = directory.entries.get(name);
    if (node === undefined) throw notPresent(path);
    if (node.kind === 'directory') throw badArgument(path, 'is a directory');
    const entries = new Map(directory.entries);
    entries.delete(name);
    return { kind: 'directory', entries };
  });
}

/** Every directory and file below the root with its path, each directory before what is in it. */
export function* walkVolume(
  root: VolumeDirectory,
  above = '',
): Generator<readonly [path: string, node: VolumeNode]> {
  for (const [name, node] of [...root.entries].sort(byName)) {
    yield [above + name, node];
    if (node.kind === 'directory') yield* walkVolume(node, `${above}${name}/`);
  }
}

/** Bytes of all files together. */
export function volumeBytes(root: VolumeDirectory): number {
  let sum = 0;
  for (const [, node] of walkVolume(root)) if (node.kind === 'file') sum += node.bytes.length;
  return sum;
}

/** Size of the file at a path; 0 where there is none. */
export function fileSize(root: VolumeDirectory, path: string): number {
  let node: VolumeNode | undefined = root;
  for (const part of splitPath(path)) {
    node = node?.kind === 'directory' ? node.entries.get(part) : undefined;
  }
  return node?.kind === 'file' ? node.bytes.length : 0;
}

/** Rebuilds the directories from the root to the one that holds `path`. */
function change(
  root: VolumeDirectory,
  path: string,
  edit: (directory: VolumeDirectory, name: string) => VolumeDirectory,
): VolumeDirectory {
  const rebuild = (directory: VolumeDirectory, parts: readonly string[]): VolumeDirectory => {
    const [name, ...rest] = parts;
    if (name === undefined) throw badArgument(path, 'is the root');
    if (rest.length === 0) return edit(directory, name);
    const node = directory.entries.get(name);
    if (node === undefined) throw notPresent(path);
    if (node.kind === 'file') throw badArgument(path, 'leads through a file');
    return withEntry(directory, name, rebuild(node, rest));
  };
  return rebuild(root, splitPath(path));
}

function withEntry(directory: VolumeDirectory, name: string, node: VolumeNode): VolumeDirectory {
  return { kind: 'directory', entries: new Map(directory.entries).set(name, node) };
}

function find(root: VolumeDirectory, path: string): VolumeNode {
  let node: VolumeNode = root;
  for (const part of splitPath(path)) {
    if (node.kind === 'file') throw badArgument(path, 'leads through a file');
    const next = node.entries.get(part);
    if (next === undefined) throw notPresent(path);
    node = next;
  }
  return node;
}

function byName([a]: readonly [string, VolumeNode], [b]: readonly [string, VolumeNode]): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function notPresent(path: string): HalError {
  return new HalError('not-present', 'data-volume', `there is no ${JSON.stringify(path)}`);
}

function badArgument(path: string, why: string): HalError {
  return new HalError('bad-argument', 'data-volume', `path ${JSON.stringify(path)} ${why}`);
}
