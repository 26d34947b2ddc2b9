import { HalError } from '#hal/errors';
import type { I2cBus } from '#hal/i2c';
import { UsageError } from '../kernel/invariant.ts';
import type { Life } from './life.ts';
import type { BoardSite } from './site.ts';

/** A device on the bus, as its wires see it. What it answers is its acknowledgement. */
export interface I2cDevice {
  /** START, or START again, with the address of this device. */
  start(direction: 'read' | 'write'): boolean;
  write(byte: number): boolean;
  read(): number;
  stop(): void;
}

/** What can go wrong with a transfer. */
export type I2cFault = 'nack-address' | 'nack-byte' | 'disturb';

/** The bus at one instant. */
export interface I2cBusState {
  readonly isHeldLow: boolean;
  readonly orders: ReadonlyMap<I2cFault, Order>;
}

interface Order {
  /** Transfers it still applies to. */
  readonly left: number;
  readonly tookEffect: boolean;
}

const firstAddress = 0x08;
const lastAddress = 0x77;
const bytesMax = 8_192;

/** The wires between the board's master and its devices. World face: faults. */
export class I2cBusPart {
  readonly #site: BoardSite;
  readonly #devices = new Map<number, I2cDevice>();
  readonly #orders = new Map<I2cFault, Order>();
  #isHeldLow = false;
  #isHoldFelt = true;

  constructor(site: BoardSite) {
    this.#site = site;
  }

  /** Faults that were ordered and have not taken effect so far. */
  get pendingFaults(): readonly string[] {
    const waiting = [...this.#orders].flatMap(([fault, { tookEffect }]) =>
      tookEffect ? [] : [fault],
    );
    return this.#isHoldFelt ? waiting : [...waiting, 'hold-low'];
  }

  /** Puts a device on the bus. */
  attach(address: number, device: I2cDevice): void {
    this.#devices.set(address, device);
  }

  /**
   * The next `count` transfers fail: `nack-address` nobody answers; `nack-byte` the last byte
   * written is refused (transfers that only read go on); `disturb` noise ends it half-way.
   */
  failTransfers(fault: I2cFault, count = 1): void {
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new UsageError(`${fault}: ${count} is not a count from 1 on`);
    }
    this.#site.stimulus('i2c', fault, { count });
    this.#orders.set(fault, { left: count, tookEffect: false });
  }

  /** Something pulls a line down, or lets go of it. */
  holdLow(isHeld: boolean): void {
    this.#site.stimulus('i2c', 'hold-low', { held: isHeld });
    this.#isHeldLow = isHeld;
    this.#isHoldFelt = !isHeld;
  }

  /** The firmware's face for one life. */
  connect(life: Life): I2cBus {
    const transfer = (address: number, bytes: Uint8Array | undefined, count = 0): Uint8Array => {
      if (!life.isAlive) throw error('closed', 'the board restarted');
      return this.#transfer(address, bytes, count);
    };
    return {
      write: (address, bytes) => void transfer(address, checkedBytes(bytes)),
      read: (address, count) => transfer(address, undefined, checkedCount(count)),
      writeRead: (address, bytes, count) => {
        if (bytes.length === 0) throw error('bad-argument', 'nothing is written before the read');
        return transfer(address, checkedBytes(bytes), checkedCount(count));
      },
    };
  }

  save(): I2cBusState {
    return { isHeldLow: this.#isHeldLow, orders: new Map(this.#orders) };
  }

  restore({ isHeldLow, orders }: I2cBusState): void {
    this.#clear();
    this.#isHeldLow = isHeldLow;
    for (const [fault, order] of orders) this.#orders.set(fault, order);
  }

  /** No faults. */
  reset(): void {
    this.#site.stimulus('i2c', 'reset');
    this.#clear();
  }

  #clear(): void {
    this.#orders.clear();
    this.#isHeldLow = false;
    this.#isHoldFelt = true;
  }

  #transfer(address: number, bytes: Uint8Array | undefined, count: number): Uint8Array {
    if (!Number.isInteger(address) || address < firstAddress || address > lastAddress) {
      throw error('bad-argument', `${address} is no address from 0x08 to 0x77`);
    }
    if (this.#isHeldLow) {
      this.#isHoldFelt = true;
      throw error('timed-out', 'a line is held low');
    }
    const device = this.#takes('nack-address') ? undefined : this.#devices.get(address);
    if (device === undefined) throw nobody(address);
    const isDisturbed = this.#takes('disturb');
    try {
      if (bytes !== undefined) this.#write(address, { device, bytes, isDisturbed });
      if (count > 0 && !device.start('read')) throw nobody(address);
      if (isDisturbed) throw error('io', `noise in a transfer with 0x${address.toString(16)}`);
      const seen = new Uint8Array(count);
      for (let place = 0; place < count; place += 1) seen[place] = device.read();
      return seen;
    } finally {
      device.stop();
    }
  }

  #write(
    address: number,
    to: { readonly device: I2cDevice; readonly bytes: Uint8Array; readonly isDisturbed: boolean },
  ): void {
    const { device, bytes, isDisturbed } = to;
    if (!device.start('write')) throw nobody(address);
    const taken = isDisturbed ? bytes.subarray(0, bytes.length >> 1) : bytes;
    const refused = taken.length > 0 && this.#takes('nack-byte') ? taken.length - 1 : undefined;
    for (let place = 0; place < taken.length; place += 1) {
      if (place === refused || !device.write(taken[place] ?? 0)) {
        throw error('io', `0x${address.toString(16)} refuses byte ${place}`);
      }
    }
  }

  /** Whether a fault of this kind is ordered; one order is used up. */
  #takes(fault: I2cFault): boolean {
    const { left } = this.#orders.get(fault) ?? { left: 0 };
    if (left === 0) return false;
    this.#orders.set(fault, { left: left - 1, tookEffect: true });
    return true;
  }
}

function checkedBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= bytesMax) return bytes;
  throw error('bad-argument', `${bytes.length} bytes are more than ${bytesMax}`);
}

function checkedCount(count: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= bytesMax) return count;
  throw error('bad-argument', `${count} is no count of bytes from 1 to ${bytesMax}`);
}

function nobody(address: number): HalError {
  return error('not-present', `nobody answers at 0x${address.toString(16)}`);
}

function error(code: HalError['code'], detail: string): HalError {
  return new HalError(code, 'i2c', detail);
}
