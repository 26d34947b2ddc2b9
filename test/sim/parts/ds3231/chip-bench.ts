import type { I2cBus } from '#hal/i2c';
import type { World } from '#sim/kernel/world';
import { Ds3231Chip } from '#sim/parts/ds3231/chip';
import { I2cBusPart } from '#sim/parts/i2c-bus';
import { createPartBench } from '../part-bench.ts';

/** A chip on a bus, with the board's supply and a good battery. */
export interface ChipBench {
  readonly world: World;
  readonly chip: Ds3231Chip;
  readonly wires: I2cBusPart;
  readonly bus: I2cBus;
  /** Writes registers in one transfer. */
  write(first: number, ...bytes: number[]): void;
  /** Reads one register, or several in one transfer. */
  read(first: number): number;
  readAll(first: number, count: number): number[];
  /** True time, s. */
  pass(seconds: number): Promise<void>;
}

export const address = 0x68;

/** Register bytes in the notation of datasheets. */
export function hex(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

export function createChipBench(): ChipBench {
  const { world, site, begin } = createPartBench();
  const chip = new Ds3231Chip(world);
  const wires = new I2cBusPart(site);
  wires.attach(address, chip);
  chip.setVcc(true);
  const bus = wires.connect(begin());
  const readAll = (first: number, count: number): number[] => [
    ...bus.writeRead(address, Uint8Array.of(first), count),
  ];
  return {
    world,
    chip,
    wires,
    bus,
    write: (first, ...bytes) => bus.write(address, Uint8Array.of(first, ...bytes)),
    read: (first) => readAll(first, 1)[0] ?? Number.NaN,
    readAll,
    pass: (seconds) => world.runFor(Math.round(seconds * 1e6)),
  };
}

/** Registers 00 to 06 for a time in 24 hours; the day of the week is 1 unless told otherwise. */
export function timeBytes(text: string, day = 1): number[] {
  const digits = /^(\d\d)(\d\d)-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text);
  const [, century, year, month, date, hour, minute, second] = (digits ?? []).map((pair) =>
    Number.parseInt(pair, 16),
  );
  if (second === undefined) throw new Error(`no time: ${text}`);
  const centuryBit = century === 0x21 ? 0x80 : 0;
  return [second, minute ?? 0, hour ?? 0, day, date ?? 0, (month ?? 0) | centuryBit, year ?? 0];
}
