import { openSync } from 'node:fs';
import type { Libc } from '#hal/linux/libc';
import { fakeLibc } from './fake-libc.ts';

/** A GPIO controller with lines that can be made outputs, as its pins show it. */
export interface OutputChip {
  readonly libc: Libc;
  /** The voltage on the pin; undefined while nobody has taken the line. */
  isHigh(offset: number): boolean | undefined;
  /** What the holder of the line says it is for. */
  consumer(offset: number): string | undefined;
  /** Changes of a level fail so, after some more that do not, as when the controller is gone. */
  fail(errno: string | undefined, after?: number): void;
}

const requestLines = 0xc250b407;
const setValues = 0xc010b40f;

const activeLowFlag = 1n << 1n;
const outputFlag = 1n << 3n;

interface Held {
  readonly offsets: readonly number[];
  readonly isActiveLow: boolean;
}

/** Reads `struct gpio_v2_line_request` and `gpio_v2_line_values` by the offsets of linux/gpio.h. */
export function createOutputChip(): OutputChip {
  const levels = new Map<number, boolean>();
  const consumers = new Map<number, string>();
  const held = new Map<number, Held>();
  let failure: string | undefined;
  let goodOnes = 0;
  const set = ({ offsets, isActiveLow }: Held, bits: bigint, mask: bigint): void => {
    for (const [place, offset] of offsets.entries()) {
      const bit = 1n << BigInt(place);
      if ((mask & bit) !== 0n) levels.set(offset, ((bits & bit) !== 0n) !== isActiveLow);
    }
  };
  const libc = fakeLibc({
    [requestLines]: (argument) => {
      const view = new DataView(argument.buffer, argument.byteOffset, argument.length);
      const flags = view.getBigUint64(288, true);
      if ((flags & outputFlag) === 0n) return 'EINVAL';
      const count = view.getUint32(560, true);
      const offsets = Array.from({ length: count }, (_, place) => view.getUint32(place * 4, true));
      const lines = { offsets, isActiveLow: (flags & activeLowFlag) !== 0n };
      set(lines, view.getBigUint64(328, true), view.getBigUint64(336, true));
      const text = Buffer.from(argument.subarray(256, 288)).toString();
      for (const offset of offsets) consumers.set(offset, text.slice(0, text.indexOf('\0')));
      const fd = openSync('/dev/null', 'r');
      held.set(fd, lines);
      view.setInt32(588, fd, true);
      return undefined;
    },
    [setValues]: (argument, _memory, fd) => {
      const view = new DataView(argument.buffer, argument.byteOffset, argument.length);
      const lines = held.get(fd);
      if (lines === undefined) return 'EBADF';
      if (failure !== undefined && goodOnes === 0) return failure;
      goodOnes -= 1;
      set(lines, view.getBigUint64(0, true), view.getBigUint64(8, true));
      return undefined;
    },
  });
  return {
    libc,
    isHigh: (offset) => levels.get(offset),
    consumer: (offset) => consumers.get(offset),
    fail: (errno, after = 0) => {
      failure = errno;
      goodOnes = after;
    },
  };
}
