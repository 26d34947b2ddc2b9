import { TextDecoder } from 'node:util';
import { SerialPortStream } from '@serialport/stream';
import type { SerialConsole } from '#hal/serial';
import type { WorldEvent } from '../kernel/event-queue.ts';
import type { Life } from './life.ts';
import { Listeners } from './listeners.ts';
import { TypedRecorder, type TypedState } from './secret-prompt.ts';
import { ShownRecorder, type ShownState } from './shown-secrets.ts';
import type { BoardSite } from './site.ts';
import { canceled, type SimUartBinding, WireBinding, type WireEnd } from './uart-binding.ts';

/** How the serial line behaves. */
export interface UartOptions {
  /** Bytes take as long as the baud rate says; they take no time unless told so. */
  readonly pacing?: boolean;
}

/** Bytes that came out of the board, with the true time at which the last of them was there. */
export interface UartOutput {
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly timeUs: number;
}

/** The line at one instant at which nothing is under way. */
export interface UartState {
  readonly output: string;
  readonly typed: TypedState;
  readonly shown: ShownState;
}

const devicePath = '/dev/ttyS0';
const baudRate = 115_200;
const bitsPerByte = 10;
/** So many bytes travel as one event while pacing. */
const pacedChunk = 16;
/** Small, so that many boards fit into memory. */
const streamBytes = 1_024;

interface Sending {
  readonly bytes: Buffer;
  readonly binding: SimUartBinding;
  readonly done: (error?: Error) => void;
  sent: number;
  event: WorldEvent;
}

/** The first UART. The board's end is a `SerialPortStream`; the far end is these verbs. */
export class UartPart implements WireEnd {
  /** Whether bytes take time. */
  pacing: boolean;
  readonly #site: BoardSite;
  readonly #listeners: Listeners<UartOutput>;
  readonly #typed = new TypedRecorder();
  readonly #shown = new ShownRecorder();
  #life: Life | undefined;
  #stream: SerialConsole | undefined;
  #binding: SimUartBinding | undefined;
  #decoder: TextDecoder | undefined;
  #output = '';
  /** What came before the firmware's port was open. */
  #early: Buffer[] = [];
  #sending: Sending | undefined;
  #receiverFreeUs = 0;
  /** Disturbances that no board heard. */
  #pendingFaults: string[] = [];

  constructor(site: BoardSite, options: UartOptions = {}) {
    this.#site = site;
    this.#listeners = new Listeners(site.world);
    this.pacing = options.pacing ?? false;
  }

  /** All text the board has sent since its supply was last switched on. */
  get output(): string {
    return this.#output;
  }

  /** Hears all that comes out of the board from now on; the answer stops it. */
  onData(listener: (bytes: Uint8Array, timeUs: number, text: string) => void): () => void {
    return this.#listeners.add(({ bytes, timeUs, text }) => listener(bytes, timeUs, text));
  }

  /** Sends bytes (text as UTF-8) to the board; without a board that listens they are lost. */
  write(data: Uint8Array | string): void {
    const bytes = Buffer.from(typeof data === 'string' ? Buffer.from(data) : data);
    if (bytes.length === 0) return;
    const openCount = this.#typed.openCount(bytes);
    const hidden = bytes.length - openCount;
    const fields = {
      ...(openCount === 0 ? {} : asField(bytes.subarray(0, openCount))),
      ...(hidden === 0 ? {} : { hidden }),
    };
    const secret = hidden === 0 ? undefined : () => ({ hex: bytes.toString('hex') });
    this.#site.stimulus('uart', 'rx', fields, secret);
    this.#receive(bytes);
  }

  /** The line is held low: the UART makes one zero byte of it. */
  sendBreak(): void {
    this.#site.stimulus('uart', 'break');
    this.#receive(Buffer.from([0]), 'break');
  }

  /** The far end moves its modem lines. The board's port has three wires: only the trace tells. */
  setModemLines(lines: { readonly dtr?: boolean; readonly rts?: boolean }): void {
    this.#site.stimulus('uart', 'modem-lines', lines);
  }

