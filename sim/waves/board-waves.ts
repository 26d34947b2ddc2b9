import type { TraceRecord } from '../kernel/trace.ts';
import { SerialWave, type SerialKind } from './serial-wave.ts';
import { boardSignals, type BoardSignal, type WaveSink, type WaveValue } from './signals.ts';
import { WallClockWave, type WallClockMotion } from './wall-clock-wave.ts';

/** Signals that show the state of a chart. */
const chartSignals: Readonly<Record<string, BoardSignal>> = {
  appliance: 'appliance',
  console: 'console',
  'reset-button': 'reset_button',
  'clock.trust': 'clock_trust',
  timekeeper: 'timekeeper',
};

/** What is known before anything has happened: nobody presses, the far end of the line is idle. */
const atRest: Partial<Record<BoardSignal, WaveValue>> = { power: 0, reset: 0, uart_rx: 1 };

/** What a bit of a secret that was typed stands for: its bytes are in no trace. */
const hiddenByte = '*';

/**
 * Turns the records of a trace, one after the other, into the signals of the world's first board.
 * It keeps no more than the present values and what the serial lines still have to send.
 */
export class BoardWaves {
  readonly #startUs: number;
  readonly #sink: WaveSink;
  readonly #tx: SerialWave;
  readonly #rx: SerialWave;
  readonly #clock: WallClockWave;
  readonly #shown = new Map<BoardSignal, WaveValue>();
  #nowUs = 0;

  /** `startUs`: true time of the recording's 0. */
  constructor(startUs: number, sink: WaveSink) {
    this.#startUs = startUs;
    this.#sink = sink;
    this.#tx = new SerialWave(sink, 'uart_tx', 'uart_tx_text');
    this.#rx = new SerialWave(sink, 'uart_rx', 'uart_rx_text');
    this.#clock = new WallClockWave(sink, startUs);
    for (const { name, kind } of boardSignals) {
      const value = atRest[name] ?? (kind === 'text' ? '' : undefined);
      this.#shown.set(name, value);
      sink.change(0, name, value);
    }
  }

  /** What happened next. */
  take(record: TraceRecord): void {
    if (record['board'] !== undefined) return;
    this.advance(record.t);
    const { source, kind } = record;
    if (source === 'uart') this.#takeSerial(record);
    else if (source === 'reset' && kind === 'line') this.#showBit('reset', record['pressed']);
    else if (source === 'buzzer') this.#showBit('buzzer', record['on']);
    else if (source === 'led') this.#showColour(record['colour']);
    else if (source === 'firmware') this.#takeFirmware(record);
    else if (source === 'power') this.#takePower(kind);
    else if (source === 'cpu' && kind === 'hang') this.#show('cpu_hung', 1);
    else if (source === 'crystal' && kind === 'rate') {
      this.#clock.setCrystal(this.#nowUs, numberOf(record['ppm']));
    }
  }

  /** Nothing happened up to a true time, but for what was under way. */
  advance(toUs: number): void {
    const untilUs = Math.max(this.#nowUs, toUs - this.#startUs);
    for (;;) {
      const { nextUs: txUs } = this.#tx;
      const { nextUs: rxUs } = this.#rx;
      const dueUs = Math.min(txUs, rxUs, this.#clock.nextUs);
      if (dueUs > untilUs) break;
      if (dueUs === txUs) this.#tx.step();
      else if (dueUs === rxUs) this.#rx.step();
      else this.#clock.step();
    }
    this.#nowUs = untilUs;
  }

  /** Ends at a true time, or later, once the serial lines are idle; answers when that is. */
  finish(atUs: number): number {
    this.advance(atUs);
    this.#clock.stop();
    while (Number.isFinite(this.#tx.nextUs) || Number.isFinite(this.#rx.nextUs)) {
      this.advance(this.#startUs + Math.min(this.#tx.nextUs, this.#rx.nextUs));
    }
    return this.#nowUs;
  }

  #takePower(kind: string): void {
    const isSupply = kind === 'on' || kind === 'start' || kind === 'resume';
    if (isSupply) this.#begin(kind === 'resume');
    else if (['off', 'cut', 'reboot', 'watchdog'].includes(kind)) this.#endLife();
    if (kind === 'off' || kind === 'cut') this.#show('power', 0);
    if (kind === 'watchdog') this.#show('watchdog', 1);
  }

  /**
   * What was unknown is known from the first power-on: lamps are dark, the console is idle. In the
   * midst of a life lamps may shine.
   */
  #begin(isResumed: boolean): void {
    this.#show('power', 1);
    this.#show('watchdog', 0);
    this.#show('cpu_hung', 0);
    for (const dark of ['led_green', 'led_red', 'buzzer'] as const) {
      if (!isResumed && this.#shown.get(dark) === undefined) this.#show(dark, 0);
    }
    // From here on the line's levels are those of its wave.
    if (this.#shown.get('uart_tx') !== undefined) return;
    this.#show('uart_tx', 1);
    this.#tx.rise(this.#nowUs);
  }

  #endLife(): void {
    this.#show('cpu_hung', 0);
    this.#show('reset_debounced', undefined);
    for (const signal of Object.values(chartSignals)) this.#show(signal, '');
    this.#clock.set(this.#nowUs, undefined);
  }

  #takeFirmware(record: TraceRecord): void {
    if (record.kind === 'wall-clock') this.#clock.set(this.#nowUs, motionOf(record));
    const { chart, state } = record;
    if (record.kind !== 'state' || typeof chart !== 'string' || typeof state !== 'string') return;
    const signal = chartSignals[chart];
    if (signal === undefined) return;
    this.#show(signal, state);
    // The chart follows each level that the filter lets through, whatever it makes of it.
    if (signal === 'reset_button') this.#show('reset_debounced', state === 'released' ? 0 : 1);
  }

  #takeSerial({ kind, text, hex, hidden }: TraceRecord): void {
    const wave = kind === 'tx' ? this.#tx : this.#rx;
    const how: SerialKind = kind === 'break' || kind === 'framing-error' ? kind : 'data';
    if (typeof text === 'string') wave.send(this.#nowUs, { text, kind: how });
    if (typeof hex === 'string') {
      const bytes = Buffer.from(hex, 'hex');
      wave.send(this.#nowUs, { text: bytes.toString('latin1'), bytes, kind: how });
    }
    if (kind === 'break') wave.send(this.#nowUs, { text: '\0', kind: how });
    if (typeof hidden === 'number') {
      wave.send(this.#nowUs, { text: hiddenByte.repeat(Math.max(0, hidden)) });
    }
  }

  #showColour(colour: unknown): void {
    this.#showBit('led_green', colour === 'green');
    this.#showBit('led_red', colour === 'red');
  }

  #showBit(signal: BoardSignal, isHigh: unknown): void {
    this.#show(signal, isHigh === true ? 1 : 0);
  }

  #show(signal: BoardSignal, value: WaveValue): void {
    if (this.#shown.get(signal) === value) return;
    this.#shown.set(signal, value);
    this.#sink.change(this.#nowUs, signal, value);
  }
}

function motionOf(record: TraceRecord): WallClockMotion {
  return {
    offsetMs: numberOf(record['offsetMs']),
    ratePpm: numberOf(record['ratePpm']),
    crystalPpm: numberOf(record['crystalPpm']),
    slewMs: numberOf(record['slewMs']),
    slewPpm: numberOf(record['slewPpm']),
  };
}

/** Of a record: absent, or of a file that somebody has written by hand, it counts as 0. */
function numberOf(field: unknown): number {
  return typeof field === 'number' && Number.isFinite(field) ? field : 0;
}
