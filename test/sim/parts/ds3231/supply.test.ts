import { beforeEach, describe, expect, test } from 'vitest';
import { type ChipBench, createChipBench, hex, timeBytes } from './chip-bench.ts';

let bench: ChipBench;

beforeEach(() => {
  bench = createChipBench();
  bench.write(0x00, ...timeBytes('2027-05-06 07:08:09', 5));
  bench.write(statusAt, 0x08);
});

const controlAt = 0x0e;
const statusAt = 0x0f;
const osf = 0x80;

function time(): string {
  return hex(bench.readAll(0x00, 7));
}

describe('the chip', () => {
  test('counts on its battery', async () => {
    bench.chip.setVcc(false);
    await bench.pass(51);
    expect(time()).toBe(hex(timeBytes('2027-05-06 07:09:00', 5)));
    expect(bench.read(statusAt) & osf).toBe(0);
  });

  test('counts without a battery while the board is on', async () => {
    bench.chip.setBattery(false);
    await bench.pass(51);
    expect(time()).toBe(hex(timeBytes('2027-05-06 07:09:00', 5)));
    expect(bench.read(statusAt) & osf).toBe(0);
  });

  test('forgets all without any supply, and OSF says so', async () => {
    bench.write(0x10, 0x12);
    bench.chip.setBattery(false);
    bench.chip.setVcc(false);
    await bench.pass(60);
    bench.chip.setVcc(true);
    expect(time()).toBe('00 00 00 01 01 01 00');
    expect(hex([bench.read(controlAt), bench.read(statusAt) & ~0x04, bench.read(0x10)])).toBe(
      '1c 88 00',
    );
    await bench.pass(1);
    expect(time()).toBe('01 00 00 01 01 01 00');
  });

  test('on a battery that came first stands until somebody speaks to it', async () => {
    bench.chip.setBattery(false);
    bench.chip.setVcc(false);
    bench.chip.setBattery(true);
    await bench.pass(60);
    expect(bench.chip.isRunning).toBe(false);
    expect(hex(bench.chip.registers().subarray(0, 2))).toBe('00 00');
    bench.read(0x00);
    await bench.pass(5);
    expect(hex(bench.chip.registers().subarray(0, 2))).toBe('05 00');
  });

  test('on a battery that came first stands until the board is on', async () => {
    bench.chip.setBattery(false);
    bench.chip.setVcc(false);
    bench.chip.setBattery(true);
    await bench.pass(60);
    bench.chip.setVcc(true);
    await bench.pass(5);
    expect(hex(bench.chip.registers().subarray(0, 2))).toBe('05 00');
  });
});

describe('EOSC', () => {
  test('stops the oscillator on battery, and OSF says so', async () => {
    bench.write(controlAt, 0x80);
    await bench.pass(1);
    bench.chip.setVcc(false);
    await bench.pass(60);
    expect(time()).toBe(hex(timeBytes('2027-05-06 07:08:10', 5)));
    bench.chip.setVcc(true);
    expect(bench.read(statusAt) & osf).toBe(osf);
    await bench.pass(1);
    expect(time()).toBe(hex(timeBytes('2027-05-06 07:08:11', 5)));
  });

  test('does nothing while the board is on', async () => {
    bench.write(controlAt, 0x80);
    await bench.pass(51);
    expect(time()).toBe(hex(timeBytes('2027-05-06 07:09:00', 5)));
    expect(bench.read(statusAt) & osf).toBe(0);
  });

  test('written on battery takes effect at once', async () => {
    bench.chip.setVcc(false);
    bench.write(controlAt, 0x80);
    await bench.pass(51);
    expect(time()).toBe(hex(timeBytes('2027-05-06 07:08:09', 5)));
    bench.write(controlAt, 0x00);
    await bench.pass(1);
    expect(time()).toBe(hex(timeBytes('2027-05-06 07:08:10', 5)));
    expect(bench.read(statusAt) & osf).toBe(osf);
  });
});

describe('OSF', () => {
  test('cannot be set by software', () => {
    bench.write(statusAt, 0xff);
    expect(bench.read(statusAt) & osf).toBe(0);
  });

  test('is cleared by nothing but a 0', async () => {
    bench.chip.setOscillatorBroken(true);
    bench.chip.setOscillatorBroken(false);
    bench.write(0x00, ...timeBytes('2027-05-06 07:08:09', 5));
    bench.write(statusAt, 0x88);
    await bench.pass(60);
    expect(bench.read(statusAt) & osf).toBe(osf);
    bench.write(statusAt, 0x08);
    expect(bench.read(statusAt) & osf).toBe(0);
  });

  test('comes back at once while the oscillator stands', async () => {
    bench.chip.setOscillatorBroken(true);
    bench.write(statusAt, 0x00);
    await bench.pass(60);
    expect(bench.read(statusAt) & osf).toBe(osf);
    expect(time()).toBe(hex(timeBytes('2027-05-06 07:08:09', 5)));
  });
});

test('contacts that bounce leave any bytes in the time registers, and no flag', () => {
  bench.chip.setVcc(false);
  bench.chip.corruptTime(Uint8Array.of(0x7f, 0x7f, 0x3f, 0x00, 0x3f, 0x1f, 0xff));
  bench.chip.setVcc(true);
  expect(time()).toBe('7f 7f 3f 00 3f 1f ff');
  expect(bench.read(statusAt) & osf).toBe(0);
});

test('a chip goes on from what was saved of another, wherever that stood', async () => {
  bench.chip.setDriftPpm(12);
  bench.write(0x07, 0x00, 0x80, 0x80, 0x80, 0x30, 0x80, 0x80);
  bench.write(controlAt, 0x45);
  bench.chip.setCelsius(50);
  await bench.pass(64.1);
  const other = createChipBench();
  await other.pass(64.1);
  other.chip.restore(structuredClone(bench.chip.save()));
  for (const span of [0.01, 0.5, 70, 3_600]) {
    expect(other.chip.save()).toEqual(bench.chip.save());
    expect(hex(other.chip.registers())).toBe(hex(bench.chip.registers()));
    await bench.pass(span);
    await other.pass(span);
  }
});