  /** One byte arrives with a wrong stop bit: some byte comes of it. */
  sendFramingError(): void {
    const bytes = Buffer.from(this.#site.random('uart').bytes(1));
    this.#site.stimulus('uart', 'framing-error', asField(bytes));
    this.#receive(bytes, 'framing-error');
  }

  /** Disturbs the line: `count` bytes of chance arrive. */
  noise(count: number): void {
    const bytes = Buffer.from(this.#site.random('uart').bytes(count));
    this.#site.stimulus('uart', 'noise', asField(bytes));
    this.#receive(bytes, 'noise');
  }

  /**
   * A binding for programs at the far end: `new SerialPortStream({ binding, path, baudRate })` with
   * the path that `list` names then talks to the board. One program at a time has it open.
   */
  createFarEndBinding(): WireBinding {
    return new WireBinding(`/dev/${this.#site.boardName}`, new FarEnd(this));
  }

  /** Names of the disturbances that had no effect, as the board was off or hung. */
  get pendingFaults(): readonly string[] {
    return this.#pendingFaults;
  }

  /** The firmware's face for one life. */
  connect(life: Life): SerialConsole {
    const binding = new WireBinding(devicePath, this);
    const stream = new SerialPortStream({
      binding,
      path: devicePath,
      baudRate,
      highWaterMark: streamBytes,
    });
    this.#life = life;
    this.#stream = stream;
    life.onEnd(() => this.#disconnect());
    return stream;
  }

  /** The board's supply came on: nothing has been sent yet. */
  clearOutput(): void {
    this.#output = '';
    this.#typed.reset();
    this.#shown.reset();
  }

  /** What was sent and typed so far, as far as it matters later. */
  save(): UartState {
    const { output } = this;
    return { output, typed: this.#typed.save(), shown: this.#shown.save() };
  }

  /** As it was. */
  restore({ output, typed, shown }: UartState): void {
    this.#output = output;
    this.#typed.restore(typed);
    this.#shown.restore(shown);
  }

  /** Forgets what was sent; a life that runs goes on. */
  reset(): void {
    this.clearOutput();
    this.#early = [];
    this.#pendingFaults = [];
  }

  /** The board's port sends. Not a verb for users. */
  send(bytes: Buffer, binding: SimUartBinding): Promise<void> | void {
    if (this.#life?.isAlive !== true || binding !== this.#binding) return undefined;
    if (!this.pacing) return this.#emit(bytes);
    return new Promise((resolve, reject) => {
      const done = (error?: Error): void => (error === undefined ? resolve() : reject(error));
      const event = this.#nextChunk(bytes.length, binding);
      this.#sending = { bytes, binding, done, sent: 0, event };
    });
  }

  /** The board's port was opened. Not a verb for users. */
  opened(binding: SimUartBinding): void {
    this.#binding = binding;
    for (const bytes of this.#early.splice(0)) binding.emitData(bytes);
  }

  /** The board's port was closed. Not a verb for users. */
  closed(binding: SimUartBinding): void {
    if (binding !== this.#binding) return;
    this.#binding = undefined;
    this.#stopSending()?.done(canceled());
  }

  /** Nothing of the old life is heard or called any more; what it had not sent is lost. */
  #disconnect(): void {
    this.#life = undefined;
    this.#binding = undefined;
    this.#early = [];
    this.#stopSending();
    this.#stream?.removeAllListeners();
    this.#stream?.destroy();
    this.#stream = undefined;
  }

  #emit(bytes: Buffer): void {
    const text = this.#decode(bytes);
    this.#output += text;
    this.#typed.shown(text);
    this.#site.output('uart', 'tx', { text: this.#shown.take(text) });
    this.#listeners.tell({ bytes, text, timeUs: this.#site.world.nowUs });
  }

  /** Most output is plain ASCII; a decoder, which keeps split characters, comes when it must. */
  #decode(bytes: Buffer): string {
    if (this.#decoder === undefined && bytes.every((byte) => byte < 0x80)) {
      return bytes.toString('latin1');
    }
    this.#decoder ??= new TextDecoder();
    return this.#decoder.decode(bytes, { stream: true });
  }

  #nextChunk(left: number, binding: SimUartBinding): WorldEvent {
    const spanUs = bytesUs(Math.min(left, pacedChunk), binding.baudRate);
    return this.#site.world.after(spanUs, `${this.#site.boardName}: uart tx`, () => this.#sent());
  }

  #sent(): void {
    const sending = this.#sending;
    if (sending === undefined) return;
    const { bytes, binding } = sending;
    const end = Math.min(bytes.length, sending.sent + pacedChunk);
    this.#emit(bytes.subarray(sending.sent, end));
    sending.sent = end;
    if (end < bytes.length) {
      sending.event = this.#nextChunk(bytes.length - end, binding);
    } else {
      this.#sending = undefined;
      sending.done();
    }
  }

  #stopSending(): Sending | undefined {
    const sending = this.#sending;
    if (sending !== undefined) this.#site.world.cancel(sending.event);
    this.#sending = undefined;
    return sending;
  }

  #receive(bytes: Buffer, fault?: string): void {
    if (!this.pacing) {
      this.#deliver(bytes, fault);
      return;
    }
    const { world, boardName } = this.#site;
    this.#receiverFreeUs = Math.max(this.#receiverFreeUs, world.nowUs);
    for (let start = 0; start < bytes.length; start += pacedChunk) {
      const chunk = bytes.subarray(start, start + pacedChunk);
      this.#receiverFreeUs += bytesUs(chunk.length, this.#binding?.baudRate ?? baudRate);
      world.at(this.#receiverFreeUs, `${boardName}: uart rx`, () => this.#deliver(chunk, fault));
    }
  }

  #deliver(bytes: Buffer, fault: string | undefined): void {
    if (this.#life?.isListening !== true) {
      if (fault !== undefined) this.#pendingFaults.push(fault);
    } else if (this.#binding === undefined) {
      this.#early.push(bytes);
    } else {
      this.#binding.emitData(bytes);
    }
  }
}

/** The far end as a port that a program opens. */
class FarEnd implements WireEnd {
  readonly #uart: UartPart;
  #stopHearing: (() => void) | undefined;

  constructor(uart: UartPart) {
    this.#uart = uart;
  }

  send(bytes: Buffer): void {
    this.#uart.write(bytes);
  }

  opened(binding: SimUartBinding): void {
    this.#stopHearing = this.#uart.onData((bytes) => binding.emitData(Buffer.from(bytes)));
  }

  closed(): void {
    this.#stopHearing?.();
    this.#stopHearing = undefined;
  }
}

function bytesUs(count: number, baud: number): number {
  return Math.ceil((count * bitsPerByte * 1_000_000) / baud);
}

/** As text where it is UTF-8, else as hexadecimal digits. */
export function asField(bytes: Buffer): { text: string } | { hex: string } {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? { text } : { hex: bytes.toString('hex') };
}
