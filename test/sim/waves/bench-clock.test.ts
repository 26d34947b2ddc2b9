import { expect, test } from 'vitest';
import { createBench } from '#sim/bench';
import { BoardWaves } from '#sim/waves/board-waves';
import type { BoardSignal, WaveValue } from '#sim/waves/signals';

test('the wall clock that a trace tells of is the one that the firmware has', async () => {
  const bench = createBench({ seed: 8, board: { crystalPpm: 40, rtc: { offsetMs: 300 } } });
  const { board, world, trace } = bench;
  const shown = new Map<BoardSignal, WaveValue>();
  const waves = new BoardWaves(world.startUs, {
    change: (_atUs, signal, value) => void shown.set(signal, value),
  });
  trace.onRecord((record) => waves.take(record));
  board.powerOn();
  await world.runFor(5_000_000);
  for (const crystalPpm of [40, 40, -25, -25, 60, 60, 0]) {
    if (crystalPpm !== board.crystalPpm) board.setCrystalPpm(crystalPpm);
    await world.runFor(1_234_567_891);
    // Shows the offset as of now, by what the trace has told so far.
    waves.take({ t: world.nowUs, source: 'crystal', kind: 'rate', ppm: crystalPpm });
    const wallMs = bench.firmware?.wallClockMs() ?? Number.NaN;
    const offsetMs = wallMs - world.nowUs / 1000;
    // Three digits are shown; the arithmetic of so large numbers has fewer than four.
    expect(Math.abs(Number(shown.get('wall_clock_offset_ms')) - offsetMs)).toBeLessThan(0.003);
    expect(shown.get('totp_step')).toBe(Math.floor(wallMs / 30_000));
  }
  bench.stop();
});
