import { ioctlNumber } from './ioctl.ts';
import { isLittleEndian } from './libc.ts';

/**
 * The structures and requests of the kernel's GPIO character device, version 2, as
 * `linux/gpio.h` has them. All of them have the same layout on 32 and 64 bits.
 */
export const gpioRequests = {
  chipInfo: ioctlNumber({ direction: 'read', letter: '\u00b4', number: 1, size: 68 }),
  lineInfo: ioctlNumber({ direction: 'read-write', letter: '\u00b4', number: 5, size: 256 }),
  requestLines: ioctlNumber({ direction: 'read-write', letter: '\u00b4', number: 7, size: 592 }),
  getValues: ioctlNumber({ direction: 'read-write', letter: '\u00b4', number: 0x0e, size: 16 }),
  setValues: ioctlNumber({ direction: 'read-write', letter: '\u00b4', number: 0x0f, size: 16 }),
};

/** Bits of the flags of a line. */
export const lineFlags = {
  used: 1n << 0n,
  activeLow: 1n << 1n,
  input: 1n << 2n,
  output: 1n << 3n,
  edgeRising: 1n << 4n,
  edgeFalling: 1n << 5n,
  openDrain: 1n << 6n,
  openSource: 1n << 7n,
  pullUp: 1n << 8n,
  pullDown: 1n << 9n,
  biasDisabled: 1n << 10n,
} as const;

/** What sets lines of one request apart, each for the lines in its mask. */
export interface LineAttribute {
  readonly id: 'flags' | 'values' | 'debounce';
  /** Flags, a bit a line, or microseconds. */
  readonly value: bigint;
  /** A bit for each place in the list of offsets. */
  readonly mask: bigint;
}

/** All that a request for lines says. */
export interface LineRequest {
  readonly offsets: readonly number[];
  readonly consumer: string;
  readonly flags: bigint;
  readonly attributes: readonly LineAttribute[];
  /** How many events the kernel keeps; 16 a line unless told otherwise. */
  readonly eventBufferSize?: number;
}

/** What the kernel knows of a line. */
export interface LineInfo {
  readonly name: string;
  /** Who holds it, where it is held. */
  readonly consumer: string;
  readonly flags: bigint;
}

/** One edge, as the kernel saw it. */
export interface LineEvent {
  /** CLOCK_MONOTONIC. */
  readonly timestampNs: bigint;
  /** Inactive to active: pressed, whatever the polarity. */
  readonly isRising: boolean;
  /** Counts the events of the line from 1 on; a gap says that the kernel has dropped some. */
  readonly lineSequence: number;
}

const textBytes = 32;
const attributeIds = { flags: 1, values: 2, debounce: 3 } as const;
const attributesMax = 10;

/** Bytes of one event. */
export const lineEventBytes = 48;

/** Where the kernel leaves the descriptor in a request for lines. */
const requestFdAt = 588;

/** `struct gpio_v2_line_request`, 592 bytes. */
export function lineRequestBytes(request: LineRequest): Uint8Array {
  const { bytes, view } = allocate(592);
  request.offsets.forEach((offset, place) => view.setUint32(place * 4, offset, isLittleEndian));
  // One byte stays: the kernel reads the text up to its NUL.
  bytes.set(Buffer.from(request.consumer).subarray(0, textBytes - 1), 256);
  view.setBigUint64(288, request.flags, isLittleEndian);
  const attributes = request.attributes.slice(0, attributesMax);
  view.setUint32(296, attributes.length, isLittleEndian);
  attributes.forEach(({ id, value, mask }, place) => {
    const at = 320 + place * 24;
    view.setUint32(at, attributeIds[id], isLittleEndian);
    if (id === 'debounce') view.setUint32(at + 8, Number(value), isLittleEndian);
    else view.setBigUint64(at + 8, value, isLittleEndian);
    view.setBigUint64(at + 16, mask, isLittleEndian);
  });
  view.setUint32(560, request.offsets.length, isLittleEndian);
  view.setUint32(564, request.eventBufferSize ?? 0, isLittleEndian);
  return bytes;
}

/** The descriptor that stands for the lines, once the kernel has granted the request. */
export function requestFd(bytes: Uint8Array): number {
  return viewOf(bytes).getInt32(requestFdAt, isLittleEndian);
}

/** `struct gpiochip_info`, to be filled in. */
export function chipInfoBytes(): Uint8Array {
  return allocate(68).bytes;
}

/** How many lines the chip has. */
export function chipLines(bytes: Uint8Array): number {
  return viewOf(bytes).getUint32(64, isLittleEndian);
}

/** `struct gpio_v2_line_info`, to be filled in for this line. */
export function lineInfoBytes(offset: number): Uint8Array {
  const { bytes, view } = allocate(256);
  view.setUint32(64, offset, isLittleEndian);
  return bytes;
}

/** What it was filled in with. */
export function readLineInfo(bytes: Uint8Array): LineInfo {
  return {
    name: textAt(bytes, 0),
    consumer: textAt(bytes, textBytes),
    flags: viewOf(bytes).getBigUint64(72, isLittleEndian),
  };
}

/** `struct gpio_v2_line_values`: logical levels, for the lines in the mask. */
export function lineValuesBytes(bits: bigint, mask: bigint): Uint8Array {
  const { bytes, view } = allocate(16);
  view.setBigUint64(0, bits, isLittleEndian);
  view.setBigUint64(8, mask, isLittleEndian);
  return bytes;
}

/** Levels, a bit a line. */
export function readLineValues(bytes: Uint8Array): bigint {
  return viewOf(bytes).getBigUint64(0, isLittleEndian);
}

/** One `struct gpio_v2_line_event`. */
export function readLineEvent(bytes: Uint8Array): LineEvent {
  const view = viewOf(bytes);
  return {
    timestampNs: view.getBigUint64(0, isLittleEndian),
    isRising: view.getUint32(8, isLittleEndian) === 1,
    lineSequence: view.getUint32(20, isLittleEndian),
  };
}

function allocate(size: number): { readonly bytes: Uint8Array; readonly view: DataView } {
  const bytes = new Uint8Array(size);
  return { bytes, view: viewOf(bytes) };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function textAt(bytes: Uint8Array, at: number): string {
  const text = bytes.subarray(at, at + textBytes);
  const end = text.indexOf(0);
  return Buffer.from(end === -1 ? text : text.subarray(0, end)).toString();
}
