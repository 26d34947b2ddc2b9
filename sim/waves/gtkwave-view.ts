import { boardSignals, type WaveKind, type WaveSignal } from './signals.ts';

/** How GTKWave shows a kind of value: its own flags, right-aligned. */
const flags: Readonly<Record<WaveKind, string>> = {
  /** Binary. */
  wire: '@28',
  /** Decimal. */
  real: '@24',
  /** Characters. */
  text: '@820',
};

/** A line over the time, drawn in steps, signed. */
const analogue = '@8420';

/** About twelve seconds on a screen: a boot and a press. */
const zoom = '*-21.500000 -1';

/** GTKWave's numbers of colours: orange, green and so on. */
const colours: Readonly<Record<string, number>> = {
  RESET: 2,
  Indicators: 4,
  Console: 3,
};
const ownColours: Readonly<Record<string, number>> = { led_red: 1, buzzer: 7, watchdog: 1 };

/**
 * The save file for GTKWave, the same for every recording: the signals in order, in groups, in
 * colours. It names no file: `gtkwave FILE.vcd nasboard.gtkw`.
 */
export function gtkwaveView(): string {
  const lines = [
    '[*] nasboard: gtkwave FILE.vcd nasboard.gtkw',
    '[timestart] 0',
    '[size] 1400 900',
    zoom,
  ];
  let group = '';
  for (const signal of boardSignals as readonly WaveSignal[]) {
    if (signal.group !== group) lines.push('@200', `-${signal.group}`);
    ({ group } = signal);
    const isCurve = signal.name === 'wall_clock_offset_ms';
    const colour = ownColours[signal.name] ?? colours[group];
    lines.push(isCurve ? analogue : flags[signal.kind]);
    if (colour !== undefined) lines.push(`[color] ${colour}`);
    lines.push(`board.${signal.name}`);
    // Room below for the curve.
    if (isCurve) lines.push('@20000', '-', '-');
  }
  return `${lines.join('\n')}\n`;
}
