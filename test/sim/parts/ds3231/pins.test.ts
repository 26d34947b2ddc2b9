import { beforeEach, describe, expect, test } from 'vitest';
import { type ChipBench, createChipBench, timeBytes } from './chip-bench.ts';

let bench: ChipBench;

beforeEach(() => {
  bench = createChipBench();
  bench.write(0x00, ...timeBytes('2027-05-06 07:08:00', 5));
  bench.write(statusAt, 0x08);
});

const controlAt = 0x0e;
const statusAt = 0x0f;

/** Changes of the INT/SQW pin from now on: µs, `-` low or `^` high. */
function watched(): { readonly edges: string[]; readonly stop: () => void } {
  const edges: string[] = [];
  const { nowUs } = bench.world;
  const stop = bench.chip.watchInt((level) => {
    edges.push(`${bench.world.nowUs - nowUs}${level === 0 ? '-' : '^'}`);
  });
  return { edges, stop };
}

describe('the square wave', () => {
  test('of 1 Hz goes high half a second after the seconds were written', async () => {
    await bench.pass(0.3);
    bench.write(controlAt, 0x00);
    const { edges } = watched();
    bench.write(0x00, 0x10);
    await bench.pass(2);
    expect(edges).toEqual(['500000^', '1000000-', '1500000^', '2000000-']);
  });

  test.each([
    { rate: 0x00, hz: 1 },
    { rate: 0x08, hz: 1_024 },
    { rate: 0x10, hz: 4_096 },
    { rate: 0x18, hz: 8_192 },
  ])('with the rate bits $rate has $hz Hz', async ({ rate, hz }) => {
    bench.write(controlAt, rate);
    const { edges } = watched();
    await bench.pass(1);
    expect(edges.length).toBe(hz * 2);
    expect(edges[0]).toBe(`${Math.ceil(500_000 / hz)}^`);
    expect(edges.at(-1)).toBe('1000000-');
  });

  test('runs with the error of the crystal, also when that changes', async () => {
    bench.chip.setDriftPpm(-1_000);
    bench.write(controlAt, 0x00);
    const { edges } = watched();
    await bench.pass(0.6);
    bench.chip.setDriftPpm(1_000);
    await bench.pass(1);
    expect(edges).toEqual(['500500^', '1000200-', '1499700^']);
  });

  test('follows the temperature where the chip compensates in between', async () => {
    bench.chip.setDriftPpm(0);
    bench.write(controlAt, 0x00);
    bench.write(0x10, 0x80);
    const { edges } = watched();
    await bench.pass(66);
    // 12.8 ppm from the end of the conversion on, 64.125 s after the chip began.
    expect(edges.slice(-4)).toEqual(['64499995^', '64999989-', '65499982^', '65999976-']);
  });

  test('stands with the oscillator', async () => {
    bench.write(controlAt, 0x00);
    const { edges } = watched();
    bench.chip.setOscillatorBroken(true);
    await bench.pass(10);
    expect(edges).toEqual([]);
    expect(bench.world.pendingEvents).toBe(0);
  });

  test.each([
    { bbsqw: 0x00, level: 1, what: 'is silent on battery' },
    { bbsqw: 0x40, level: 0, what: 'goes on on battery with BBSQW' },
  ])('$what', async ({ bbsqw, level }) => {
    bench.write(controlAt, bbsqw);
    bench.chip.setVcc(false);
    await bench.pass(0.2);
    expect(bench.chip.intLevel).toBe(level);
  });
});

