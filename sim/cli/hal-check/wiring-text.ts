import type { BoardFile } from '#hal/linux/board-file';

/** What the drivers of a board file have in common. */
interface Part {
  readonly driver: string;
  readonly device?: string;
  readonly path?: string;
  readonly chip?: string;
  readonly line?: number | string;
  readonly bus?: number | string;
  readonly address?: number;
  readonly key?: string;
  readonly activeLow?: boolean;
  readonly bias?: string;
  readonly debounceMs?: number;
  readonly via?: string;
}

/** How RESET is wired: driver, place, polarity, bias. */
export function wiringOfButton(button: BoardFile['resetButton']): string {
  return wiringOf(button);
}

/** How both halves of the status LED are wired. */
export function wiringOfLeds(leds: BoardFile['leds']): string {
  if ('driver' in leds) return wiringOf(leds);
  const { green, red } = leds.status;
  const half = (led: typeof green): string => (typeof led === 'string' ? led : wiringOf(led));
  return `green ${half(green)}, red ${half(red)}`;
}

/** How a part with a driver is wired. */
export function wiringOf(part: Part): string {
  const { driver, device, path, chip, line, bus, address } = part;
  const { key, activeLow, bias, debounceMs, via } = part;
  const words = [
    driver,
    device ?? path,
    chip === undefined ? undefined : `${chip} line ${line}`,
    bus === undefined ? undefined : `bus ${bus}`,
  ].filter((word) => word !== undefined);
  const facts = [
    words.join(' '),
    address === undefined ? undefined : `address 0x${address.toString(16)}`,
    key,
    activeLow === true ? 'active-low' : undefined,
    bias === 'as-is' ? undefined : bias,
    debounceMs === undefined ? undefined : `debounce ${debounceMs} ms`,
    via,
  ];
  return facts.filter((fact) => fact !== undefined).join(', ');
}
