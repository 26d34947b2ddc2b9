import { longBytes } from './ioctl.ts';
import { isLittleEndian } from './libc.ts';

/** One record of an event device, as `linux/input.h` has it. */
export interface InputEvent {
  /** Microseconds of the clock that the device was told to use. */
  readonly timeUs: bigint;
  readonly type: number;
  readonly code: number;
  readonly value: number;
}

/** Bytes of a record: its two words of time have 8 bytes each, or 4 where the kernel's have. */
export type InputEventBytes = 16 | 24;

/** How this process sees records: two C `long`s of time, then 8 bytes. */
export const nativeInputEventBytes: InputEventBytes = longBytes === 8 ? 24 : 16;

/** Numbers of `linux/input-event-codes.h` that a button needs. */
export const inputCodes = { evSyn: 0, evKey: 1, synReport: 0, synDropped: 3 } as const;

/** Keys that a RESET button goes by in device trees. */
const keyCodes: Readonly<Record<string, number>> = {
  KEY_RESTART: 0x198,
  KEY_POWER: 116,
  KEY_SLEEP: 142,
  KEY_SETUP: 141,
  KEY_PROG1: 148,
  KEY_PROG2: 149,
  KEY_CONFIG: 171,
  KEY_RFKILL: 247,
  KEY_VENDOR: 0x168,
  KEY_WPS_BUTTON: 0x211,
  ...Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`BTN_${n}`, 0x100 + n])),
};

const codeMax = 0x2ff;

/** One bit a key. */
export const keyBitmapBytes = (codeMax + 1) / 8;

/** The code of a key by its name, or by its number as text; undefined where it is neither. */
export function keyCodeOf(key: string): number | undefined {
  const code = keyCodes[key] ?? (/^(0x[\da-f]+|\d+)$/i.test(key) ? Number(key) : undefined);
  return code !== undefined && code <= codeMax ? code : undefined;
}

/** The name of a key where it has one here, else its number. */
export function keyNameOf(code: number): string {
  return Object.entries(keyCodes).find(([, known]) => known === code)?.[0] ?? String(code);
}

/** The keys whose bits are set. */
export function keysIn(bitmap: Uint8Array): number[] {
  return Array.from({ length: codeMax + 1 }, (_, code) => code).filter((code) =>
    hasKey(bitmap, code),
  );
}

/** Whether the bit of a key is set; the kernel's words of bits are bytes on a little-endian CPU. */
export function hasKey(bitmap: Uint8Array, code: number): boolean {
  const byte = bitmap[bitmapByteOf(code)] ?? 0;
  return (byte & (1 << (code & 7))) !== 0;
}

function bitmapByteOf(code: number): number {
  const byte = code >> 3;
  if (isLittleEndian) return byte;
  return byte - (byte % longBytes) + (longBytes - 1 - (byte % longBytes));
}

/** Turns the bytes of a device into records, however they are cut. */
export class InputEventReader {
  readonly #recordBytes: InputEventBytes;
  #rest: Uint8Array = new Uint8Array();

  constructor(recordBytes: InputEventBytes) {
    this.#recordBytes = recordBytes;
  }

  /** The records that these bytes complete. */
  take(bytes: Uint8Array): InputEvent[] {
    const all = Buffer.concat([this.#rest, bytes]);
    const events: InputEvent[] = [];
    let at = 0;
    for (; at + this.#recordBytes <= all.length; at += this.#recordBytes) {
      events.push(this.#read(new DataView(all.buffer, all.byteOffset + at, this.#recordBytes)));
    }
    this.#rest = all.subarray(at);
    return events;
  }

  #read(view: DataView): InputEvent {
    const isLong = this.#recordBytes === 24;
    // Unsigned, so that the short layout lasts until 2106.
    const seconds = isLong
      ? view.getBigUint64(0, isLittleEndian)
      : BigInt(view.getUint32(0, isLittleEndian));
    const microseconds = isLong
      ? view.getBigUint64(8, isLittleEndian)
      : BigInt(view.getUint32(4, isLittleEndian));
    const at = isLong ? 16 : 8;
    return {
      timeUs: seconds * 1_000_000n + microseconds,
      type: view.getUint16(at, isLittleEndian),
      code: view.getUint16(at + 2, isLittleEndian),
      value: view.getInt32(at + 4, isLittleEndian),
    };
  }
}
