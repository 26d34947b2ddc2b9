import { openSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gpioRequests, lineRequestBytes, readLineEvent } from '#hal/linux/gpio-structs';
import { openOutputLines, type OutputLine, type OutputLines } from '#hal/linux/gpio-uapi';
import { SystemCallError } from '#hal/linux/errno';
import type { Libc } from '#hal/linux/libc';
import { fakeLibc } from './fake-libc.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings } from './open-files.ts';

let folder: Folder;
/** Requests for lines as their bytes, and settings of levels. */
let requests: Buffer[];
let settings: { readonly fd: number; readonly bits: bigint; readonly mask: bigint }[];
let granted: number[];
let lines: OutputLines | undefined;

const requestLines = 0xc250b407;
const setValues = 0xc010b40f;

beforeEach(() => {
  folder = createFolder();
  for (const chip of ['a', 'b']) folder.put(chip, '');
  requests = [];
  settings = [];
  granted = [];
});

afterEach(() => {
  lines?.close();
  lines = undefined;
  folder.remove();
});

function kernel(refuseAt = Number.POSITIVE_INFINITY): Libc {
  const libc = fakeLibc({
    [requestLines]: (argument) => {
      if (requests.length >= refuseAt) return 'EBUSY';
      requests.push(Buffer.from(argument));
      const fd = openSync('/dev/null', 'r');
      granted.push(fd);
      Buffer.from(argument.buffer).writeInt32LE(fd, 588);
      return undefined;
    },
    [0xc100b405]: (argument) => void Buffer.from(argument.buffer).write('fan', 32),
  });
  return {
    ...libc,
    ioctl: (fd, request, argument) => {
      if (request !== setValues) return libc.ioctl(fd, request, argument);
      const bytes = Buffer.from(argument);
      settings.push({ fd, bits: bytes.readBigUInt64LE(0), mask: bytes.readBigUInt64LE(8) });
      return 0;
    },
  };
}

function open(outputs: readonly OutputLine[], libc = kernel()): OutputLines {
  lines = openOutputLines(outputs, { port: 'leds', consumer: 'nasboard-status', libc });
  return lines;
}

/** The attributes of a request: id, value, mask. */
function attributesOf(bytes: Buffer): (readonly [number, bigint, bigint])[] {
  return Array.from({ length: bytes.readUInt32LE(296) }, (_, place) => {
    const at = 320 + place * 24;
    return [bytes.readUInt32LE(at), bytes.readBigUInt64LE(at + 8), bytes.readBigUInt64LE(at + 16)];
  });
}

describe('output lines', () => {
  test('of one chip are one request, each with its own wiring', () => {
    open([
      { chip: folder.at('a'), line: 5, isActive: true },
      { chip: folder.at('a'), line: 7, activeLow: true },
      { chip: folder.at('a'), line: 9, drive: 'open-drain', isActive: true },
      { chip: folder.at('a'), line: 11, activeLow: true, drive: 'open-source' },
    ]);
    const [bytes = Buffer.alloc(0)] = requests;
    expect(requests.length).toBe(1);
    expect(bytes.length).toBe(592);
    expect([0, 4, 8, 12].map((at) => bytes.readUInt32LE(at))).toEqual([5, 7, 9, 11]);
    expect(bytes.readUInt32LE(560)).toBe(4);
    expect(bytes.toString('utf8', 256, 272)).toBe('nasboard-status\0');
    expect(bytes.readBigUInt64LE(288)).toBe(8n);
    expect(attributesOf(bytes)).toEqual([
      [2, 0b0101n, 0b1111n],
      [1, 8n + 2n, 0b0010n],
      [1, 8n + 64n, 0b0100n],
      [1, 8n + 2n + 128n, 0b1000n],
    ]);
  });

  test('of two chips are set together, in the order they were opened in', () => {
    const outputs = open([
      { chip: folder.at('a'), line: 1 },
      { chip: folder.at('b'), line: 1 },
      { chip: folder.at('a'), line: 2 },
    ]);
    outputs.set([true, true, false]);
    outputs.set([false, false, true]);
    const [a, b] = granted;
    expect(settings).toEqual([
      { fd: a, bits: 0b01n, mask: 0b11n },
      { fd: b, bits: 0b1n, mask: 0b1n },
      { fd: a, bits: 0b10n, mask: 0b11n },
      { fd: b, bits: 0b0n, mask: 0b1n },
    ]);
  });

  test('are given back where one of them cannot be had', () => {
    const before = openFiles();
    const both = [
      { chip: folder.at('a'), line: 1 },
      { chip: folder.at('b'), line: 1 },
    ];
    expect(() => open(both, kernel(1))).toThrowError(expect.objectContaining({ code: 'busy' }));
    expect(openFiles()).toBe(before);
  });

  test('are closed once, and then answer so', () => {
    const outputs = open([{ chip: folder.at('a'), line: 1 }]);
    outputs.close();
    outputs.close();
    expect(() => outputs.set([true])).toThrowError(
      expect.objectContaining({ code: 'closed', port: 'leds' }),
    );
  });

  test('tell of a controller that is gone', () => {
    const libc = kernel();
    const ioctl: Libc['ioctl'] = (fd, request, argument) => {
      if (request === setValues) throw new SystemCallError('ENODEV', 'ioctl');
      return libc.ioctl(fd, request, argument);
    };
    const outputs = open([{ chip: folder.at('a'), line: 1 }], { ...libc, ioctl });
    expect(() => outputs.set([true])).toThrow(/line 1 of .*ENODEV.*\(not-present\)/);
  });

  test('leave no descriptor open, however often', () => {
    const libc = kernel();
    const before = openFiles();
    for (let opening = 0; opening < openings; opening += 1) {
      open([{ chip: folder.at('a'), line: 1 }], libc).close();
    }
    expect(openFiles()).toBe(before);
  });
});

describe('the structures', () => {
  test('have the requests of linux/gpio.h', () => {
    expect(gpioRequests).toEqual({
      chipInfo: 0x8044b401,
      lineInfo: 0xc100b405,
      requestLines: 0xc250b407,
      getValues: 0xc010b40e,
      setValues: 0xc010b40f,
    });
  });

  test('keep a consumer of more than 31 bytes short, with its end', () => {
    const consumer = 'c'.repeat(40);
    const bytes = lineRequestBytes({ offsets: [1], consumer, flags: 0n, attributes: [] });
    expect(Buffer.from(bytes.subarray(256, 288)).toString()).toBe(`${'c'.repeat(31)}\0`);
  });

  test('read an event of bytes that lie anywhere', () => {
    const bytes = Buffer.alloc(7 + 48);
    bytes.writeBigUInt64LE(1_234_567_890_123n, 7);
    bytes.writeUInt32LE(2, 15);
    bytes.writeUInt32LE(77, 27);
    expect(readLineEvent(bytes.subarray(7))).toEqual({
      timestampNs: 1_234_567_890_123n,
      isRising: false,
      lineSequence: 77,
    });
  });
});

test('this machine has no chip of that name, and says what to do', () => {
  const output = { chip: 'gpiochip987', line: 1 };
  expect(() => open([output])).toThrow(/\/dev\/gpiochip987.*gpiodetect.*\(not-present\)/);
});
