import { closeSync, constants, openSync } from 'node:fs';
import { HalError, type PortName } from '../errors.ts';
import { errnoOf, halErrorFrom } from './errno.ts';
import {
  chipInfoBytes,
  chipLines,
  gpioRequests,
  type LineAttribute,
  lineFlags,
  lineInfoBytes,
  type LineInfo,
  type LineRequest,
  lineRequestBytes,
  lineValuesBytes,
  readLineInfo,
  readLineValues,
  requestFd,
} from './gpio-structs.ts';
import { type Libc, libc as libcOf } from './libc.ts';

/** Which line. */
export interface LinePlace {
  /** `gpiochip0`, or a path. */
  readonly chip: string;
  /** Its offset, or its name where the device tree gives one. */
  readonly line: number | string;
}

/** Resistors inside the controller; `as-is` leaves what the boot loader set. */
export type LineBias = 'as-is' | 'disabled' | 'pull-up' | 'pull-down';

/** One output and its wiring. */
export interface OutputLine extends LinePlace {
  /** Default: false. */
  readonly activeLow?: boolean;
  readonly drive?: 'push-pull' | 'open-drain' | 'open-source';
  /** The logical level it takes when it is opened; default: inactive. */
  readonly isActive?: boolean;
}

/** One input and its wiring. */
export interface InputLine extends LinePlace {
  readonly activeLow: boolean;
  readonly bias: LineBias;
  /** The kernel's own debouncing, of reads and of edges; none where it is 0. */
  readonly debounceMs: number;
}

/** For whom lines are opened. */
export interface LineUser {
  /** Which port its errors name. */
  readonly port: PortName;
  /** What other programs are told when they want the line; 31 bytes at most. */
  readonly consumer: string;
  /** The kernel of this machine unless told otherwise. */
  readonly libc?: Libc;
}

/** Outputs that are held until they are closed, when the kernel may let them fall back. */
export interface OutputLines {
  /** Sets all of them, in the order they were opened in: true = active. */
  set(levels: readonly boolean[]): void;
  /** Again is nothing. */
  close(): void;
}

/** An input that is held; `fd` gives its edges, and reads of it never wait. */
export interface OpenInputLine {
  readonly fd: number;
  /** How errors name it. */
  readonly name: string;
  /** The logical level. */
  isActive(): boolean;
  close(): void;
}

/**
 * Opens outputs, on one chip or on several; those of one chip change at once. Throws a HalError:
 * `not-present`, `permission`, `busy` (and who holds the line), `bad-argument`, `unsupported`.
 */
