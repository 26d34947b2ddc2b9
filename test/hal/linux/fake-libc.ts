import { SystemCallError } from '#hal/linux/errno';
import type { Libc } from '#hal/linux/libc';

/** Bytes of the process by address, as the kernel sees them. */
export interface Memory {
  at(address: bigint, length: number): Uint8Array;
}

/** What a request does to its argument; answers an errno name where it fails. */
export type Answer = (argument: Uint8Array, memory: Memory, fd: number) => string | undefined;

/**
 * A C library whose kernel knows the given requests; all others fail with ENOTTY, as on a device
 * that does not offer them. Requests are looked up in this very object, which tests may change.
 */
export function fakeLibc(requests: Record<number, Answer>, base = 0x7f12_3456_0000n): Libc {
  const blocks = new Map<bigint, Uint8Array>();
  let next = base;
  const memory: Memory = {
    at: (address, length) => {
      for (const [start, block] of blocks) {
        const from = Number(address - start);
        if (from >= 0 && from + length <= block.length) return block.subarray(from, from + length);
      }
      throw new SystemCallError('EFAULT', `${length} bytes at ${address.toString(16)}`);
    },
  };
  return {
    ioctl: (fd, request, argument) => {
      const answer = requests[request] ?? (() => 'ENOTTY');
      const errno = answer(argument, memory, fd);
      if (errno !== undefined) throw new SystemCallError(errno, `ioctl 0x${request.toString(16)}`);
      return 0;
    },
    address: (bytes) => {
      const address = next;
      next += BigInt(bytes.length + 64) & ~0xfn;
      blocks.clear();
      blocks.set(address, bytes);
      return address;
    },
    setNonBlocking: () => {
      throw new SystemCallError('ENOSYS', 'fcntl');
    },
    clockNs: () => {
      throw new SystemCallError('ENOSYS', 'clock_gettime');
    },
  };
}
