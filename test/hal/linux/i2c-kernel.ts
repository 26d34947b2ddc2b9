import { HalError } from '#hal/errors';
import type { I2cBus } from '#hal/i2c';
import type { Answer } from './fake-libc.ts';

/** The requests of linux/i2c-dev.h. */
export const functions = 0x0705;
/** One transfer. */
export const transfer = 0x0707;

/** Of a pointer. */
export type Width = 4 | 8;

/** Reads the structures of linux/i2c-dev.h by their offsets and has a bus do what they say. */
export function transferOn(bus: () => I2cBus, width: Width): Answer {
  const pointer = (view: DataView, at: number): bigint =>
    width === 8 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
  return (argument, memory) => {
    const order = new DataView(argument.buffer, argument.byteOffset);
    const count = order.getUint32(width, true);
    const size = width === 8 ? 16 : 12;
    const list = memory.at(pointer(order, 0), count * size);
    const entries = new DataView(list.buffer, list.byteOffset, list.length);
    const messages = Array.from({ length: count }, (_, place) => ({
      address: entries.getUint16(place * size, true),
      isRead: entries.getUint16(place * size + 2, true) === 1,
      bytes: memory.at(
        pointer(entries, place * size + 8),
        entries.getUint16(place * size + 4, true),
      ),
    }));
    const [first, second] = messages;
    if (first === undefined) return 'EINVAL';
    try {
      if (first.isRead) first.bytes.set(bus().read(first.address, first.bytes.length));
      else if (second === undefined) bus().write(first.address, first.bytes.slice());
      else {
        const { address, bytes } = first;
        second.bytes.set(bus().writeRead(address, bytes.slice(), second.bytes.length));
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof HalError)) throw error;
      return errnos[error.code] ?? 'EINVAL';
    }
  };
}

/** How most adapters say it. */
const errnos: Partial<Record<HalError['code'], string>> = {
  'not-present': 'ENXIO',
  io: 'EIO',
  'timed-out': 'EBUSY',
};

/** What an adapter can do that speaks plain I2C, among much else. */
export const plainI2c: Answer = (argument) => {
  argument.set([0x01, 0x00, 0xff, 0x0e]);
  return undefined;
};
