import { isRecord } from '../../scenario/schema.ts';
import type { Tree, TreePath } from '../../scenario/yaml-tree.ts';

/** A part of a board file that hangs on a GPIO line. */
export interface GpioWire {
  readonly path: TreePath;
  readonly chip: string;
  readonly line: string | number;
  readonly isActiveLow: boolean;
  readonly bias: string | undefined;
  readonly driver: string;
}

/** A part of a board file that sits on an I2C bus. */
export interface I2cWire {
  readonly path: TreePath;
  readonly bus: string;
  readonly address: number;
}

/** How a part is wired, as a line of a table. */
export interface WiringRow {
  readonly part: string;
  readonly driver: string;
  readonly place: string;
  readonly polarity: string;
  readonly bias: string;
  readonly debounce: string;
}

/**
 * What of a board file hangs on lines, wherever in it that stands. It looks at what is written, so
 * that a file with other faults is looked through as well.
 */
export function gpioWiresOf({ value }: Tree): readonly GpioWire[] {
  return groupsOf(value, []).flatMap(({ path, group }) => {
    const { chip, line, activeLow, bias, driver } = group;
    if (typeof chip !== 'string') return [];
    if (typeof line !== 'string' && typeof line !== 'number') return [];
    return [
      {
        path,
        chip: chip.replace(/^\/dev\//, ''),
        line,
        isActiveLow: activeLow === true,
        bias: typeof bias === 'string' ? bias : undefined,
        driver: typeof driver === 'string' ? driver : '',
      },
    ];
  });
}

/** The same for I2C buses; the address that a DS3231 has by itself needs not be written. */
export function i2cWiresOf({ value }: Tree): readonly I2cWire[] {
  return groupsOf(value, []).flatMap(({ path, group }) => {
    const { bus, address = 0x68 } = group;
    if (typeof bus !== 'string' && typeof bus !== 'number') return [];
    if (typeof address !== 'number') return [];
    return [{ path, bus: String(bus).replace(/^\/dev\/i2c-/, ''), address }];
  });
}

/** All parts that a board file names. */
export function wiringOf({ value }: Tree): readonly WiringRow[] {
  if (!isRecord(value)) return [];
  const { console: port, resetButton, leds, buzzer, rtc, watchdog } = value;
  const status = isRecord(leds) ? leds['status'] : undefined;
  const lamps = isRecord(status) ? Object.entries(status) : [];
  const isOwn = isRecord(leds) && leds['driver'] !== undefined;
  const parts: readonly (readonly [string, unknown])[] = [
    ['console', port],
    ['resetButton', resetButton],
    ...lamps.map(([colour, lamp]) => [`leds.status.${colour}`, lamp] as const),
    ['leds', isOwn ? leds : undefined],
    ['buzzer', buzzer],
    ['rtc', rtc],
    ['watchdog', watchdog],
  ];
  return parts.flatMap(([part, wiring]) => (wiring === undefined ? [] : rowOf(part, wiring)));
}

function rowOf(part: string, wiring: unknown): WiringRow {
  const fields = isRecord(wiring) ? wiring : { device: wiring };
  const { driver = driverOf(part), chip, line, activeLow, bias, debounceMs } = fields;
  const isLine = chip !== undefined || line !== undefined;
  const isButton = part === 'resetButton';
  return {
    part,
    driver: textOf(driver),
    place: placeOf(fields),
    polarity: isLine ? `active ${activeLow === true ? 'low' : 'high'}` : '',
    bias: isLine && isButton ? textOf(bias ?? 'as-is') : '',
    debounce: isLine && isButton ? debounceText(debounceMs) : '',
  };
}

function driverOf(part: string): string {
  if (part === 'console') return 'serial';
  return part.startsWith('leds.') ? 'sysfs' : '';
}

function debounceText(debounceMs: unknown): string {
  return debounceMs === undefined ? 'by the firmware' : `${textOf(debounceMs)} ms`;
}

function placeOf(fields: Readonly<Record<string, unknown>>): string {
  const { chip, line, device, key, bus, address, path } = fields;
  if (chip !== undefined || line !== undefined) return `${textOf(chip)} ${textOf(line)}`;
  if (bus !== undefined) {
    const place = typeof bus === 'number' ? `i2c-${bus}` : textOf(bus);
    return `${place} 0x${Number(address ?? 0x68).toString(16)}`;
  }
  return [device ?? path, key]
    .filter((each) => each !== undefined)
    .map(textOf)
    .join(' ');
}

function textOf(value: unknown): string {
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  return isPlain ? String(value) : '?';
}

function groupsOf(
  value: unknown,
  path: TreePath,
): readonly { readonly path: TreePath; readonly group: Readonly<Record<string, unknown>> }[] {
  if (Array.isArray(value)) {
    return value.flatMap((element, place) => groupsOf(element, [...path, place]));
  }
  if (!isRecord(value)) return [];
  const below = Object.entries(value).flatMap(([key, field]) => groupsOf(field, [...path, key]));
  return [{ path, group: value }, ...below];
}
