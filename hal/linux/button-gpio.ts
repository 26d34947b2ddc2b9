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
import { type LineEvent, lineEventBytes, readLineEvent } from './gpio-structs.ts';
import { type LineBias, type LinePlace, openInputLine, type OpenInputLine } from './gpio-uapi.ts';

/** A line of a GPIO controller that nobody else holds. */
export interface GpioButtonConfig extends LinePlace {
  readonly driver: 'gpio';
  readonly activeLow: boolean;
  readonly bias: LineBias;
  /** By the kernel; none unless told otherwise. The firmware debounces by itself. */
  readonly debounceMs?: number;
}

/** What other programs are told when they want the line. */
export const buttonConsumer = 'nasboard-reset';

/**
 * A button on a GPIO line, through the kernel's own interface (package `koffi`): its times of
 * edges, its bias and, if asked for, its debouncing. The kernel stamps a debounced edge when it has
 * settled: holds have their length, and all begins and ends later by the debounce time.
 */
export function createGpioButton(
  config: GpioButtonConfig,
  options: ButtonOptions,
): Button & Closable {
  return buttonOn(() => new LineDevice(config, options), options);
}

class LineDevice implements ButtonDevice {
  readonly isPressed: boolean;
  readonly path: string;
  readonly #line: OpenInputLine;
  readonly #options: ButtonOptions;
  readonly #buffer = new Uint8Array(512 * lineEventBytes);
  #rest: Uint8Array = new Uint8Array();
  #lastSequence = 0;

  constructor(config: GpioButtonConfig, options: ButtonOptions) {
    this.#options = options;
    const { libc } = options;
    this.#line = openInputLine(
      { ...config, debounceMs: config.debounceMs ?? 0 },
      { port: 'reset-button', consumer: buttonConsumer, ...(libc === undefined ? {} : { libc }) },
    );
    this.path = this.#line.name;
    try {
      // Edges that came in between may be older than the level: it is read anew after them.
      do this.isPressed = this.#line.isActive();
      while (this.#events().length > 0);
    } catch (error) {
      this.close();
      throw halErrorFrom('reset-button', error, { what: 'read', path: this.path });
    }
  }

  read(): readonly ButtonNews[] {
    return this.#events().map(({ isRising, timestampNs }) => ({
      what: 'edge',
      pressed: isRising,
      atMs: this.#options.clock.fromMonotonicNs(timestampNs),
    }));
  }

  get fd(): number {
    return this.#line.fd;
  }

  close(): void {
    this.#line.close();
  }

  #events(): readonly LineEvent[] {
    const bytes = readWithoutWaiting(this.#line.fd, this.#buffer);
    const all = Buffer.concat([this.#rest, bytes]);
    const whole = Math.floor(all.length / lineEventBytes);
    this.#rest = all.subarray(whole * lineEventBytes);
    const events = Array.from({ length: whole }, (_, place) =>
      readLineEvent(all.subarray(place * lineEventBytes, (place + 1) * lineEventBytes)),
    );
    for (const { lineSequence } of events) this.#count(lineSequence);
    return events;
  }

  /** The kernel keeps the latest events of a line that nobody reads, and counts on. */
  #count(sequence: number): void {
    const lost = (sequence - this.#lastSequence - 1) >>> 0;
    this.#lastSequence = sequence;
    if (lost === 0) return;
    const detail =
      `the kernel lost ${lost} edges of ${this.path}, as this process did not read them in time; ` +
      'the level is right again from the next edge on';
    this.#options.onFault?.(new HalError('io', 'reset-button', detail));
  }
}
