import { beforeEach, describe, expect, test } from 'vitest';
import { type ChipBench, createChipBench, hex, timeBytes } from './chip-bench.ts';

let bench: ChipBench;

beforeEach(() => {
  bench = createChipBench();
});

describe('the register map', () => {
  test.each([
    // What ones and zeros leave: the mask of what can be written, and what stays.
    { at: 0x00, name: 'seconds', ones: 0x7f, zeros: 0x00 },
    { at: 0x01, name: 'minutes', ones: 0x7f, zeros: 0x00 },
    { at: 0x02, name: 'hours', ones: 0x7f, zeros: 0x00 },
    { at: 0x03, name: 'day', ones: 0x07, zeros: 0x00 },
    { at: 0x04, name: 'date', ones: 0x3f, zeros: 0x00 },
    { at: 0x05, name: 'month and century', ones: 0x9f, zeros: 0x00 },
    { at: 0x06, name: 'year', ones: 0xff, zeros: 0x00 },
    { at: 0x07, name: 'alarm 1 seconds', ones: 0xff, zeros: 0x00 },
    { at: 0x08, name: 'alarm 1 minutes', ones: 0xff, zeros: 0x00 },
    { at: 0x09, name: 'alarm 1 hours', ones: 0xff, zeros: 0x00 },
    { at: 0x0a, name: 'alarm 1 day or date', ones: 0xff, zeros: 0x00 },
    { at: 0x0b, name: 'alarm 2 minutes', ones: 0xff, zeros: 0x00 },
    { at: 0x0c, name: 'alarm 2 hours', ones: 0xff, zeros: 0x00 },
    { at: 0x0d, name: 'alarm 2 day or date', ones: 0xff, zeros: 0x00 },
    // A conversion that was begun cannot be taken back: CONV stays until it ends.
    { at: 0x0e, name: 'control', ones: 0xff, zeros: 0x20 },
    // Ones set nothing but the 32 kHz output.
    { at: 0x0f, name: 'status', ones: 0x08, zeros: 0x00 },
    { at: 0x10, name: 'aging', ones: 0xff, zeros: 0x00 },
    { at: 0x11, name: 'temperature, whole degrees', ones: 0x19, zeros: 0x19 },
    { at: 0x12, name: 'temperature, quarters', ones: 0x00, zeros: 0x00 },
  ])('of $name keeps what can be written', ({ at, ones, zeros }) => {
    bench.write(at, 0xff);
    expect(hex([bench.read(at)])).toBe(hex([ones]));
    bench.write(at, 0x00);
    expect(hex([bench.read(at)])).toBe(hex([zeros]));
  });

  test('after the first supply holds what the datasheet says', () => {
    bench.write(0x00, ...timeBytes('2027-05-06 07:08:09'), 1, 2, 3, 4, 5, 6, 7, 0, 0, 0x20);
    bench.chip.setBattery(false);
    bench.chip.setVcc(false);
    bench.chip.setVcc(true);
    expect(hex(bench.readAll(0x00, 0x13))).toBe(
      '00 00 00 01 01 01 00 00 00 00 00 00 00 00 1c 8c 00 00 00',
    );
  });

  test('goes on at 00 after 12, with the time of then', async () => {
    bench.write(0x00, ...timeBytes('2027-05-06 07:08:09'));
    bench.chip.start('write');
    bench.chip.write(0x12);
    bench.chip.start('read');
    await bench.pass(3);
    expect(hex([bench.chip.read(), bench.chip.read(), bench.chip.read()])).toBe('00 12 08');
    bench.chip.stop();
  });

  test('is written on at 00 after 12', () => {
    bench.write(0x12, 0xff, 0x30, 0x31);
    expect(hex(bench.readAll(0x00, 2))).toBe('30 31');
  });

  test('is read on where the last transfer left off', () => {
    bench.write(0x07, 0x11, 0x12, 0x13, 0x14);
    bench.write(0x08);
    expect(hex(bench.bus.read(0x68, 2))).toBe('12 13');
    expect(hex(bench.bus.read(0x68, 1))).toBe('14');
  });

  test('takes addresses beyond its end as if it began again', () => {
    bench.write(0x07 + 0x13, 0x55);
    expect(bench.read(0x07)).toBe(0x55);
  });
});

describe('a transfer', () => {
  test('sees one time from START to STOP, whatever passes in between', async () => {
    bench.write(0x00, ...timeBytes('2027-12-31 23:59:59', 5));
    bench.chip.start('write');
    bench.chip.write(0x00);
    bench.chip.start('read');
    const bytes = [bench.chip.read()];
    await bench.pass(1);
    for (let more = 0; more < 6; more += 1) bytes.push(bench.chip.read());
    bench.chip.stop();
    expect(hex(bytes)).toBe(hex(timeBytes('2027-12-31 23:59:59', 5)));
    expect(hex(bench.readAll(0, 7))).toBe(hex(timeBytes('2028-01-01 00:00:00', 6)));
  });

  test('takes the time anew at a repeated START', async () => {
    bench.write(0x00, ...timeBytes('2027-12-31 23:59:58'));
    bench.chip.start('write');
    bench.chip.write(0x00);
    await bench.pass(1);
    bench.chip.start('read');
    expect(hex([bench.chip.read()])).toBe('59');
    bench.chip.stop();
  });

  test('writes each byte when it is acknowledged, be there a STOP or not', async () => {
    bench.write(0x00, ...timeBytes('2027-12-31 10:00:00'));
    bench.chip.start('write');
    bench.chip.write(0x00);
    bench.chip.write(0x40);
    await bench.pass(5);
    expect(hex(bench.chip.registers().subarray(0, 2))).toBe('45 00');
    bench.chip.write(0x33);
    expect(hex(bench.chip.registers().subarray(0, 2))).toBe('45 33');
  });

  test('with a byte that is refused has written those before it', () => {
    bench.write(0x07, 0, 0, 0);
    bench.wires.failTransfers('nack-byte');
    expect(() => bench.write(0x07, 0x21, 0x22, 0x23)).toThrow(/refuses byte 3/);
    expect(hex(bench.readAll(0x07, 3))).toBe('21 22 00');
  });

  test.each([
    { vcc: true, battery: true, answers: true },
    { vcc: true, battery: false, answers: true },
    { vcc: false, battery: true, answers: true },
    { vcc: false, battery: false, answers: false },
  ])('is answered with Vcc $vcc and battery $battery: $answers', ({ vcc, battery, answers }) => {
    bench.chip.setBattery(battery);
    bench.chip.setVcc(vcc);
    const ask = (): number => bench.read(0x03);
    if (answers) expect(ask()).toBe(1);
    else expect(ask).toThrow(/nobody answers at 0x68 \(not-present\)/);
  });

  test('ends without an acknowledgement where the supply goes in the middle of it', () => {
    bench.chip.start('write');
    expect(bench.chip.write(0x07)).toBe(true);
    bench.chip.setBattery(false);
    bench.chip.setVcc(false);
    expect(bench.chip.write(0x55)).toBe(false);
    expect(bench.chip.read()).toBe(0xff);
  });
});
