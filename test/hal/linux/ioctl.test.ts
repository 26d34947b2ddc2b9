import { describe, expect, test } from 'vitest';
import { ioctlNumber } from '#hal/linux/ioctl';

/** As the compiler makes them of the kernel's headers, on x86-64, arm64 and arm alike. */
const known = [
  { name: 'RTC_RD_TIME', direction: 'read', letter: 'p', number: 0x09, size: 36, is: 0x80247009 },
  { name: 'RTC_SET_TIME', direction: 'write', letter: 'p', number: 0x0a, size: 36, is: 0x4024700a },
  { name: 'RTC_VL_CLR', direction: 'none', letter: 'p', number: 0x14, size: 0, is: 0x7014 },
  { name: 'EVIOCSCLOCKID', direction: 'write', letter: 'E', number: 0xa0, size: 4, is: 0x400445a0 },
  {
    name: 'WDIOC_SETTIMEOUT',
    direction: 'read-write',
    letter: 'W',
    number: 6,
    size: 4,
    is: 0xc0045706,
  },
  {
    name: 'GPIO_V2_GET_LINE_IOCTL',
    direction: 'read-write',
    letter: '\xb4',
    number: 7,
    size: 592,
    is: 0xc250b407,
  },
] as const;

describe('the number of a request', () => {
  test.each(known)('is that of $name', ({ is, name: _name, ...layout }) => {
    for (const machine of ['x64', 'arm64', 'arm', 'riscv64']) {
      expect(ioctlNumber(layout, machine).toString(16)).toBe(is.toString(16));
    }
  });

  test.each([
    ['read', 0x40047013],
    ['write', 0x80047013],
    ['read-write', 0xc0047013],
    ['none', 0x20047013],
  ] as const)('keeps the direction %s in three bits where powerpc does', (direction, is) => {
    const layout = { direction, letter: 'p', number: 0x13, size: 4 } as const;
    expect(ioctlNumber(layout, 'ppc64').toString(16)).toBe(is.toString(16));
  });
});
