import type { TraceRecord } from '../kernel/trace.ts';
import type { Bench } from '../bench.ts';
import { clockFields } from '../wall-clock-record.ts';
import { BoardWaves } from './board-waves.ts';
import type { BoardSignal, WaveSink, WaveValue } from './signals.ts';
import { openVcd, type VcdOptions } from './vcd-file.ts';
import type { VcdWriter } from './vcd-writer.ts';

/** Writes what happens on a bench as a VCD file, while it happens. */
export class VcdRecorder implements WaveSink {
  readonly #options: VcdOptions;
  #writer: VcdWriter | undefined;
  #waves: BoardWaves | undefined;
  #bench: Bench | undefined;
  #stopHearing: (() => void) | undefined;
  /** What the times of the present bench are counted from in the file. */
  #shiftUs = 0;
  #endUs = 0;

  constructor(options: VcdOptions) {
    this.#options = options;
  }

  /**
   * Records this bench from now on. After another one (time has gone back) the file goes on where
   * it stood, with a remark: in a file time never goes back.
   */
  attach(bench: Bench): void {
    this.detach();
    const { nowUs, random } = bench.world;
    const isFirst = this.#writer === undefined;
    if (this.#writer === undefined) {
      const { model } = bench.board.label;
      this.#writer = openVcd(this.#options, { startUs: nowUs, seed: random.seed, model });
    } else {
      this.#writer.comment(`true time is ${new Date(nowUs / 1000).toISOString()} from here on`);
    }
    this.#shiftUs = this.#endUs;
    this.#waves = new BoardWaves(nowUs, this);
    if (isFirst) this.#writer.begin();
    this.#bench = bench;
    const waves = this.#waves;
    for (const record of presentRecords(bench)) waves.take(record);
    this.#stopHearing = bench.trace.onRecord((record) => waves.take(record));
  }

  /** Records nothing more of the present bench. */
  detach(): void {
    this.#stopHearing?.();
    this.#stopHearing = undefined;
    if (this.#waves !== undefined && this.#bench !== undefined) {
      this.#endUs = this.#shiftUs + this.#waves.finish(this.#bench.world.nowUs);
    }
    this.#waves = undefined;
    this.#bench = undefined;
  }

  /** Hands over what there is up to the present instant, so that a viewer can read it. */
  flush(): void {
    if (this.#bench !== undefined) this.#waves?.advance(this.#bench.world.nowUs);
    this.#writer?.flush();
  }

  /** Ends the file. */
  finish(): void {
    this.detach();
    this.#writer?.end(this.#endUs);
  }

  /** For the waves alone. */
  change(atUs: number, signal: BoardSignal, value: WaveValue): void {
    this.#writer?.change(this.#shiftUs + atUs, signal, value);
  }
}

/** Records that would have led to what a bench shows now. */
function presentRecords({ world, board, firmware }: Bench): readonly TraceRecord[] {
  const t = world.nowUs;
  if (!board.isPowered) return board.resetButton.isPressed ? [pressed(t)] : [];
  const records: TraceRecord[] = [{ t, source: 'power', kind: 'on' }];
  if (board.resetButton.isPressed) records.push(pressed(t));
  records.push({ t, source: 'led', kind: 'led', colour: board.statusLed.colour });
  records.push({ t, source: 'buzzer', kind: 'buzzer', on: board.buzzer.isSounding });
  if (board.life !== undefined && !board.life.isListening) {
    records.push({ t, source: 'cpu', kind: 'hang' });
  }
  if (firmware === undefined) return records;
  for (const [chart, state] of Object.entries(firmware.states())) {
    records.push({ t, source: 'firmware', kind: 'state', chart, state });
  }
  const fields = clockFields(firmware, board);
  if (fields !== undefined) records.push({ t, source: 'firmware', kind: 'wall-clock', ...fields });
  return records;
}

function pressed(t: number): TraceRecord {
  return { t, source: 'reset', kind: 'line', pressed: true };
}
