import type { Device } from './device.ts';
import { openFlag, type Pointer, resultCode } from './sqlite-api.ts';
import type { Callback } from './trampolines.ts';
import { type FileHost, guarded } from './vfs-files.ts';

/** What the VFS needs of the engine. */
export interface VfsHost extends FileHost {
  /** Address of the table of file methods, which every open file begins with. */
  readonly fileMethodsAddress: Pointer;
  /** The open stores by number; a store's files are called `/<number>/<name>` in SQLite. */
  readonly devices: ReadonlyMap<number, Device>;
  /** The store that runs a statement now: SQLite's randomness is drawn for it. */
  readonly activeDevice: Device | undefined;
}

/** The Unix epoch as a Julian day: SQLite is told no time; the firmware has it. */
const fixedJulianDay = 2_440_587.5;

/** `struct sqlite3_vfs` from `xOpen` on, without the four methods for loadable extensions. */
export function vfsMethods(host: VfsHost): readonly Callback[] {
  const { memory } = host;
  const julianDay = new Uint8Array(Float64Array.of(fixedJulianDay).buffer);
  return [
    {
      parameters: 'iiiii', // xOpen(vfs, name, file, flags, flagsOut)
      call: (_vfs, name, file, flags, flagsOut) => {
        const code = open(host, { name, file, flags });
        if (code === resultCode.ok && flagsOut !== 0) memory.words[flagsOut >> 2] = flags;
        return code;
      },
    },
    { parameters: 'iii', call: (_vfs, name) => deleteJournal(host, name) }, // xDelete
    {
      parameters: 'iiii', // xAccess(vfs, name, flags, resultOut)
      call: (_vfs, name, _flags, resultOut) => answerWhetherThere(host, name, resultOut),
    },
    {
      parameters: 'iiii', // xFullPathname(vfs, name, size, out)
      call: (_vfs, name, size, out) => {
        const end = memory.bytes.indexOf(0, name) + 1;
        if (end - name > size) return resultCode.cannotOpen;
        memory.bytes.copyWithin(out, name, end);
        return resultCode.ok;
      },
    },
    {
      parameters: 'iii', // xRandomness(vfs, count, out)
      call: (_vfs, count, out) => {
        fillRandom(memory.bytes.subarray(out, out + count), host.activeDevice);
        return count;
      },
    },
    { parameters: 'ii', call: (_vfs, delayUs) => delayUs }, // xSleep
    {
      parameters: 'ii', // xCurrentTime(vfs, out)
      call: (_vfs, out) => {
        memory.bytes.set(julianDay, out);
        return resultCode.ok;
      },
    },
    { parameters: 'iii', call: () => 0 }, // xGetLastError
  ];
}

function open(
  host: VfsHost,
  { name, file, flags }: { name: Pointer; file: Pointer; flags: number },
): number {
  const { device } = storeOf(host, name);
  const isJournal = (flags & openFlag.mainJournal) !== 0;
  const isKnown = isJournal || (flags & openFlag.mainDatabase) !== 0;
  const words = host.memory.words;
  words[file >> 2] = 0;
  if (device === undefined || !isKnown) return resultCode.cannotOpen;
  host.openFiles.set(file, { device, isJournal });
  words[file >> 2] = host.fileMethodsAddress;
  return resultCode.ok;
}

/** SQLite deletes nothing but journals. */
function deleteJournal(host: VfsHost, name: Pointer): number {
  const { device } = storeOf(host, name);
  if (device === undefined) return resultCode.ioErrorDelete;
  return guarded(device, resultCode.ioErrorDelete, () => {
    device.journal.truncate(0);
    device.journal.sync();
  });
}

function answerWhetherThere(host: VfsHost, name: Pointer, resultOut: Pointer): number {
  const { device, fileName } = storeOf(host, name);
  if (device === undefined) return resultCode.ioErrorAccess;
  return guarded(device, resultCode.ioErrorAccess, () => {
    host.memory.words[resultOut >> 2] = device.storage.size(fileName) > 0 ? 1 : 0;
  });
}

function storeOf(host: VfsHost, name: Pointer): { device: Device | undefined; fileName: string } {
  const path = host.memory.textFrom(name);
  const slash = path.indexOf('/', 1);
  const device = host.devices.get(Number(path.slice(1, slash)));
  return { device, fileName: path.slice(slash + 1) };
}

/**
 * SQLite's generator, shared by all stores, is seeded anew for each statement from the store's own
 * seed: what one board draws depends on no other board. Without a store, while the engine starts,
 * there is nothing to be random about.
 */
function fillRandom(bytes: Uint8Array, device: Device | undefined): void {
  const { randomSeed, randomUses } = device ?? { randomSeed: 1, randomUses: 0 };
  if (device !== undefined) device.randomUses += 1;
  let state = Math.imul(randomSeed ^ randomUses, 0x9e3779b1);
  for (let place = 0; place < bytes.length; place += 1) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    bytes[place] = mixed ^ (mixed >>> 14);
  }
}
