import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as BindingsCpp from '@serialport/bindings-cpp';
import type { LinuxBindingInterface } from '@serialport/bindings-cpp';
import { SerialPortStream } from '@serialport/stream';
import { HalError } from '../errors.ts';
import type { SerialConsole } from '../serial.ts';
import { halErrorFrom } from './errno.ts';
import { SerialLine } from './serial-line.ts';

/** Which serial port the console is on. */
export interface SerialOptions {
  /** `/dev/ttyS0`. */
  readonly path: string;
  /** 115200 unless told otherwise. */
  readonly baudRate?: number;
}

/** Firmware writes lines: what is kept while the line is slow need not be more. */
const bufferBytes = 16_384;

/**
 * Opens a serial port, 8N1, raw, for this process alone. A port that goes away (an adapter that is
 * pulled) is opened again when it is back; what is written meanwhile is lost, as with a cable.
 * Errors: `not-present`, `permission`, `busy`; `unsupported` where the package is missing.
 */
export async function createSerial({
  path,
  baudRate = 115_200,
}: SerialOptions): Promise<{ readonly console: SerialConsole; close(): Promise<void> }> {
  checkPort(path);
  const binding = loadBinding();
  const line = await SerialLine.open(() => openPort(binding, path, baudRate));
  const console = new SerialPortStream({
    binding: { list: () => Promise.resolve([]), open: () => Promise.resolve(line) },
    path,
    baudRate,
    highWaterMark: bufferBytes,
  });
  let ending: Promise<void> | undefined;
  return {
    console,
    close() {
      ending ??= new Promise((resolve) => {
        if (!console.isOpen) return console.once('open', () => console.close(() => resolve()));
        return console.close(() => resolve());
      });
      return ending;
    },
  };
}

/** The package tells of failures in words alone; what is usual is told better. */
function checkPort(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    if (statSync(path).isCharacterDevice()) return;
  } catch (error) {
    throw halErrorFrom('console', error, { what: 'open the serial port', path });
  }
  throw new HalError('bad-argument', 'console', `${path} is no serial port`);
}

function loadBinding(): LinuxBindingInterface {
  try {
    const require = createRequire(import.meta.url);
    return (require('@serialport/bindings-cpp') as typeof BindingsCpp).LinuxBinding;
  } catch (cause) {
    const text =
      'serial ports need the optional package «@serialport/bindings-cpp», which does not load; ' +
      'install it (`npm install @serialport/bindings-cpp`)';
    throw new HalError('unsupported', 'console', text, { cause });
  }
}

async function openPort(binding: LinuxBindingInterface, path: string, baudRate: number) {
  try {
    // The line stays as it is when the firmware ends: a modem-control line that drops may reset
    // what is at the far end.
    return await binding.open({ path, baudRate, hupcl: false });
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    const isHeld = /lock/i.test(text);
    const advice = isHeld ? `; another process has it (\`fuser -v ${path}\` tells which)` : '';
    throw new HalError(isHeld ? 'busy' : 'io', 'console', `${text}${advice}`, { cause });
  }
}
