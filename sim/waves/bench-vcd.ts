import type { Bench } from '../bench.ts';
import { BoardWaves } from './board-waves.ts';
import { openVcd } from './vcd-file.ts';

/** The waveforms of all that the trace of a bench holds, up to now, as a VCD file. */
export function vcdOf({ world, trace, traceHeader, board }: Bench): string {
  const { nowUs, random } = world;
  const { startUs } = traceHeader;
  const pieces: Uint8Array[] = [];
  const write = (bytes: Uint8Array): void => void pieces.push(bytes);
  const of = { startUs, seed: random.seed, model: board.label.model };
  const writer = openVcd({ write }, of);
  const waves = new BoardWaves(startUs, writer);
  writer.begin();
  for (const record of trace.records) waves.take(record);
  writer.end(waves.finish(nowUs));
  return Buffer.concat(pieces).toString('latin1');
}
