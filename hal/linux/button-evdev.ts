import { closeSync, constants, openSync } from 'node:fs';
import type { Button } from '../button.ts';
import { HalError } from '../errors.ts';
import {
  type ButtonDevice,
  buttonOn,
  type ButtonOptions,
  readWithoutWaiting,
} from './button-device.ts';
import type { ButtonNews } from './button-line.ts';
import type { Closable } from './closable.ts';
import { halErrorFrom } from './errno.ts';
import {
  hasKey,
  inputCodes,
  type InputEvent,
  type InputEventBytes,
  InputEventReader,
  keyBitmapBytes,
  keyCodeOf,
  keyNameOf,
  keysIn,
  nativeInputEventBytes,
} from './input-event.ts';
import { ioctlNumber } from './ioctl.ts';
import { clockIds, isLittleEndian, type Libc, libcIfAny } from './libc.ts';

/** A key of an event device, as gpio-keys makes one of a line. */
export interface EvdevButtonConfig {
  readonly driver: 'evdev';
  /** `/dev/input/by-path/…-event` or `/dev/input/eventN`. */
  readonly device: string;
  /** A name such as `KEY_RESTART`, the default, or a number. */
  readonly key?: string;
  /** The layout of records; that of this machine unless told otherwise. */
  readonly eventBytes?: InputEventBytes;
}

/**
 * A button behind the kernel's input system. Needs no package; with `koffi` it also learns the
 * level at its opening, and has the kernel's own monotonic times. Without it a button that is held
 * at the opening is seen as released, and times are those of the wall clock, measured back from the
 * moment of reading: a step of the wall clock costs them up to the interval of looking, no more.
 */
export function createEvdevButton(
  config: EvdevButtonConfig,
  options: ButtonOptions,
): Button & Closable {
  const key = config.key ?? 'KEY_RESTART';
  const code = keyCodeOf(key);
  if (code === undefined) {
    const detail = `no key is named «${key}»; give one such as KEY_RESTART, or its number`;
    throw new HalError('bad-argument', 'reset-button', detail);
  }
  const libc = 'libc' in options ? options.libc : libcIfAny('reset-button');
  return buttonOn(() => new KeyDevice(config, code, { ...options, libc }), options);
}

/** Of `linux/input.h`. */
const requests = {
  setClock: ioctlNumber({ direction: 'write', letter: 'E', number: 0xa0, size: 4 }),
  keyState: ioctlNumber({ direction: 'read', letter: 'E', number: 0x18, size: keyBitmapBytes }),
  keysOffered: ioctlNumber({
    direction: 'read',
    letter: 'E',
    number: 0x20 + inputCodes.evKey,
    size: keyBitmapBytes,
  }),
};

/** The value of a key that is held still. */
const repeated = 2;

/** Older than this no event is when it is read, but for a wall clock that was stepped. */
const ageMaxMs = 1_000;

class KeyDevice implements ButtonDevice {
  readonly isPressed: boolean;
  readonly path: string;
  readonly fd: number;
  readonly #code: number;
  readonly #libc: Libc | undefined;
  readonly #clock: ButtonOptions['clock'];
  readonly #reader: InputEventReader;
  readonly #buffer = new Uint8Array(256 * 24);
  readonly #hasMonotonicTimes: boolean;
  /** The kernel has dropped events: what comes before the next report is nothing whole. */
  #isSkipping = false;
  #isOpen = true;

  constructor(config: EvdevButtonConfig, code: number, options: ButtonOptions) {
    this.path = config.device;
    this.#code = code;
    this.#libc = options.libc;
    this.#clock = options.clock;
    this.#reader = new InputEventReader(config.eventBytes ?? nativeInputEventBytes);
    try {
      this.fd = openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      throw halErrorFrom('reset-button', error, { what: 'open the key device', path: this.path });
    }
    try {
      this.#expectKey();
      this.#hasMonotonicTimes = this.#chooseClock();
      this.isPressed = this.#readLevel() ?? false;
    } catch (error) {
      this.close();
      throw halErrorFrom('reset-button', error, { what: 'ask the key device', path: this.path });
    }
  }

  read(): readonly ButtonNews[] {
    const events = this.#reader.take(readWithoutWaiting(this.fd, this.#buffer));
    return events.flatMap((event) => this.#newsOf(event) ?? []);
  }

  close(): void {
    if (this.#isOpen) closeSync(this.fd);
    this.#isOpen = false;
  }

  #newsOf(event: InputEvent): ButtonNews | undefined {
    const { type, code, value } = event;
    if (type === inputCodes.evSyn && code === inputCodes.synDropped) {
      this.#isSkipping = true;
    } else if (this.#isSkipping) {
      if (type !== inputCodes.evSyn || code !== inputCodes.synReport) return undefined;
      this.#isSkipping = false;
      // Where the level cannot be asked for, a hold that never ends must not be made up.
      return { what: 'level', pressed: this.#readLevel() ?? false, atMs: this.#clock.now() };
    } else if (type === inputCodes.evKey && code === this.#code && value !== repeated) {
      return { what: 'edge', pressed: value !== 0, atMs: this.#timeOf(event) };
    }
    return undefined;
  }

  #timeOf({ timeUs }: InputEvent): number {
    if (this.#hasMonotonicTimes) return this.#clock.fromMonotonicNs(timeUs * 1000n);
    const ageMs = Date.now() - Number(timeUs) / 1000;
    const nowMs = this.#clock.now();
    return ageMs >= 0 && ageMs <= ageMaxMs ? nowMs - ageMs : nowMs;
  }

  #expectKey(): void {
    const offered = this.#bitmap(requests.keysOffered);
    if (offered === undefined || hasKey(offered, this.#code)) return;
    const names = keysIn(offered).map(keyNameOf);
    const detail =
      `${this.path} has no key ${keyNameOf(this.#code)}, but ${names.join(', ') || 'none at all'}; ` +
      'see linux,code in the device tree, or choose another device';
    throw new HalError('bad-argument', 'reset-button', detail);
  }

  #chooseClock(): boolean {
    const id = new Uint8Array(4);
    new DataView(id.buffer).setInt32(0, clockIds.monotonic, isLittleEndian);
    return this.#ask(requests.setClock, id);
  }

  #readLevel(): boolean | undefined {
    const pressed = this.#bitmap(requests.keyState);
    return pressed === undefined ? undefined : hasKey(pressed, this.#code);
  }

  #bitmap(request: number): Uint8Array | undefined {
    const bits = new Uint8Array(keyBitmapBytes);
    return this.#ask(request, bits) ? bits : undefined;
  }

  /** False where there is no way to ask, or nobody there who answers such questions. */
  #ask(request: number, argument: Uint8Array): boolean {
    if (this.#libc === undefined) return false;
    try {
      this.#libc.ioctl(this.fd, request, argument);
      return true;
    } catch (error) {
      const failure = halErrorFrom('reset-button', error, { what: 'ask', path: this.path });
      if (failure.code === 'unsupported' || failure.code === 'bad-argument') return false;
      throw error;
    }
  }
}
