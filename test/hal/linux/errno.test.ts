import { openSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HalError } from '#hal/errors';
import { errnoOf, halErrorFrom, SystemCallError } from '#hal/linux/errno';
import { libc } from '#hal/linux/libc';

const about = { what: 'open the part', path: '/dev/part0' };

const codes = {
  'not-present': ['ENOENT', 'ENOTDIR', 'ENXIO', 'ENODEV'],
  permission: ['EACCES', 'EPERM', 'EROFS'],
  busy: ['EBUSY', 'ETXTBSY', 'EAGAIN', 'EADDRINUSE'],
  'no-space': ['ENOSPC', 'EDQUOT', 'EFBIG'],
  'bad-argument': ['EINVAL', 'ERANGE', 'ENAMETOOLONG', 'EISDIR', 'EADDRNOTAVAIL'],
  closed: ['EBADF'],
  'timed-out': ['ETIMEDOUT'],
  unsupported: ['ENOTTY', 'EOPNOTSUPP', 'ENOSYS'],
  unreachable: ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'ENOTFOUND'],
  io: ['EIO', 'EMFILE', 'ENFILE', 'EPROTO', 'errno 999'],
};

describe('a failure of the kernel', () => {
  const rows = Object.entries(codes).flatMap(([code, names]) =>
    names.map((errno) => ({ errno, code })),
  );
  test.each(rows)('$errno is $code, and says so with what was tried', ({ errno, code }) => {
    const cause = new SystemCallError(errno, 'open');
    const error = halErrorFrom('leds', cause, about);
    expect(error).toBeInstanceOf(HalError);
    expect(error).toMatchObject({ code, port: 'leds', cause });
    expect(error.message).toContain('cannot open the part /dev/part0: ');
    expect(error.message).toContain(errno);
  });

  test('of Node itself is understood', () => {
    let seen: unknown;
    try {
      openSync('/nowhere/at/all', 'r');
    } catch (error) {
      seen = halErrorFrom('storage', error, { what: 'open', path: '/nowhere/at/all' });
    }
    expect(seen).toMatchObject({ code: 'not-present', port: 'storage' });
  });

  test('of a call through the C library is understood', () => {
    const kernel = libc('leds');
    expect(() => kernel.ioctl(-1, 0x5401, new Uint8Array(64))).toThrowError(
      expect.objectContaining({ code: 'EBADF' }),
    );
    expect(() => kernel.setNonBlocking(-1)).toThrowError(
      expect.objectContaining({ code: 'EBADF' }),
    );
    expect(() => kernel.clockNs(999)).toThrowError(expect.objectContaining({ code: 'EINVAL' }));
  });

  test('that is a HalError already stays as it is', () => {
    const error = new HalError('timed-out', 'rtc', 'nobody answers');
    expect(halErrorFrom('leds', error, about)).toBe(error);
  });

  test.each([new Error('gremlins'), 'gremlins'])('without a number is io: %s', (cause) => {
    const error = halErrorFrom('leds', cause, { what: 'set the LED' });
    expect(error.message).toContain('leds: cannot set the LED: gremlins');
    expect(error.code).toBe('io');
    expect(errnoOf(cause)).toBe('no code');
  });
});

describe('the advice', () => {
  const advice = [
    { errno: 'EACCES', path: '/dev/input/event0', text: 'usermod -aG input USER' },
    { errno: 'EPERM', path: '/dev/gpiochip0', text: 'usermod -aG gpio USER' },
    { errno: 'EACCES', path: '/dev/i2c-1', text: 'usermod -aG i2c USER' },
    { errno: 'EACCES', path: '/dev/ttyS0', text: 'usermod -aG dialout USER' },
    { errno: 'EACCES', path: '/dev/rtc0', text: 'docs/guides/hardware.md' },
    { errno: 'EACCES', path: '/dev/watchdog', text: 'udev rule' },
    { errno: 'EACCES', path: '/sys/class/leds/green:status/brightness', text: 'udev rule' },
    { errno: 'EACCES', path: '/var/lib/nas', text: 'ls -l' },
    { errno: 'ENOENT', path: '/dev/i2c-1', text: 'i2c-dev' },
    { errno: 'ENOENT', path: '/dev/watchdog', text: 'softdog' },
    { errno: 'ENODEV', path: '/dev/input/event0', text: 'gpio_keys' },
    { errno: 'ENOENT', path: '/var/lib/nas', text: 'board file' },
    { errno: 'EBUSY', path: '/dev/watchdog', text: 'fuser -v /dev/watchdog' },
    { errno: 'EROFS', path: '/dev/rtc0', text: 'mount it' },
    { errno: 'EMFILE', path: '/dev/rtc0', text: 'LimitNOFILE' },
  ];
  test.each(advice)('for $errno of $path is: $text', ({ errno, path, text }) => {
    const error = halErrorFrom('rtc', new SystemCallError(errno, 'open'), { what: 'open', path });
    expect(error.message).toContain(text);
  });
});
