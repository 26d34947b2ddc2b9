import { describe, expect, test } from 'vitest';
import { NetworkTextReader, NetworkTextWriter } from '#sim/serial-servers/network-text';

const read = (isBinary: boolean, ...chunks: readonly string[]): string => {
  const reader = new NetworkTextReader();
  return chunks.map((each) => text(reader.read(Buffer.from(each), isBinary))).join('');
};
const write = (isBinary: boolean, ...chunks: readonly string[]): string => {
  const writer = new NetworkTextWriter();
  return chunks.map((each) => text(writer.write(Buffer.from(each), isBinary))).join('');
};
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe('what a client types', () => {
  test.each([
    ['Enter as CR LF', ['a\r\nb'], 'a\rb'],
    ['Enter as CR NUL', ['a\r\0b'], 'a\rb'],
    ['Enter that was cut in two', ['a\r', '\nb'], 'a\rb'],
    ['Enter twice', ['\r\n\r\n'], '\r\r'],
    ['an LF alone', ['a\nb'], 'a\nb'],
    ['a NUL alone', ['a\0b'], 'a\0b'],
  ])('%s', (_what, chunks, seen) => {
    expect(read(false, ...chunks)).toBe(seen);
  });

  test('in binary all bytes are as they are', () => {
    expect(read(true, 'a\r\n\r\0')).toBe('a\r\n\r\0');
  });
});

describe('what the board says', () => {
  test.each([
    ['an end of line', ['a\r\nb'], 'a\r\nb'],
    ['an end of line that was cut in two', ['a\r', '\nb'], 'a\r\nb'],
    ['a CR alone', ['a\rb'], 'a\r\0b'],
    ['two of them', ['\r\r\n'], '\r\0\r\n'],
    ['a CR at the end, then other bytes', ['a\r', 'b'], 'a\r\0b'],
  ])('%s', (_what, chunks, seen) => {
    expect(write(false, ...chunks)).toBe(seen);
  });

  test('in binary all bytes are as they are', () => {
    expect(write(true, 'a\rb')).toBe('a\rb');
  });
});
