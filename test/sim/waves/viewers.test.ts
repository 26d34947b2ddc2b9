import { beforeAll, describe, expect, test } from 'vitest';
import { createBench } from '#sim/bench';
import { readVcd } from '#sim/waves/vcd-reader';
import { recordCase } from '#sim/waves/case-recording';
import { boardSignals } from '#sim/waves/signals';
import { decodeUart, throughGtkwave, wiresBySigrok } from './decoders.ts';

/** A board that boots, hears a name typed, and is reset by a press that bounces. */
async function record(): Promise<{ vcd: Uint8Array; said: string; edges: number }> {
  const bench = createBench({ seed: 3 });
  const { board, world, trace } = bench;
  const recording = recordCase(bench, { scenario: 'viewers' });
  board.powerOn();
  await world.runFor(5_000_000);
  board.uart.write('admin');
  await world.runFor(1_000_000);
  board.resetButton.hold(3_000_000, { edges: 12, withinUs: 15_000 });
  await world.runFor(12_000_000);
  const lines = trace.records.filter(({ source, kind }) => source === 'reset' && kind === 'line');
  const vcd = recording.end();
  const said = board.uart.output;
  bench.stop();
  return { vcd, said, edges: lines.length };
}

let recorded: Awaited<ReturnType<typeof record>>;
beforeAll(async () => {
  recorded = await record();
});

describe('PulseView and sigrok-cli', () => {
  test('decode from the wires of the console what was said and typed', () => {
    expect(decodeUart(recorded.vcd, 'uart_tx')).toBe(recorded.said);
    expect(decodeUart(recorded.vcd, 'uart_rx')).toBe('admin');
  });

  test('see every wire, and every edge of RESET', () => {
    const wires = wiresBySigrok(recorded.vcd);
    const bits = boardSignals.filter(({ kind }) => kind === 'wire').map(({ name }) => name);
    expect([...wires.keys()].toSorted()).toEqual(bits.toSorted());
    // The first count is the level at the beginning.
    expect(wires.get('reset')).toBe(1 + recorded.edges);
    expect(recorded.edges).toBe(26);
    expect(wires.get('reset_debounced')).toBe(1 + 2);
  });
});

describe('GTKWave', () => {
  test('keeps every change of every signal in its own format', () => {
    const read = (text: string): ReadonlyMap<string, readonly string[]> => {
      const { signals, changes } = readVcd(text, (all) => all);
      const settled = (id: string): readonly string[] => {
        const last = new Map((changes.get(id) ?? []).map(({ atUs, value }) => [atUs, value]));
        const states = [...last].filter(([, value], place, all) => value !== all[place - 1]?.[1]);
        return states.map(([atUs, value]) => `${atUs} ${plain(value)}`);
      };
      return new Map(signals.map(({ name, id }) => [name, settled(id)]));
    };
    const ours = read(Buffer.from(recorded.vcd).toString('latin1'));
    const theirs = read(throughGtkwave(recorded.vcd));
    expect([...theirs.keys()].toSorted()).toEqual(boardSignals.map(({ name }) => name).toSorted());
    for (const [name, changes] of ours) expect(theirs.get(name), name).toEqual(changes);
  });
});

/** Escapes of text differ between programs: what they stand for does not. */
function plain(value: string): string {
  const named: Readonly<Record<string, string>> = { r: '\r', n: '\n', "'": "'", '\\': '\\' };
  return value.replaceAll(/\\(x[\da-f]{2}|\d{3}|.)/g, (_all, code: string) => {
    if (code.startsWith('x')) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return named[code] ?? String.fromCharCode(Number.parseInt(code, 8));
  });
}
