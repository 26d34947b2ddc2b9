import { beforeEach, describe, expect, test } from 'vitest';
import type { I2cBus } from '#hal/i2c';
import { UsageError } from '#sim/kernel/invariant';
import { I2cBusPart, type I2cDevice } from '#sim/parts/i2c-bus';
import { createPartBench, kindsOf, type PartBench } from './part-bench.ts';

let bench: PartBench;
let part: I2cBusPart;
let bus: I2cBus;
let wire: string[];

/** Writes down what it sees on the wire. */
const listener: I2cDevice = {
  start: (direction) => wire.push(direction === 'read' ? 'Sr' : 'Sw') > 0,
  write: (byte) => wire.push(`w${byte}`) > 0,
  read: () => wire.push('r'),
  stop: () => void wire.push('P'),
};

beforeEach(() => {
  bench = createPartBench();
  part = new I2cBusPart(bench.site);
  part.attach(0x20, listener);
  bus = part.connect(bench.begin());
  wire = [];
});

describe('the wire shows', () => {
  test.each([
    { what: 'a write', run: () => bus.write(0x20, Uint8Array.of(1, 2)), seen: 'Sw w1 w2 P' },
    { what: 'a write of nothing', run: () => bus.write(0x20, Uint8Array.of()), seen: 'Sw P' },
    { what: 'a read', run: () => bus.read(0x20, 2), seen: 'Sr r r P' },
    {
      what: 'a repeated START, and no STOP before it',
      run: () => bus.writeRead(0x20, Uint8Array.of(7), 2),
      seen: 'Sw w7 Sr r r P',
    },
  ])('$what', ({ run, seen }) => {
    run();
    expect(wire.join(' ')).toBe(seen);
  });

  test('a STOP where a device refuses', () => {
    part.failTransfers('nack-byte');
    expect(() => bus.writeRead(0x20, Uint8Array.of(7), 2)).toThrow(/\(io\)/);
    expect(wire.join(' ')).toBe('Sw P');
  });
});

describe('an order to fail', () => {
  const write = (): void => bus.write(0x20, Uint8Array.of(1, 2, 3, 4));

  test.each([
    { fault: 'nack-address' as const, code: 'not-present', seen: '' },
    { fault: 'nack-byte' as const, code: 'io', seen: 'Sw w1 w2 w3 P' },
    { fault: 'disturb' as const, code: 'io', seen: 'Sw w1 w2 P' },
  ])('$fault is one `$code`, and is done', ({ fault, code, seen }) => {
    part.failTransfers(fault);
    expect(part.pendingFaults).toEqual([fault]);
    expect(write).toThrow(expect.objectContaining({ code, port: 'i2c' }));
    expect(wire.join(' ')).toBe(seen);
    expect(part.pendingFaults).toEqual([]);
    write();
  });

  test('is for as many transfers as it says, and has happened with the first', () => {
    part.failTransfers('nack-address', 2);
    expect(write).toThrow();
    expect(part.pendingFaults).toEqual([]);
    expect(write).toThrow();
    write();
  });

  test('a byte refused waits for one that is written', () => {
    part.failTransfers('nack-byte');
    bus.read(0x20, 1);
    expect(part.pendingFaults).toEqual(['nack-byte']);
  });

  test('noise disturbs a read as well', () => {
    part.failTransfers('disturb');
    expect(() => bus.read(0x20, 1)).toThrow(/noise/);
  });

  test('a line held low is that until it is let go', () => {
    part.holdLow(true);
    expect(part.pendingFaults).toEqual(['hold-low']);
    for (const again of [1, 2]) expect(write, `try ${again}`).toThrow(/timed-out/);
    expect(part.pendingFaults).toEqual([]);
    expect(wire).toEqual([]);
    part.holdLow(false);
    write();
  });

  test('is in the trace', () => {
    part.failTransfers('disturb');
    part.holdLow(true);
    expect(kindsOf(bench.world, 'i2c')).toEqual(['disturb', 'hold-low']);
  });

  test.each([0, -1, 1.5, Number.NaN])('for %d transfers is refused', (count) => {
    expect(() => part.failTransfers('disturb', count)).toThrow(UsageError);
  });

  test('goes on where its state was saved', () => {
    part.failTransfers('nack-address', 2);
    expect(write).toThrow();
    const other = new I2cBusPart(bench.site);
    other.attach(0x20, listener);
    other.restore(part.save());
    const again = other.connect(bench.begin());
    expect(() => again.read(0x20, 1)).toThrow(/not-present/);
    expect(again.read(0x20, 1)).toHaveLength(1);
  });
});

test('a bus whose life is over is closed', () => {
  bench.begin();
  expect(() => bus.read(0x20, 1)).toThrow(/i2c: the board restarted \(closed\)/);
  expect(wire).toEqual([]);
});
