import { isHalError } from '#hal/errors';
import { isPageSound, pageBytes, sealPage } from './checksum.ts';
import { type Device, databaseFile, pageRoom } from './device.ts';
import type { EngineMemory } from './engine-memory.ts';
import { type Pointer, resultCode } from './sqlite-api.ts';
import { StoreError } from './store-error.ts';
import type { Callback } from './trampolines.ts';

/** A file that SQLite has open. */
export interface OpenFile {
  readonly device: Device;
  readonly isJournal: boolean;
}

/** What the file methods need of the engine. */
export interface FileHost {
  readonly memory: EngineMemory;
  /** By the address of the `sqlite3_file`. */
  readonly openFiles: Map<Pointer, OpenFile>;
}

/**
 * `struct sqlite3_io_methods`, version 1, from `xClose` on. No method throws: an exception must not
 * cross WASM. The error is kept on the device for whoever called.
 */
export function fileMethods(host: FileHost): readonly Callback[] {
  const { memory } = host;
  const fileAt = (address: number) => host.openFiles.get(address) as OpenFile;
  const succeed = () => resultCode.ok;
  const close = (file: number) => {
    host.openFiles.delete(file);
    return resultCode.ok;
  };
  const checkReservedLock = (_file: number, resultOut: number) => {
    memory.words[resultOut >> 2] = 0;
    return resultCode.ok;
  };
  return [
    { parameters: 'i', call: close },
    {
      parameters: 'iiij', // xRead(file, into, count, offset)
      call: (file, into, count, offset) =>
        read(memory, fileAt(file), { address: into, count, offset }),
    },
    {
      parameters: 'iiij', // xWrite(file, from, count, offset)
      call: (file, from, count, offset) =>
        write(fileAt(file), offset, memory.bytes.subarray(from, from + count)),
    },
    { parameters: 'ij', call: (file, size) => truncate(fileAt(file), size) },
    { parameters: 'ii', call: (file) => sync(fileAt(file)) }, // xSync(file, flags)
    { parameters: 'ii', call: (file, out) => fileSize(memory, fileAt(file), out) },
    // Locks: the firmware is the only user.
    { parameters: 'ii', call: succeed }, // xLock
    { parameters: 'ii', call: succeed }, // xUnlock
    { parameters: 'ii', call: checkReservedLock },
    { parameters: 'iii', call: () => resultCode.notFound }, // xFileControl
    { parameters: 'i', call: (file) => fileAt(file).device.storage.sectorSize }, // xSectorSize
    { parameters: 'i', call: () => 0 }, // xDeviceCharacteristics: no promise beyond the contract
  ];
}

/** Does what may throw and answers SQLite's code for it, keeping the error for the caller. */
export function guarded(device: Device, ioCode: number, work: () => void): number {
  try {
    work();
    return resultCode.ok;
  } catch (error) {
    device.failure ??= error;
    return isHalError(error) && error.code === 'no-space' ? resultCode.full : ioCode;
  }
}

function read(
  memory: EngineMemory,
  { device, isJournal }: OpenFile,
  { address, count, offset }: { address: Pointer; count: number; offset: number },
): number {
  const target = memory.bytes.subarray(address, address + count);
  let isShort = false;
  const code = guarded(device, resultCode.ioErrorRead, () => {
    const done = isJournal
      ? device.journal.read(offset, target)
      : device.storage.read(databaseFile, offset, target);
    isShort = done < count;
    if (isShort) target.fill(0, done);
  });
  if (code !== resultCode.ok) return code;
  if (isShort) return resultCode.ioErrorShortRead;
  if (isJournal || count !== pageBytes) return resultCode.ok;
  const pageNumber = offset / pageBytes + 1;
  const isAligned = (address & 3) === 0;
  if (!isAligned) pageRoom.bytes.set(target);
  const words = isAligned
    ? memory.words.subarray(address >> 2, (address >> 2) + pageBytes / 4)
    : pageRoom.words;
  if (isPageSound(words, pageNumber)) return resultCode.ok;
  device.failure ??= new StoreError('damaged', `page ${pageNumber} does not match its checksum`);
  return resultCode.ioErrorData;
}

function write({ device, isJournal }: OpenFile, offset: number, bytes: Uint8Array): number {
  return guarded(device, resultCode.ioErrorWrite, () => {
    if (isJournal) device.journal.write(offset, bytes);
    else writePage(device, offset, bytes);
  });
}

function truncate({ device, isJournal }: OpenFile, size: number): number {
  return guarded(device, resultCode.ioErrorTruncate, () => {
    if (isJournal) return device.journal.truncate(size);
    device.databasePages = -1;
    device.storage.truncate(databaseFile, size);
  });
}

function sync({ device, isJournal }: OpenFile): number {
  return guarded(device, resultCode.ioErrorFsync, () => {
    if (isJournal) device.journal.sync();
    else device.storage.sync(databaseFile);
  });
}

function fileSize(memory: EngineMemory, { device, isJournal }: OpenFile, out: Pointer): number {
  return guarded(device, resultCode.ioErrorFstat, () => {
    const size = isJournal ? device.journal.size : device.storage.size(databaseFile);
    memory.words[out >> 2] = size | 0;
    memory.words[(out >> 2) + 1] = Math.floor(size / 0x1_0000_0000);
  });
}

/** Writes a page of the database with its checksum, and whatever lies between it and the end. */
function writePage(device: Device, offset: number, bytes: Uint8Array): void {
  const pageNumber = offset / pageBytes + 1;
  if (bytes.length !== pageBytes || !Number.isInteger(pageNumber)) {
    throw new StoreError('damaged', `write of ${bytes.length} bytes at ${offset} is no page`);
  }
  if (device.databasePages < 0) {
    device.databasePages = Math.floor(device.storage.size(databaseFile) / pageBytes);
  }
  // SQLite leaves out free pages that nothing was ever written to: they would have no checksum.
  for (let gap = device.databasePages + 1; gap < pageNumber; gap += 1) {
    pageRoom.bytes.fill(0);
    putPage(device, gap);
  }
  pageRoom.bytes.set(bytes);
  putPage(device, pageNumber);
}

function putPage(device: Device, pageNumber: number): void {
  sealPage(pageRoom.words, pageNumber);
  device.storage.write(databaseFile, (pageNumber - 1) * pageBytes, pageRoom.bytes);
  device.databasePages = Math.max(device.databasePages, pageNumber);
}
