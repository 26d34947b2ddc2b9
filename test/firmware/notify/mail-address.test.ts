import { describe, expect, it } from 'vitest';
import { maskedAddress, normalAddress } from '#firmware/notify/mail-address';

const longest = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;

describe('an e-mail address', () => {
  it.each([
    ['carol@example.org', 'carol@example.org'],
    ['  carol@example.org ', 'carol@example.org'],
    ['Carol.Smith+nas@Mail.Example.ORG', 'Carol.Smith+nas@Mail.Example.ORG'],
    ['root@localhost', 'root@localhost'],
    [longest, longest],
  ])('may be %j', (typed, address) => {
    expect(normalAddress(typed)).toBe(address);
  });

  it.each([
    '',
    'carol',
    '@example.org',
    'carol@',
    'carol@example..org',
    'carol@@example.org',
    'carol smith@example.org',
    'carol@example.org\r\nBcc: eve@example.org',
    'carol@exa\nmple.org',
    'carol@example.org,eve@example.org',
    'Carol <carol@example.org>',
    '<carol@example.org>',
    'carol@example.org\0',
    `x${longest}`,
  ])('is not %j', (typed) => {
    expect(normalAddress(typed)).toBeUndefined();
  });

  it.each([
    ['carol@example.org', 'c…@example.org'],
    ['c@example.org', 'c…@example.org'],
  ])('is hinted at: %s as %s', (address, hint) => {
    expect(maskedAddress(address)).toBe(hint);
  });
});

it('of 254 characters is the longest', () => {
  expect(longest).toHaveLength(254);
});
