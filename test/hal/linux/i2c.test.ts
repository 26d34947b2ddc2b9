import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type I2cActs, i2cSuite } from '#hal/conformance/index';
import type { I2cBus } from '#hal/i2c';
import type { Closable } from '#hal/linux/closable';
import { createI2cBus } from '#hal/linux/i2c';
import { i2cSubject } from '../conformance/i2c-rig.ts';
import { conforms, type Rig } from './conforms.ts';
import { type Answer, fakeLibc } from './fake-libc.ts';
import { functions, plainI2c, transfer, transferOn, type Width } from './i2c-kernel.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings } from './open-files.ts';

/** A simulated bus with a clock chip behind a fake `/dev/i2c-1`. */
function rig(
  width: Width,
  change: (answer: Answer) => Answer = (answer) => answer,
): Rig<I2cBus, I2cActs> & { readonly requests: Record<number, Answer> } {
  const folder = createFolder();
  const path = folder.put('i2c-1', '');
  const wires = i2cSubject();
  const requests: Record<number, Answer> = {
    [functions]: plainI2c,
    [transfer]: change(transferOn(() => wires.port, width)),
  };
  const libc = fakeLibc(requests, width === 8 ? undefined : 0xb612_3450n);
  const open = (): I2cBus & Closable => createI2cBus({ bus: path }, { libc, pointerBytes: width });
  let present = open();
  return {
    requests,
    subject: {
      get port() {
        return present;
      },
      act: {
        ...wires.act,
        restart: async () => {
          present.close();
          await wires.act.restart?.();
          return (present = open());
        },
      },
    },
    end: () => {
      present.close();
      folder.remove();
    },
  };
}

/** An adapter without plain transfers. */
const smbusOnly: Answer = (argument) => {
  argument.set([0x00, 0x00, 0xff, 0x0e]);
  return undefined;
};

/** An adapter that says of all that is not acknowledged: EREMOTEIO. */
function saysRemoteIo(answer: Answer): Answer {
  return (...call) => {
    const errno = answer(...call);
    return errno === 'ENXIO' || errno === 'EIO' ? 'EREMOTEIO' : errno;
  };
}

/** An adapter that cannot send an address alone. */
function needsBytes(answer: Answer): Answer {
  return (argument, ...rest) => {
    const isEmpty = argument.length === 32 && (argument[20] ?? 0) === 0;
    return isEmpty ? 'EOPNOTSUPP' : answer(argument, ...rest);
  };
}

conforms(i2cSuite, { driver: '/dev/i2c-N on a 64-bit machine', start: () => rig(8) });
conforms(i2cSuite, { driver: '/dev/i2c-N on a 32-bit machine', start: () => rig(4) });
conforms(i2cSuite, {
  driver: 'an adapter with one word for all refusals',
  start: () => rig(8, saysRemoteIo),
});
conforms(i2cSuite, {
  driver: 'an adapter without empty transfers',
  start: () => rig(8, needsBytes),
});

describe('/dev/i2c-N', () => {
  let folder: Folder;

  beforeEach(() => {
    folder = createFolder();
  });

  afterEach(() => folder.remove());

  test('does not exist: says which module is missing', () => {
    expect(() => createI2cBus({ bus: 77 }, { libc: fakeLibc({}) })).toThrow(
      /\/dev\/i2c-77.*i2c-dev.*\(not-present\)/,
    );
  });

  test('of an SMBus adapter is refused, and closed again', () => {
    const before = openFiles();
    const libc = fakeLibc({ [functions]: smbusOnly });
    expect(() => createI2cBus({ bus: folder.put('i2c-0', '') }, { libc })).toThrow(
      /SMBus only.*\(unsupported\)/,
    );
    expect(openFiles()).toBe(before);
  });

  test('that is no bus at all is refused, and closed again', () => {
    const before = openFiles();
    expect(() => createI2cBus({ bus: folder.put('i2c-0', '') }, { libc: fakeLibc({}) })).toThrow(
      /\(unsupported\)/,
    );
    expect(openFiles()).toBe(before);
  });

  test.each([
    ['EAGAIN', 'io'],
    ['EPROTO', 'io'],
    ['ETIMEDOUT', 'timed-out'],
    ['ENODEV', 'not-present'],
    ['EOPNOTSUPP', 'unsupported'],
  ])('answers %s from the adapter as %s', async (errno, code) => {
    const { subject, requests, end } = rig(8);
    requests[transfer] = () => errno;
    expect(() => subject.port.read(0x68, 1)).toThrow(expect.objectContaining({ code }));
    await end();
  });

  test('can be closed twice, and is closed then', () => {
    const { libc, path } = emptyBus(folder);
    const bus = createI2cBus({ bus: path }, { libc });
    bus.close();
    bus.close();
    expect(() => bus.read(0x68, 1)).toThrow(/closed/);
  });

  test(`leaves no file open, ${openings} times over`, () => {
    const { libc, path } = emptyBus(folder);
    const before = openFiles();
    for (let round = 0; round < openings; round += 1) createI2cBus({ bus: path }, { libc }).close();
    expect(openFiles()).toBe(before);
  });

  test('reaches the kernel through the C library: a file is no bus', () => {
    expect(() => createI2cBus({ bus: folder.put('i2c-0', '') })).toThrow(
      /does not offer it, ENOTTY.*\(unsupported\)/,
    );
  });
});

function emptyBus(folder: Folder): {
  readonly libc: ReturnType<typeof fakeLibc>;
  readonly path: string;
} {
  const libc = fakeLibc({ [functions]: plainI2c });
  return { libc, path: folder.put('i2c-0', '') };
}
