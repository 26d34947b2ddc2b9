import type { PinHistory } from '../scenario/pin-history.ts';

/** A line a pin: its last changes, each with its time since the start. */
export function pinLines(pins: PinHistory): readonly string[] {
  return Object.entries(pins).map(([name, changes]: [string, PinHistory['power']]) => {
    const told = changes.map(({ atUs, state }) => `${state} ${secondsText(atUs)}`);
    return `${name.padEnd(6)}  ${told.join(', ')}`;
  });
}

/** `3.002 s`; with µs where they count. */
export function secondsText(us: number): string {
  return `${(us / 1_000_000).toFixed(us % 1_000 === 0 ? 3 : 6)} s`;
}
