import { describe, expect, test } from 'vitest';
import type { TraceRecord } from '#sim/kernel/trace';
import { BoardWaves } from '#sim/waves/board-waves';
import type { BoardSignal, WaveValue } from '#sim/waves/signals';

const startUs = 1_795_514_400_000_000;

type Change = readonly [atUs: number, value: WaveValue];

/** What these records make of a signal; times are since the start. */
function changesOf(
  signal: BoardSignal,
  records: readonly Omit<TraceRecord, 't'>[],
  endUs = 1_000_000,
): readonly Change[] {
  const changes: Change[] = [];
  const waves = new BoardWaves(startUs, {
    change: (atUs, name, value) => {
      if (name === signal) changes.push([atUs, value]);
    },
  });
  for (const { at = 0, ...record } of records) {
    waves.take({ ...record, t: startUs + Number(at) } as TraceRecord);
  }
  waves.finish(startUs + endUs);
  return changes;
}

const on = { source: 'power', kind: 'on' };
const state = (chart: string, name: string, at = 0): Omit<TraceRecord, 't'> => ({
  source: 'firmware',
  kind: 'state',
  chart,
  state: name,
  at,
});

describe('signals are unknown until something is there that could say them', () => {
  test.each([
    ['power', 0],
    ['reset', 0],
    ['uart_rx', 1],
    ['uart_tx', undefined],
    ['led_green', undefined],
    ['reset_debounced', undefined],
    ['totp_step', undefined],
    ['appliance', ''],
  ] as const)('%s is %s before the first power-on', (signal, value) => {
    expect(changesOf(signal, [])).toEqual([[0, value]]);
  });

  test('the charts fall silent with the life of their firmware, lamps go dark by themselves', () => {
    const records = [on, state('console', 'login', 10), { source: 'power', kind: 'cut', at: 20 }];
    expect(changesOf('console', records).slice(1)).toEqual([
      [10, 'login'],
      [20, ''],
    ]);
    expect(changesOf('led_red', records)).toEqual([
      [0, undefined],
      [0, 0],
    ]);
  });

  test('a board that goes on in the midst of its life may have a lamp that shines', () => {
    const records = [{ source: 'power', kind: 'resume' }];
    expect(changesOf('led_green', records)).toEqual([[0, undefined]]);
    expect(changesOf('power', records).at(-1)).toEqual([0, 1]);
  });

  test('the watchdog shows from its bite to the next start', () => {
    const records = [
      on,
      { source: 'cpu', kind: 'hang', at: 5 },
      { source: 'power', kind: 'watchdog', at: 60 },
      { source: 'power', kind: 'start', at: 90 },
    ];
    expect(changesOf('watchdog', records).slice(2)).toEqual([
      [60, 1],
      [90, 0],
    ]);
    expect(changesOf('cpu_hung', records).slice(2)).toEqual([
      [5, 1],
      [60, 0],
    ]);
  });
});

describe('the debounced level follows the chart of the button', () => {
  test.each([
    ['released', 0],
    ['held', 1],
    ['doubtful', 1],
    ['ignored', 1],
    ['disarmed', 1],
  ])('%s is %i', (name, level) => {
    const other = level === 0 ? 'held' : 'released';
    const records = [on, state('reset-button', other, 1), state('reset-button', name, 2)];
    expect(changesOf('reset_debounced', records).at(-1)).toEqual([2, level]);
  });
});

