import type { I2cBus } from '../i2c.ts';
import {
  checksOf,
  type ConformanceSuite,
  expectHalError,
  expectSame,
  expectThat,
} from './suite.ts';

/** Registers of a device that the checks may write: bytes that read back as they were written. */
export interface ScratchRegisters {
  readonly address: number;
  /** The first of at least four in a row; the device goes on by itself from one to the next. */
  readonly first: number;
}

/** What a rig can do around a bus. Each fault is over before the next check. */
export interface I2cActs {
  /** A device whose first written byte is the address of a register. */
  scratch(): ScratchRegisters;
  /** An address at which nobody is. */
  emptyAddress(): number;
  /** Has the device of `scratch` refuse the last byte of the next transfer that writes some. */
  refuseByte(): Promise<void>;
  /** Has something hold a line low, or let it go. */
  holdLow(isHeld: boolean): Promise<void>;
  /** Restarts the board and answers the port of the new life. */
  restart(): Promise<I2cBus>;
}

const check = checksOf<I2cBus, I2cActs>();

const wrongAddresses = [-1, 0x00, 0x07, 0x78, 0x80, 0xd0, 0x50 + 0.5, Number.NaN];
const wrongCounts = [0, -1, 1.5, 8_193, Number.NaN, Number.POSITIVE_INFINITY];

function store(port: I2cBus, { address, first }: ScratchRegisters, ...bytes: number[]): void {
  port.write(address, Uint8Array.of(first, ...bytes));
}

function load(port: I2cBus, { address, first }: ScratchRegisters, count: number): Uint8Array {
  return port.writeRead(address, Uint8Array.of(first), count);
}

const transferring = [
  check('reads registers back as they were written', ['scratch'], ({ port, act }) => {
    const scratch = act.scratch();
    store(port, scratch, 0x11, 0x22, 0x13, 0x04);
    expectSame('bytes', load(port, scratch, 4), Uint8Array.of(0x11, 0x22, 0x13, 0x04));
  }),
  check('carries every bit, the highest first', ['scratch'], ({ port, act }) => {
    const scratch = act.scratch();
    for (let bit = 0; bit < 8; bit += 1) {
      store(port, scratch, 1 << bit);
      expectSame(`bit ${bit}`, load(port, scratch, 1), Uint8Array.of(1 << bit));
    }
  }),
  check('writes as many bytes as it is given, and no more', ['scratch'], ({ port, act }) => {
    const scratch = act.scratch();
    store(port, scratch, 1, 2, 3, 4);
    store(port, scratch, 9, 8);
    expectSame('bytes', load(port, scratch, 4), Uint8Array.of(9, 8, 3, 4));
  }),
  check('reads on where a transfer left off', ['scratch'], ({ port, act }) => {
    const scratch = act.scratch();
    store(port, scratch, 0x21, 0x22, 0x23, 0x24);
    port.write(scratch.address, Uint8Array.of(scratch.first + 1));
    expectSame('bytes', port.read(scratch.address, 2), Uint8Array.of(0x22, 0x23));
    expectSame('next byte', port.read(scratch.address, 1), Uint8Array.of(0x24));
  }),
  check('answers bytes that are the caller’s own', ['scratch'], ({ port, act }) => {
    const scratch = act.scratch();
    store(port, scratch, 1, 2);
    const bytes = load(port, scratch, 2);
    load(port, { ...scratch, first: scratch.first + 1 }, 2);
    expectSame('bytes of the first read', bytes, Uint8Array.of(1, 2));
    bytes.fill(0xff);
    expectSame('bytes afterwards', load(port, scratch, 2), Uint8Array.of(1, 2));
  }),
  check('leaves the bytes that it writes alone', ['scratch'], ({ port, act }) => {
    const { address, first } = act.scratch();
    const bytes = Uint8Array.of(first, 5, 6);
    port.write(address, bytes);
    expectSame('bytes', bytes, Uint8Array.of(first, 5, 6));
  }),
  check(
    'tells with an empty write whether somebody is there',
    ['scratch', 'emptyAddress'],
    async ({ port, act }) => {
      port.write(act.scratch().address, new Uint8Array());
      const nobody = act.emptyAddress();
      await expectHalError('write', 'not-present', () => port.write(nobody, new Uint8Array()));
    },
  ),
];

