import { expect, test } from 'vitest';
import { parseTimeServer } from '#hal/drivers/time-server-address';

test.each([
  ['ntp1.example', 'ntp1.example', 123],
  ['ntp1.example:1', 'ntp1.example', 1],
  ['ntp1.example:65535', 'ntp1.example', 65_535],
  ['192.0.2.1', '192.0.2.1', 123],
  ['192.0.2.1:10123', '192.0.2.1', 10_123],
  ['2001:db8::1', '2001:db8::1', 123],
  ['::1', '::1', 123],
  ['[2001:db8::1]', '2001:db8::1', 123],
  ['[2001:db8::1]:10123', '2001:db8::1', 10_123],
  ['[fe80::1%eth0]:123', 'fe80::1%eth0', 123],
])('%s is %s, port %i', (text, host, port) => {
  expect(parseTimeServer(text)).toEqual({ host, port });
});

test('a server without a port has the one of its driver', () => {
  expect(parseTimeServer('ntp1.example', 11_123).port).toBe(11_123);
  expect(parseTimeServer('ntp1.example:123', 11_123).port).toBe(123);
});

test.each([
  '',
  ' ',
  ':123',
  'ntp1.example:',
  'ntp1.example:0',
  'ntp1.example:65536',
  'ntp1.example:12a',
  'ntp1.example:1e3',
  'ntp1.example:-1',
  'two words',
  'ntp1.example\n',
  '[]',
  '[]:123',
  '[::1',
  '[::1]:',
  '[::1]x',
])('%j is no time server', (text) => {
  expect(() => parseTimeServer(text)).toThrow(/is no time server.*bad-argument/s);
});