describe('the interrupt', () => {
  beforeEach(() => {
    bench.write(0x07, 0x05, 0x80, 0x80, 0x80, 0x09, 0x80, 0x80);
  });

  test.each([
    { enabled: 0x00, edges: [], what: 'neither alarm' },
    { enabled: 0x01, edges: ['5000000-'], what: 'alarm 1' },
    { enabled: 0x02, edges: ['60000000-'], what: 'alarm 2' },
    { enabled: 0x03, edges: ['5000000-'], what: 'both alarms' },
  ])('of $what pulls the pin low', async ({ enabled, edges }) => {
    bench.write(controlAt, 0x04 | enabled);
    const watch = watched();
    await bench.pass(120);
    expect(watch.edges).toEqual(edges);
  });

  test('ends when its flag is cleared, and comes with the next match', async () => {
    bench.write(controlAt, 0x05);
    const { edges } = watched();
    await bench.pass(20);
    bench.write(statusAt, 0x00);
    await bench.pass(60);
    expect(edges).toEqual(['5000000-', '20000000^', '65000000-']);
  });

  test('is there at once where the flag is up when it is enabled', async () => {
    bench.write(controlAt, 0x04);
    await bench.pass(6);
    expect(bench.chip.intLevel).toBe(1);
    bench.write(controlAt, 0x05);
    expect(bench.chip.intLevel).toBe(0);
  });

  test.each([
    { control: 0x05, level: 1, what: 'does not come on battery' },
    { control: 0x45, level: 0, what: 'comes on battery with BBSQW' },
  ])('$what', async ({ control, level }) => {
    bench.write(controlAt, control);
    bench.chip.setVcc(false);
    await bench.pass(10);
    expect(bench.chip.intLevel).toBe(level);
  });

  test('moves with the time that is written', async () => {
    bench.write(controlAt, 0x05);
    const { edges } = watched();
    await bench.pass(1);
    bench.write(0x00, 0x04);
    await bench.pass(3);
    expect(edges).toEqual(['2000000-']);
  });
});

describe('watching', () => {
  test('makes events only while somebody does', async () => {
    bench.write(controlAt, 0x00);
    expect(bench.world.pendingEvents).toBe(0);
    const { edges, stop } = watched();
    expect(bench.world.pendingEvents).toBe(1);
    await bench.pass(1);
    stop();
    stop();
    expect(bench.world.pendingEvents).toBe(0);
    await bench.pass(5);
    expect(edges).toHaveLength(2);
  });

  test('is for several', async () => {
    bench.write(controlAt, 0x00);
    const [first, second] = [watched(), watched()];
    await bench.pass(0.5);
    first.stop();
    await bench.pass(0.5);
    expect([first.edges.length, second.edges.length]).toEqual([1, 2]);
  });
});

describe('RST', () => {
  test('is low without the supply of the board, and a quarter of a second beyond', async () => {
    await bench.pass(1);
    expect(bench.chip.rstLevel).toBe(1);
    bench.chip.setVcc(false);
    expect(bench.chip.rstLevel).toBe(0);
    await bench.pass(1);
    bench.chip.setVcc(true);
    await bench.pass(0.249_999);
    expect(bench.chip.rstLevel).toBe(0);
    await bench.pass(0.000_001);
    expect(bench.chip.rstLevel).toBe(1);
  });

  test('comes at once where no oscillator can time that', async () => {
    await bench.pass(1);
    bench.chip.setVcc(false);
    bench.chip.setOscillatorBroken(true);
    bench.chip.setVcc(true);
    expect(bench.chip.rstLevel).toBe(1);
  });

  test('debounces a push button', async () => {
    await bench.pass(1);
    const levels: number[] = [];
    const { resetPin } = bench.chip;
    for (const act of ['push', 'release', 'push', 'release', 'push'] as const) {
      resetPin[act]();
      await bench.pass(0.002);
      levels.push(bench.chip.rstLevel);
    }
    await bench.pass(3);
    levels.push(bench.chip.rstLevel);
    for (const act of ['release', 'push', 'release'] as const) {
      resetPin[act]();
      await bench.pass(0.002);
      levels.push(bench.chip.rstLevel);
    }
    expect(levels).toEqual(Array.from(levels, () => 0));
    await bench.pass(0.247_999);
    expect(bench.chip.rstLevel).toBe(0);
    await bench.pass(0.000_001);
    expect(bench.chip.rstLevel).toBe(1);
  });
});
