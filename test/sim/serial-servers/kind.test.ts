import { expect, test } from 'vitest';
import { UsageError } from '#sim/kernel/invariant';
import { isLoopback, parseSerialKind } from '#sim/serial-servers/kind';

test.each([
  ['none', undefined],
  ['pty', { kind: 'pty', link: undefined }],
  ['pty:/dev/shm/tty:S0', { kind: 'pty', link: '/dev/shm/tty:S0' }],
  ['tcp:4000', { kind: 'tcp', host: '127.0.0.1', port: 4000 }],
  ['telnet:0', { kind: 'telnet', host: '127.0.0.1', port: 0 }],
  ['rfc2217:0.0.0.0:65535', { kind: 'rfc2217', host: '0.0.0.0', port: 65_535 }],
  ['ws:[::1]:4000', { kind: 'ws', host: '::1', port: 4000 }],
  ['tcp:bench.example:4000', { kind: 'tcp', host: 'bench.example', port: 4000 }],
])('--serial %s is understood', (text, kind) => {
  expect(parseSerialKind(text)).toEqual(kind);
});

test.each([
  ['', /"" is no way to attach: write pty, /],
  ['uart', /"uart" is no way to attach/],
  ['none:1', /no way to attach/],
  ['pty:', /names no link/],
  ['tcp', /names no port: write tcp:4000, 0 for any free one/],
  ['tcp:', /names no port/],
  ['tcp:port', /"port" is neither PORT nor HOST:PORT/],
  ['tcp:::1:4000', /\[::1\]:4000 for IPv6/],
  ['tcp:-1', /neither PORT nor HOST:PORT/],
  ['ws:65536', /65535 at most/],
])('--serial «%s» is refused, and the message says how to write it', (text, message) => {
  expect(() => parseSerialKind(text)).toThrow(UsageError);
  expect(() => parseSerialKind(text)).toThrow(message);
});

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.0.0.1.example', false],
  ['192.168.1.2', false],
])('whether %s is reached by this machine alone: %s', (host, isOnly) => {
  expect(isLoopback(host)).toBe(isOnly);
});