describe('the console is shown bit for bit at 115,200 baud', () => {
  const said = (text: string, at = 1_000): Omit<TraceRecord, 't'> => ({
    source: 'uart',
    kind: 'tx',
    text,
    at,
  });

  test('U is the byte with an edge at every bit', () => {
    const bits = changesOf('uart_tx', [on, said('U')]).slice(2);
    const times = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(
      (n) => 1_000 + Math.round((n * 1e6) / 115_200),
    );
    expect(bits).toEqual(times.map((atUs, bit) => [atUs, bit % 2]));
  });

  test('what is said at the instant of power-on waits until the line has been idle', () => {
    const bits = changesOf('uart_tx', [on, said('U', 0)]).slice(2);
    expect(bits[0]).toEqual([87, 0]);
  });

  test('pieces go out one behind the other, however fast they were handed over', () => {
    const texts = changesOf('uart_tx_text', [on, said('ab'), said('c')]).slice(1);
    const frame = 1e7 / 115_200;
    expect(texts).toEqual([
      [1_000, 'ab'],
      [Math.round(1_000 + 2 * frame), 'c'],
      [Math.round(1_000 + 3 * frame), ''],
    ]);
  });

  test('what was under way at the end is shown to its end', () => {
    const texts = changesOf('uart_tx_text', [on, said('late', 999_999)]);
    expect(texts.at(-1)?.[1]).toBe('');
    expect(texts.at(-1)?.[0]).toBeGreaterThan(1_000_000);
  });

  test('hidden bytes are stars, bytes that are no text are those bytes', () => {
    const rx = (fields: object): Omit<TraceRecord, 't'> => ({
      source: 'uart',
      kind: 'rx',
      ...fields,
    });
    const records = [on, rx({ hidden: 3, at: 500 }), rx({ hex: 'ff00', at: 2_000 })];
    const texts = changesOf('uart_rx_text', records).map(([, text]) => text);
    expect(texts).toEqual(['', '***', '', 'ÿ\0', '']);
  });

  test('a break holds the line low for longer than a byte, a framing error over its stop bit', () => {
    const lowFor = (kind: string, fields: object): number => {
      const bits = changesOf('uart_rx', [on, { source: 'uart', kind, at: 500, ...fields }]).slice(
        1,
      );
      const [down, up] = [bits.at(-2)?.[0] ?? 0, bits.at(-1)?.[0] ?? 0];
      return Math.round(((up - down) * 115_200) / 1e6);
    };
    expect(lowFor('break', {})).toBe(20);
    expect(lowFor('framing-error', { hex: '00' })).toBe(10);
    expect(lowFor('noise', { hex: '00' })).toBe(9);
  });
});

describe('the wall clock is a line between two records', () => {
  const clock = (fields: object, at = 0): Omit<TraceRecord, 't'> => ({
    source: 'firmware',
    kind: 'wall-clock',
    offsetMs: 0,
    ratePpm: 0,
    crystalPpm: 0,
    ...fields,
    at,
  });
  const minute = 60_000_000;
  const firstStep = startUs / 30_000_000;

  test('time steps begin when the wall clock says so', () => {
    const steps = changesOf('totp_step', [on, clock({ offsetMs: 10_000 })], minute);
    expect(steps.slice(1)).toEqual([
      [0, firstStep],
      [20_000_000, firstStep + 1],
      [50_000_000, firstStep + 2],
    ]);
  });

  test('a crystal that is off and a rate that makes up for it cancel out', () => {
    const off = changesOf('wall_clock_offset_ms', [on, clock({ crystalPpm: 100 })], minute);
    expect(off.at(-1)).toEqual([59_994_001, 5.999]);
    const made = [on, clock({ crystalPpm: 100, ratePpm: -100 })];
    expect(changesOf('wall_clock_offset_ms', made, minute).at(-1)?.[1]).toBe(0);
  });

  test('a slew is seen each second, to its end', () => {
    const records = [on, clock({ offsetMs: 1.5, slewMs: -1.5, slewPpm: 500 })];
    expect(changesOf('wall_clock_offset_ms', records, minute).slice(1)).toEqual([
      [0, 1.5],
      [1_000_000, 1],
      [2_000_000, 0.5],
      [3_000_000, 0],
    ]);
  });

  test('a crystal that changes on the way bends the line there', () => {
    const bent = { source: 'crystal', kind: 'rate', ppm: 0, at: 10_000_000 };
    const records = [on, clock({ crystalPpm: 50 }), bent];
    expect(changesOf('wall_clock_offset_ms', records, minute).at(-1)).toEqual([10_000_000, 0.5]);
  });

  test('without a firmware there is none', () => {
    const records = [on, clock({}), { source: 'power', kind: 'off', at: 1_000 }];
    expect(changesOf('totp_step', records).at(-1)).toEqual([1_000, undefined]);
  });
});

test('other boards of the world are left out', () => {
  const records = [on, { source: 'reset', kind: 'line', pressed: true, board: 'board-2' }];
  expect(changesOf('reset', records)).toEqual([[0, 0]]);
});