const refusing = [
  check('says so where nobody is', ['emptyAddress'], async ({ port, act }) => {
    const nobody = act.emptyAddress();
    const some = Uint8Array.of(1);
    await expectHalError('write', 'not-present', () => port.write(nobody, some));
    await expectHalError('read', 'not-present', () => port.read(nobody, 1));
    await expectHalError('writeRead', 'not-present', () => port.writeRead(nobody, some, 1));
  }),
  ...wrongAddresses.map((address) =>
    check(`refuses the address ${address}`, [], async ({ port }) => {
      const some = Uint8Array.of(1);
      await expectHalError('write', 'bad-argument', () => port.write(address, some));
      await expectHalError('read', 'bad-argument', () => port.read(address, 1));
      await expectHalError('writeRead', 'bad-argument', () => port.writeRead(address, some, 1));
    }),
  ),
  ...wrongCounts.map((count) =>
    check(`refuses to read ${count} bytes`, ['scratch'], async ({ port, act }) => {
      const { address, first } = act.scratch();
      await expectHalError('read', 'bad-argument', () => port.read(address, count));
      await expectHalError('writeRead', 'bad-argument', () =>
        port.writeRead(address, Uint8Array.of(first), count),
      );
    }),
  ),
  check('refuses a read without the write before it', ['scratch'], async ({ port, act }) => {
    const { address } = act.scratch();
    await expectHalError('writeRead', 'bad-argument', () =>
      port.writeRead(address, new Uint8Array(), 1),
    );
  }),
  check('refuses more bytes than a transfer can have', ['scratch'], async ({ port, act }) => {
    const { address } = act.scratch();
    const many = new Uint8Array(8_193);
    await expectHalError('write', 'bad-argument', () => port.write(address, many));
  }),
];

const failing = [
  check(
    'says that a byte was refused, those before it being taken',
    ['scratch', 'refuseByte'],
    async ({ port, act }) => {
      const scratch = act.scratch();
      store(port, scratch, 0, 0, 0);
      await act.refuseByte();
      await expectHalError('write', 'io', () => store(port, scratch, 1, 2, 3));
      expectSame('bytes', load(port, scratch, 3), Uint8Array.of(1, 2, 0));
    },
  ),
  check('works again after a failure', ['scratch', 'emptyAddress'], async ({ port, act }) => {
    const scratch = act.scratch();
    store(port, scratch, 0x37);
    await expectHalError('read', 'not-present', () => port.read(act.emptyAddress(), 1));
    expectSame('byte', load(port, scratch, 1), Uint8Array.of(0x37));
  }),
  check('gives up while a line is held low', ['scratch', 'holdLow'], async ({ port, act }) => {
    const scratch = act.scratch();
    store(port, scratch, 0x37);
    await act.holdLow(true);
    await expectHalError('write', 'timed-out', () => store(port, scratch, 0x11));
    await expectHalError('read', 'timed-out', () => port.read(scratch.address, 1));
    await act.holdLow(false);
    expectSame('byte', load(port, scratch, 1), Uint8Array.of(0x37));
  }),
  check('is closed when its life is over', ['scratch', 'restart'], async ({ port, act }) => {
    const scratch = act.scratch();
    store(port, scratch, 0x37);
    const next = await act.restart();
    await expectHalError('write', 'closed', () => store(port, scratch, 0x11));
    await expectHalError('read', 'closed', () => port.read(scratch.address, 1));
    const seen = load(next, scratch, 1);
    expectThat(seen[0] !== 0x11, 'what the dead life wrote', { expected: 'nothing', seen });
  }),
];

/** The contract of `hal/i2c.ts`. */
export const i2cSuite: ConformanceSuite<I2cBus, I2cActs> = {
  port: 'i2c',
  checks: [...transferring, ...refusing, ...failing],
};
