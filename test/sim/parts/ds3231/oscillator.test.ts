import { beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '#sim/kernel/invariant';
import { type ChipBench, createChipBench, hex } from './chip-bench.ts';

let bench: ChipBench;

beforeEach(() => {
  bench = createChipBench();
});

const controlAt = 0x0e;
const statusAt = 0x0f;
const agingAt = 0x10;
const temperatureAt = 0x11;
const conv = 0x20;
const bsy = 0x04;

/** How far the chip went ahead of true time over a span, in ppm of it. */
async function rateOver(seconds: number): Promise<number> {
  const before = bench.chip.timeUs;
  await bench.pass(seconds);
  return (bench.chip.timeUs - before - seconds * 1e6) / seconds;
}

function convert(): void {
  bench.write(controlAt, bench.read(controlAt) | conv);
}

describe('the thermometer', () => {
  test.each([
    { celsius: 25.25, bytes: '19 40' },
    { celsius: 25, bytes: '19 00' },
    { celsius: 0, bytes: '00 00' },
    { celsius: 0.1, bytes: '00 00' },
    { celsius: 0.2, bytes: '00 40' },
    { celsius: 60.75, bytes: '3c c0' },
    { celsius: -0.25, bytes: 'ff c0' },
    { celsius: -10.5, bytes: 'f5 80' },
    { celsius: -40, bytes: 'd8 00' },
    { celsius: 85, bytes: '55 00' },
    { celsius: 300, bytes: '7f c0' },
    { celsius: -300, bytes: '80 00' },
  ])('shows $celsius °C as $bytes', async ({ celsius, bytes }) => {
    bench.chip.setCelsius(celsius);
    convert();
    await bench.pass(1);
    expect(hex(bench.readAll(temperatureAt, 2))).toBe(bytes);
  });

  test('measures every 64 s by itself, and for an eighth of a second is busy', async () => {
    await bench.pass(63);
    bench.chip.setCelsius(40);
    const seen: string[] = [];
    for (const step of [0.999_99, 0.000_02, 0.124_97, 0.000_04]) {
      await bench.pass(step);
      seen.push(hex([bench.read(statusAt) & bsy, bench.read(temperatureAt)]));
    }
    expect(seen).toEqual(['00 19', '04 19', '04 19', '00 28']);
    await bench.pass(1);
    bench.chip.setCelsius(50);
    await bench.pass(62.874);
    expect(hex([bench.read(statusAt) & bsy, bench.read(temperatureAt)])).toBe('00 28');
    await bench.pass(0.01);
    expect(bench.read(statusAt) & bsy).toBe(bsy);
  });

  test('measures when it is told to, and CONV says when it is done', async () => {
    bench.chip.setCelsius(50);
    convert();
    expect([bench.read(controlAt) & conv, bench.read(statusAt) & bsy]).toEqual([conv, bsy]);
    await bench.pass(0.124_999);
    expect([bench.read(controlAt) & conv, bench.read(temperatureAt)]).toEqual([conv, 0x19]);
    await bench.pass(0.000_01);
    expect([bench.read(controlAt) & conv, bench.read(statusAt) & bsy]).toEqual([0, 0]);
    expect(bench.read(temperatureAt)).toBe(0x32);
  });

  test('is not begun anew while it measures', async () => {
    await bench.pass(64.1);
    convert();
    expect(bench.read(controlAt) & conv).toBe(conv);
    await bench.pass(0.025);
    expect([bench.read(controlAt) & conv, bench.read(statusAt) & bsy]).toEqual([0, 0]);
  });

  test('is not begun anew by its rhythm either, while it measures', async () => {
    await bench.pass(63.95);
    convert();
    await bench.pass(0.1);
    expect(bench.read(controlAt) & conv).toBe(conv);
    await bench.pass(0.025);
    expect([bench.read(controlAt) & conv, bench.read(statusAt) & bsy]).toEqual([0, 0]);
  });

  test('measures in its own rhythm, whatever was asked of it in between', async () => {
    await bench.pass(30);
    convert();
    await bench.pass(33.9);
    expect(bench.read(statusAt) & bsy).toBe(0);
    await bench.pass(0.15);
    expect(bench.read(statusAt) & bsy).toBe(bsy);
  });

  test('measures as soon as the chip has its first supply', async () => {
    bench.chip.setVcc(false);
    bench.chip.setBattery(false);
    bench.chip.setCelsius(31);
    await bench.pass(10);
    bench.chip.setVcc(true);
    expect(hex([bench.read(statusAt) & bsy, ...bench.readAll(temperatureAt, 2)])).toBe('04 00 00');
    await bench.pass(0.125);
    expect(hex([bench.read(statusAt) & bsy, ...bench.readAll(temperatureAt, 2)])).toBe('00 1f 00');
  });

  test('does not measure while the oscillator stands', async () => {
    bench.chip.setOscillatorBroken(true);
    bench.chip.setCelsius(50);
    convert();
    await bench.pass(100);
    expect(bench.read(temperatureAt)).toBe(0x19);
  });
});

describe('the crystal', () => {
  test('is within 2 ppm from 0 to 40 °C and within 3.5 ppm from -40 to 85 °C', async () => {
    const wrong: string[] = [];
    for (let celsius = -40; celsius <= 85; celsius += 0.625) {
      bench.chip.setCelsius(celsius);
      await bench.pass(65);
      const most = celsius >= 0 && celsius <= 40 ? 2 : 3.5;
      const { ppm } = bench.chip;
      if (Math.abs(ppm) > most) wrong.push(`${celsius} °C: ${ppm} ppm`);
    }
    expect(wrong).toEqual([]);
  });

  test('is as good as it was made at 25 °C', async () => {
    bench.chip.setDriftPpm(-1.5);
    expect(await rateOver(100_000)).toBeCloseTo(-1.5, 4);
  });

  test('is slower when it is warm or cold, even compensated', async () => {
    for (const celsius of [70, -30]) {
      bench.chip.setCelsius(celsius);
      await bench.pass(65);
      expect(await rateOver(10_000)).toBeLessThan(-1);
    }
  });

  test('runs away with the temperature until the chip has measured it', async () => {
    await bench.pass(1);
    bench.chip.setCelsius(60);
    expect(await rateOver(60)).toBeCloseTo(-42.4, 1);
    await bench.pass(5);
    expect(await rateOver(1_000)).toBeCloseTo(-0.7, 1);
  });

  test('keeps its compensation on battery', async () => {
    bench.chip.setVcc(false);
    bench.chip.setCelsius(60);
    await bench.pass(65);
    expect(bench.chip.ppm).toBeCloseTo(-0.735, 3);
  });

  test('does not care how often anybody looks', async () => {
    const looked = createChipBench();
    for (const { chip, pass } of [looked, bench]) {
      chip.setDriftPpm(7);
      await pass(20);
      chip.setCelsius(48.3);
    }
    await bench.pass(200);
    for (let look = 0; look < 200; look += 1) {
      await looked.pass(1);
      looked.read(0x00);
    }
    expect(looked.chip.timeUs).toBe(bench.chip.timeUs);
    expect(hex(looked.chip.registers())).toBe(hex(bench.chip.registers()));
  });

  test.each([Number.NaN, -1_000_000])('cannot be off by %d ppm', (ppm) => {
    expect(() => bench.chip.setDriftPpm(ppm)).toThrow(UsageError);
  });
});

describe('the aging register', () => {
  test.each([
    { byte: 0x00, ppm: 0 },
    { byte: 0x01, ppm: -0.1 },
    { byte: 0x7f, ppm: -12.7 },
    { byte: 0xff, ppm: 0.1 },
    { byte: 0x80, ppm: 12.8 },
  ])('with $byte makes $ppm ppm: positive is slower', async ({ byte, ppm }) => {
    bench.write(agingAt, byte);
    await bench.pass(65);
    expect(await rateOver(100_000)).toBeCloseTo(ppm, 4);
  });

  test('takes effect with the next conversion, by itself or ordered', async () => {
    bench.write(agingAt, 0x80);
    await bench.pass(63);
    expect(bench.chip.ppm).toBeCloseTo(0, 6);
    await bench.pass(2);
    expect(bench.chip.ppm).toBeCloseTo(12.8, 6);
    bench.write(agingAt, 0x00);
    convert();
    await bench.pass(0.2);
    expect(bench.chip.ppm).toBeCloseTo(0, 6);
  });
});
