/** How many bytes go which way, as the caller sees it. */
export interface RequestLayout {
  readonly direction: 'none' | 'write' | 'read' | 'read-write';
  /** The family: one letter. */
  readonly letter: string;
  readonly number: number;
  /** Of the structure, in bytes. */
  readonly size: number;
}

interface Packing {
  readonly none: number;
  readonly write: number;
  readonly read: number;
  readonly directionShift: number;
}

/** include/uapi/asm-generic/ioctl.h: all machines but those below. */
const usual: Packing = { none: 0, write: 1, read: 2, directionShift: 30 };
/** arch/{powerpc,mips,sparc}/include/uapi/asm/ioctl.h: three bits tell the direction. */
const old: Packing = { none: 1, write: 4, read: 2, directionShift: 29 };
const oldMachines = ['ppc', 'ppc64', 'mips', 'mipsel'];

/** The number of a request, as the kernel's macros `_IO`, `_IOW`, `_IOR`, `_IOWR` make it. */
export function ioctlNumber(layout: RequestLayout, machine: string = process.arch): number {
  const { direction, letter, number, size } = layout;
  const packing = oldMachines.includes(machine) ? old : usual;
  const bits = direction === 'read-write' ? packing.read | packing.write : packing[direction];
  const family = letter.charCodeAt(0);
  return ((bits << packing.directionShift) | (size << 16) | (family << 8) | number) >>> 0;
}

/** Bytes of a C `long` and of a pointer on this machine. */
export const longBytes: 4 | 8 = ['arm', 'ia32', 'mips', 'mipsel'].includes(process.arch) ? 4 : 8;
