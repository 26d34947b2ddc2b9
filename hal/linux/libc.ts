import { constants } from 'node:fs';
import { createRequire } from 'node:module';
import { endianness } from 'node:os';
import type Koffi from 'koffi';
import { HalError, type PortName } from '../errors.ts';
import { SystemCallError } from './errno.ts';

/** The calls of the C library that Node does not offer. Tests hand in a kernel of their own. */
export interface Libc {
  /**
   * `ioctl` on a structure, which is read and written in place. Answers what the call answers.
   * Throws a SystemCallError, which `halErrorFrom` understands.
   */
  ioctl(fd: number, request: number, argument: Uint8Array): number;
  /** Where bytes lie, for structures that point to others; keep the bytes alive meanwhile. */
  address(bytes: Uint8Array): bigint;
  /** Makes reads of this descriptor answer EAGAIN where they would wait. */
  setNonBlocking(fd: number): void;
  /** `clock_gettime`, in nanoseconds. Throws a SystemCallError. */
  clockNs(clockId: number): bigint;
}

/** Ids of `clock_gettime` and of requests that choose a clock. */
export const clockIds = { monotonic: 1, boottime: 7 } as const;

/** How the structures of this kernel lie in memory. */
export const isLittleEndian = endianness() === 'LE';

let loaded: Libc | undefined;

/**
 * The C library of this process, loaded on first use. Throws a HalError: `unsupported` where the
 * optional package `koffi` is missing, or has nothing for this machine.
 */
export function libc(port: PortName): Libc {
  if (loaded !== undefined) return loaded;
  try {
    loaded = bind(createRequire(import.meta.url)('koffi') as typeof Koffi);
  } catch (cause) {
    const detail =
      'this driver calls the kernel through the optional package «koffi», which does not load; ' +
      'install it (`npm install koffi`) or choose another driver in the board file';
    throw new HalError('unsupported', port, detail, { cause });
  }
  return loaded;
}

/** The same, or nothing where it cannot be had: for drivers that can do without. */
export function libcIfAny(port: PortName): Libc | undefined {
  try {
    return libc(port);
  } catch {
    return undefined;
  }
}

/** F_SETFL; the descriptors it is used on have no other flag that it could take away. */
const setFlags = 4;

type Call = (...values: unknown[]) => number;

function bind(koffi: typeof Koffi): Libc {
  const library = koffi.load(null);
  // Declared with fixed arguments: on Linux variadic integers and pointers travel alike.
  const ioctl: Call = library.func('int ioctl(int fd, unsigned long request, void *argument)');
  const clockGettime: Call = library.func('int clock_gettime(int id, void *time)');
  const fcntl: Call = library.func('int fcntl(int fd, int command, long argument)');
  const names = new Map(Object.entries(koffi.os.errno).map(([name, value]) => [value, name]));
  // Where two names have one number, the usual one is wanted.
  names.set(koffi.os.errno['EAGAIN'] ?? 0, 'EAGAIN');
  names.set(koffi.os.errno['EOPNOTSUPP'] ?? 0, 'EOPNOTSUPP');
  const failure = (call: string): SystemCallError => {
    const errno = koffi.errno();
    return new SystemCallError(names.get(errno) ?? `errno ${errno}`, call);
  };
  const isLong64 = koffi.sizeof('long') === 8;
  const timespec = new DataView(new ArrayBuffer(16));

  return {
    ioctl: (fd, request, argument) => {
      for (;;) {
        const answer = ioctl(fd, request, argument);
        if (answer !== -1) return answer;
        if (koffi.errno() !== koffi.os.errno['EINTR']) {
          throw failure(`ioctl 0x${request.toString(16)}`);
        }
      }
    },
    setNonBlocking: (fd) => {
      if (fcntl(fd, setFlags, constants.O_NONBLOCK) === -1) throw failure('fcntl');
    },
    address: (bytes) => koffi.address(bytes),
    clockNs: (clockId) => {
      if (clockGettime(clockId, timespec.buffer) !== 0) throw failure('clock_gettime');
      const seconds = isLong64
        ? timespec.getBigInt64(0, isLittleEndian)
        : BigInt(timespec.getInt32(0, isLittleEndian));
      const nanoseconds = isLong64
        ? timespec.getBigInt64(8, isLittleEndian)
        : BigInt(timespec.getInt32(4, isLittleEndian));
      return seconds * 1_000_000_000n + nanoseconds;
    },
  };
}
