import { crc32 } from 'node:zlib';
import { UsageError } from '../kernel/invariant.ts';
import { type FlashFile, flashFileBytes, flashFileFrom } from './flash-file.ts';

const namePattern = /^[a-z0-9._-]{1,64}$/;

/** What the contract of storage allows as the name of a file. */
export function isFlashFileName(name: string): boolean {
  return namePattern.test(name);
}

/**
 * The durable content of a flash at one time. Never changes and shares its pieces with the part it
 * was taken from and the parts it is loaded into, so that a thousand boards can start from one.
 */
export class FlashImage {
  readonly files: ReadonlyMap<string, FlashFile>;

  /** Files of size 0 are left out: they are the same as files that were never written. */
  constructor(files: Iterable<readonly [string, FlashFile]> = []) {
    const present = new Map<string, FlashFile>();
    for (const [name, file] of files) {
      if (!isFlashFileName(name)) {
        throw new UsageError(`${JSON.stringify(name)} cannot be the name of a file on the flash`);
      }
      if (file.size > 0) present.set(name, file);
    }
    this.files = present;
  }

  /** An image of files given as plain bytes, which are copied. */
  static of(files: { readonly [name: string]: Uint8Array }): FlashImage {
    const entries = Object.entries(files);
    return new FlashImage(entries.map(([name, bytes]) => [name, flashFileFrom(bytes)]));
  }

  /** A copy of one file's bytes; empty where there is no such file. */
  read(name: string): Uint8Array {
    const file = this.files.get(name);
    return file === undefined ? new Uint8Array(0) : flashFileBytes(file);
  }
}

const magic = 'nasflash1\n';
const headerBytes = magic.length + 4;
const fileHeaderBytes = 64 + 4;

/**
 * An image as bytes for keeping: the magic line, a CRC-32 of all that follows (big-endian), then
 * for each file its name (64 bytes of ASCII, filled with zeros), its size (32 bits, big-endian)
 * and its bytes.
 */
export function serialiseFlashImage(image: FlashImage): Uint8Array {
  let total = headerBytes;
  for (const file of image.files.values()) total += fileHeaderBytes + file.size;
  const bytes = Buffer.alloc(total);
  bytes.write(magic, 'latin1');
  let place = headerBytes;
  for (const [name, file] of image.files) {
    bytes.write(name, place, 'latin1');
    bytes.writeUInt32BE(file.size, place + 64);
    bytes.set(flashFileBytes(file), place + fileHeaderBytes);
    place += fileHeaderBytes + file.size;
  }
  bytes.writeUInt32BE(crc32(bytes.subarray(headerBytes)), magic.length);
  return bytes;
}

/** Reads what `serialiseFlashImage` made. Anything else is a `UsageError` saying what is wrong. */
export function deserialiseFlashImage(source: Uint8Array): FlashImage {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  if (bytes.length < headerBytes || bytes.toString('latin1', 0, magic.length) !== magic) {
    throw new UsageError('this is not a flash image: its first bytes are not those of one');
  }
  if (bytes.readUInt32BE(magic.length) !== crc32(bytes.subarray(headerBytes))) {
    throw new UsageError('this flash image is damaged (its checksum does not match): use a copy');
  }
  const files = new Map<string, FlashFile>();
  let place = headerBytes;
  while (place < bytes.length) {
    const start = place + fileHeaderBytes;
    const size = start <= bytes.length ? bytes.readUInt32BE(place + 64) : 0;
    if (start > bytes.length || start + size > bytes.length) {
      throw new UsageError('this flash image is cut short: use a copy');
    }
    const name = bytes.toString('latin1', place, place + 64).replace(/\0+$/, '');
    files.set(name, flashFileFrom(bytes.subarray(start, start + size)));
    place = start + size;
  }
  return new FlashImage(files);
}
