import { randomBytes } from 'node:crypto';
import { HalError } from '../errors.ts';
import type { RandomSource } from '../random.ts';
import type { Closable } from './closable.ts';

const bytesMax = 65_536;

/** The kernel's random numbers. Until `close`. */
export function createRandom(): RandomSource & Closable {
  let isOpen = true;
  return {
    bytes(count) {
      if (!isOpen) throw new HalError('closed', 'random', 'the board was closed');
      if (!Number.isInteger(count) || count < 0 || count > bytesMax) {
        throw new HalError('bad-argument', 'random', `${count} bytes: ask for 0 to ${bytesMax}`);
      }
      return new Uint8Array(randomBytes(count));
    },
    close() {
      isOpen = false;
    },
  };
}
