import { crc32 } from 'node:zlib';
import { isHalError } from '#hal/errors';
import { UsageError } from '../kernel/invariant.ts';
import {
  emptyVolume,
  type VolumeDirectory,
  walkVolume,
  withDirectory,
  withFile,
} from './data-volume-tree.ts';

/** What is on the data disks at one time. Never changes. */
export type DataVolumeImage = VolumeDirectory;

const magic = 'nasdisks1\n';
const headerBytes = magic.length + 4;
const entryHeaderBytes = 1 + 2 + 4;

/**
 * An image as bytes for keeping: the magic line, a CRC-32 of all that follows, then each directory
 * and file: kind (1 directory, 2 file), length of the path (16 bits), size (32 bits), the path in
 * UTF-8, the bytes. Numbers are big-endian.
 */
export function serialiseDataVolume(image: DataVolumeImage): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const [path, node] of walkVolume(image)) {
    const name = Buffer.from(path);
    const content = node.kind === 'file' ? node.bytes : new Uint8Array(0);
    const header = Buffer.alloc(entryHeaderBytes);
    header.writeUInt8(node.kind === 'file' ? 2 : 1, 0);
    header.writeUInt16BE(name.length, 1);
    header.writeUInt32BE(content.length, 3);
    pieces.push(header, name, content);
  }
  const body = Buffer.concat(pieces);
  const header = Buffer.alloc(headerBytes);
  header.write(magic, 'latin1');
  header.writeUInt32BE(crc32(body), magic.length);
  return Buffer.concat([header, body]);
}

/** Reads what `serialiseDataVolume` made. Anything else is a `UsageError` saying what is wrong. */
export function deserialiseDataVolume(source: Uint8Array): DataVolumeImage {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  if (bytes.length < headerBytes || bytes.toString('latin1', 0, magic.length) !== magic) {
    throw new UsageError('this is no image of a data volume: its first bytes are not those of one');
  }
  const body = bytes.subarray(headerBytes);
  if (bytes.readUInt32BE(magic.length) !== crc32(body)) {
    throw new UsageError('this image of a data volume is damaged (its checksum): use a copy');
  }
  let root = emptyVolume;
  let place = 0;
  while (place < body.length) {
    const entry = readEntry(body, place);
    root = addEntry(root, entry);
    place = entry.end;
  }
  return root;
}

interface Entry {
  readonly isFile: boolean;
  readonly path: string;
  readonly content: Uint8Array;
  readonly end: number;
}

function readEntry(body: Buffer, place: number): Entry {
  if (place + entryHeaderBytes > body.length) throw cutShort();
  const nameStart = place + entryHeaderBytes;
  const contentStart = nameStart + body.readUInt16BE(place + 1);
  const end = contentStart + body.readUInt32BE(place + 3);
  if (end > body.length) throw cutShort();
  return {
    isFile: body.readUInt8(place) === 2,
    path: body.toString('utf8', nameStart, contentStart),
    content: new Uint8Array(body.subarray(contentStart, end)),
    end,
  };
}

function addEntry(root: VolumeDirectory, { isFile, path, content }: Entry): VolumeDirectory {
  try {
    return isFile ? withFile(root, path, content) : withDirectory(root, path);
  } catch (error) {
    if (!isHalError(error)) throw error;
    throw new UsageError(`this image of a data volume makes no sense: ${error.message}`);
  }
}

function cutShort(): UsageError {
  return new UsageError('this image of a data volume is cut short: use a copy');
}
