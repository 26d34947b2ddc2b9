/**
 * What a signal carries. `wire`: one bit. `real`: a number. `text`: a name or characters. There is
 * no vector among them: libsigrok 0.5 stops reading a VCD file at its first vector.
 */
export type WaveKind = 'wire' | 'real' | 'text';

/** A value of a signal; undefined while nothing is there that could say it. */
export type WaveValue = number | string | undefined;

/** One signal of a board. */
export interface WaveSignal {
  readonly name: string;
  readonly kind: WaveKind;
  /** Heading of the group it is shown in. */
  readonly group: string;
  /** For the documents. */
  readonly means: string;
}

/** Every signal of a board, in the order in which viewers show them. */
export const boardSignals = [
  {
    name: 'power',
    kind: 'wire',
    group: 'Supply',
    means: 'the supply is on',
  },
  {
    name: 'watchdog',
    kind: 'wire',
    group: 'Supply',
    means: 'from the bite of the watchdog until the board starts again',
  },
  {
    name: 'cpu_hung',
    kind: 'wire',
    group: 'Supply',
    means: 'the CPU hangs (a fault)',
  },
  {
    name: 'reset',
    kind: 'wire',
    group: 'RESET',
    means: 'the contact, with its bounces: 1 is pressed',
  },
  {
    name: 'reset_debounced',
    kind: 'wire',
    group: 'RESET',
    means: "what the firmware's filter makes of it: 1 is pressed",
  },
  {
    name: 'reset_button',
    kind: 'text',
    group: 'RESET',
    means: 'state of the chart `reset-button`',
  },
  {
    name: 'appliance',
    kind: 'text',
    group: 'Charts',
    means: 'state of the chart `appliance`',
  },
  {
    name: 'console',
    kind: 'text',
    group: 'Charts',
    means: 'state of the chart `console`',
  },
  {
    name: 'led_green',
    kind: 'wire',
    group: 'Indicators',
    means: 'the status LED shines green',
  },
  {
    name: 'led_red',
    kind: 'wire',
    group: 'Indicators',
    means: 'the status LED shines red',
  },
  {
    name: 'buzzer',
    kind: 'wire',
    group: 'Indicators',
    means: 'the buzzer sounds',
  },
  {
    name: 'uart_tx',
    kind: 'wire',
    group: 'Console',
    means: 'what the board sends, bit for bit: 115,200 baud, 8N1, idle 1',
  },
  {
    name: 'uart_tx_text',
    kind: 'text',
    group: 'Console',
    means: 'the text whose bits are on the wire',
  },
  {
    name: 'uart_rx',
    kind: 'wire',
    group: 'Console',
    means: 'what the board is sent, as `uart_tx`',
  },
  {
    name: 'uart_rx_text',
    kind: 'text',
    group: 'Console',
    means: 'the text whose bits are on the wire',
  },
  {
    name: 'clock_trust',
    kind: 'text',
    group: 'Time',
    means: 'how far the wall clock may be believed, `clock.trust`',
  },
  {
    name: 'timekeeper',
    kind: 'text',
    group: 'Time',
    means: 'state of the chart `timekeeper`',
  },
  {
    name: 'wall_clock_offset_ms',
    kind: 'real',
    group: 'Time',
    means: 'how far the wall clock is ahead of true time, in milliseconds',
  },
  {
    name: 'totp_step',
    kind: 'real',
    group: 'Time',
    means: 'the time step that a security code belongs to, by the wall clock: an integer',
  },
] as const satisfies readonly WaveSignal[];

/** The name of a signal of a board. */
export type BoardSignal = (typeof boardSignals)[number]['name'];

/** Hears the signals of a board: times in µs since the start of the recording, never backward. */
export interface WaveSink {
  change(atUs: number, signal: BoardSignal, value: WaveValue): void;
}