export function openOutputLines(lines: readonly OutputLine[], user: LineUser): OutputLines {
  const libc = user.libc ?? libcOf(user.port);
  const groups: HeldLines[] = [];
  const close = (): void => {
    for (const { fd } of groups.splice(0)) closeSync(fd);
  };
  try {
    for (const chip of new Set(lines.map((line) => line.chip))) {
      groups.push(requestOutputs(lines, chip, { ...user, libc }));
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    set: (levels) => {
      if (groups.length === 0) {
        throw new HalError('closed', user.port, 'its GPIO lines are closed');
      }
      for (const { fd, places, name } of groups) {
        const bits = bitsOf(places.map((place) => levels[place] === true));
        const bytes = lineValuesBytes(bits, bitsOf(places.map(() => true)));
        call(user.port, `set ${name}`, () => libc.ioctl(fd, gpioRequests.setValues, bytes));
      }
    },
    close,
  };
}

/** Opens an input whose edges are reported. Throws as `openOutputLines` does. */
export function openInputLine(line: InputLine, user: LineUser): OpenInputLine {
  const libc = user.libc ?? libcOf(user.port);
  const flags =
    lineFlags.input |
    lineFlags.edgeRising |
    lineFlags.edgeFalling |
    (line.activeLow ? lineFlags.activeLow : 0n) |
    biasFlags[line.bias];
  const debounce = { id: 'debounce', value: BigInt(Math.round(line.debounceMs * 1000)), mask: 1n };
  const attributes = line.debounceMs > 0 ? [debounce as LineAttribute] : [];
  const { fd, name } = onChip(line.chip, user.port, (chip) =>
    request([line], { flags, attributes, eventBufferSize }, { ...user, libc, ...chip }),
  );
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  try {
    call(user.port, `watch ${name}`, () => libc.setNonBlocking(fd));
  } catch (error) {
    close();
    throw error;
  }
  return {
    fd,
    name,
    isActive: () => {
      if (!isOpen) throw new HalError('closed', user.port, `${name} is closed`);
      const bytes = lineValuesBytes(0n, 1n);
      call(user.port, `read ${name}`, () => libc.ioctl(fd, gpioRequests.getValues, bytes));
      return (readLineValues(bytes) & 1n) === 1n;
    },
    close,
  };
}

/** A worn contact makes hundreds of edges, and the kernel would keep 16 of them. */
const eventBufferSize = 512;

const biasFlags: Readonly<Record<LineBias, bigint>> = {
  'as-is': 0n,
  disabled: lineFlags.biasDisabled,
  'pull-up': lineFlags.pullUp,
  'pull-down': lineFlags.pullDown,
};

interface HeldLines {
  readonly fd: number;
  readonly name: string;
  /** Where its lines stand in the list of the caller. */
  readonly places: readonly number[];
}

interface Chip {
  readonly chipFd: number;
  readonly path: string;
}

type KernelUser = LineUser & { readonly libc: Libc };

function requestOutputs(all: readonly OutputLine[], chipName: string, user: KernelUser): HeldLines {
  const places = all.flatMap(({ chip }, place) => (chip === chipName ? [place] : []));
  const lines = all.filter(({ chip }) => chip === chipName);
  const everyLine = bitsOf(lines.map(() => true));
  const levels = bitsOf(lines.map((line) => line.isActive === true));
  const attributes: LineAttribute[] = [{ id: 'values', value: levels, mask: everyLine }];
  // The kernel has room for ten attributes: lines that are alike share one.
  const kinds = new Set(lines.map(flagsOfOutput));
  const [flags = lineFlags.output, ...others] = kinds;
  for (const value of others) {
    const mask = bitsOf(lines.map((line) => flagsOfOutput(line) === value));
    attributes.push({ id: 'flags', value, mask });
  }
  const held = onChip(chipName, user.port, (chip) =>
    request(lines, { flags, attributes }, { ...user, ...chip }),
  );
  return { ...held, places };
}

function flagsOfOutput({ activeLow, drive }: OutputLine): bigint {
  return (
    lineFlags.output |
    (activeLow === true ? lineFlags.activeLow : 0n) |
    (drive === 'open-drain' ? lineFlags.openDrain : 0n) |
    (drive === 'open-source' ? lineFlags.openSource : 0n)
  );
}

function bitsOf(levels: readonly boolean[]): bigint {
  return levels.reduce((bits, isSet, place) => (isSet ? bits | (1n << BigInt(place)) : bits), 0n);
}

function onChip<T>(name: string, port: PortName, use: (chip: Chip) => T): T {
  const path = name.includes('/') ? name : `/dev/${name}`;
  let chipFd: number;
  try {
    chipFd = openSync(path, constants.O_RDWR);
  } catch (error) {
    throw halErrorFrom(port, error, { what: 'open the GPIO chip', path });
  }
  try {
    return use({ chipFd, path });
  } finally {
    closeSync(chipFd);
  }
}

function request(
  lines: readonly LinePlace[],
  config: Pick<LineRequest, 'flags' | 'attributes' | 'eventBufferSize'>,
  context: KernelUser & Chip,
): { readonly fd: number; readonly name: string } {
  const { libc, chipFd, path, port, consumer } = context;
  const offsets = lines.map(({ line }) =>
    typeof line === 'number' ? line : offsetOf(line, context),
  );
  const name = `line ${lines.map(({ line }) => line).join(', ')} of ${path}`;
  const bytes = lineRequestBytes({ offsets, consumer, ...config });
  try {
    libc.ioctl(chipFd, gpioRequests.requestLines, bytes);
  } catch (error) {
    if (errnoOf(error) === 'EBUSY') throw heldError(offsets, { ...context, cause: error });
    const what =
      errnoOf(error) === 'EINVAL'
        ? `take ${name} (is there such an offset, and does the controller have that bias?)`
        : `take ${name}`;
    throw halErrorFrom(port, error, { what });
  }
  return { fd: requestFd(bytes), name };
}

function offsetOf(name: string, context: KernelUser & Chip): number {
  const { libc, chipFd, path, port } = context;
  const chip = chipInfoBytes();
  call(port, `ask ${path}`, () => libc.ioctl(chipFd, gpioRequests.chipInfo, chip));
  const all = Array.from({ length: chipLines(chip) }, (_, offset) => infoOf(offset, context));
  const offsets = all.flatMap((info, offset) => (info.name === name ? [offset] : []));
  const [offset] = offsets;
  if (offset === undefined) {
    const detail = `${path} has no line «${name}»; \`gpioinfo\` lists them, or give its offset`;
    throw new HalError('not-present', port, detail);
  }
  if (offsets.length > 1) {
    const detail = `${path} has lines ${offsets.join(', ')} named «${name}»: give the offset`;
    throw new HalError('bad-argument', port, detail);
  }
  return offset;
}

function infoOf(offset: number, { libc, chipFd, path, port }: KernelUser & Chip): LineInfo {
  const bytes = lineInfoBytes(offset);
  call(port, `ask ${path} about line ${offset}`, () =>
    libc.ioctl(chipFd, gpioRequests.lineInfo, bytes),
  );
  return readLineInfo(bytes);
}

function heldError(
  offsets: readonly number[],
  context: KernelUser & Chip & { readonly cause: unknown },
): HalError {
  const { path, port, cause } = context;
  const held = offsets
    .map((offset) => ({ offset, ...infoOf(offset, context) }))
    .filter(({ flags }) => (flags & lineFlags.used) !== 0n)
    .map(({ offset, consumer }) => `line ${offset} is held by «${consumer || 'the kernel'}»`);
  const detail =
    `${path}: ${held.join(', ') || 'a line is held'}; a key or LED of the device tree is used ` +
    'through the driver for it (evdev, leds), another program has to let go of the line';
  return new HalError('busy', port, detail, { cause });
}

function call<T>(port: PortName, what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw halErrorFrom(port, error, { what });
  }
}
