import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WatchdogActs, watchdogSuite } from '#hal/conformance/index';
import type { Closable } from '#hal/linux/closable';
import { createWatchdog } from '#hal/linux/watchdog';
import type { Watchdog } from '#hal/watchdog';
import { conforms, type Rig } from './conforms.ts';
import { createFakeDog, type FakeDog, getTimeoutRequest, setTimeoutRequest } from './fake-dog.ts';
import { fakeLibc } from './fake-libc.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings } from './open-files.ts';
import { nodeFlags } from './processes.ts';

function rig(prepare: (dog: FakeDog) => void = () => undefined): Rig<Watchdog, WatchdogActs> {
  const folder = createFolder();
  const device = folder.put('watchdog0', '');
  const dog = createFakeDog(device);
  prepare(dog);
  const libc = fakeLibc(dog.requests);
  const open = (): Watchdog & Closable => createWatchdog({ device }, { libc });
  let present = open();
  return {
    subject: {
      get port() {
        return present;
      },
      act: {
        restart: async () => {
          present.close();
          dog.restart();
          return (present = open());
        },
        pass: async (ms) => dog.pass(ms),
        bites: () => dog.bites,
      },
    },
    end: () => {
      present.close();
      folder.remove();
    },
  };
}

conforms(watchdogSuite, { driver: '/dev/watchdog0', start: () => rig() });
conforms(watchdogSuite, {
  driver: 'a watchdog that counts no less than two seconds',
  start: () => rig((dog) => (dog.leastSeconds = 2)),
});

describe('/dev/watchdog0', () => {
  let folder: Folder;
  let device: string;
  let dog: FakeDog;
  let watchdog: Watchdog & Closable;

  beforeEach(() => {
    folder = createFolder();
    device = folder.put('watchdog0', '');
    dog = createFakeDog(device);
    watchdog = createWatchdog({ device }, { libc: fakeLibc(dog.requests) });
  });

  afterEach(() => {
    watchdog.close();
    folder.remove();
  });

  test('is not opened before it is armed: that would start it', () => {
    const before = openFiles();
    watchdog.kick();
    expect(openFiles()).toBe(before);
    watchdog.arm(1000);
    expect(openFiles()).toBe(before + 1);
    watchdog.arm(2000);
    expect(openFiles()).toBe(before + 1);
  });

  test.each([
    [1000, 1000],
    [1001, 2000],
    [12_345, 13_000],
    [600_000, 600_000],
  ])('armed for %d ms answers %d ms, in whole seconds', (timeoutMs, inForceMs) => {
    expect(watchdog.arm(timeoutMs)).toBe(inForceMs);
  });

  test('is kicked with a byte that is not the magic one', () => {
    watchdog.arm(1000);
    watchdog.kick();
    expect(folder.text('watchdog0')).toBe('\0');
  });

  test('is stopped by an orderly end, and by nothing else', () => {
    watchdog.arm(1000);
    watchdog.kick();
    expect(dog.isRunning).toBe(true);
    watchdog.close();
    expect(folder.text('watchdog0')).toBe('\0V');
    expect(dog.isRunning).toBe(false);
  });

  test.each([
    ['SIGKILL', 'runs on', '\0'],
    ['SIGTERM', 'is stopped', '\0V'],
  ] as const)('whose process gets %s %s', async (signal, _what, written) => {
    const program = fileURLToPath(new URL('watchdog-process.ts', import.meta.url));
    const child = spawn(process.execPath, [...nodeFlags, program, device], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill(signal);
    await once(child, 'exit');
    expect(folder.text('watchdog0')).toBe(written);
  });

  test('that was never armed is left alone at the end', () => {
    watchdog.close();
    expect(folder.text('watchdog0')).toBe('');
  });

  test('that cannot count so long is refused, and stopped again', () => {
    dog.mostSeconds = 16;
    dog.defaultSeconds = 15;
    const before = openFiles();
    expect(() => watchdog.arm(30_000)).toThrow(/after 15 s at the latest, 30 s.*\(unsupported\)/);
    expect(dog.isRunning).toBe(false);
    expect(openFiles()).toBe(before);
  });

  test('that is armed already keeps its time-out where another is refused', () => {
    watchdog.arm(5000);
    dog.mostSeconds = 16;
    dog.defaultSeconds = 5;
    expect(() => watchdog.arm(30_000)).toThrow(/\(unsupported\)/);
    expect(dog.isRunning).toBe(true);
    watchdog.kick();
    expect(folder.text('watchdog0')).toBe('\0');
  });

  test.each(['ENOTTY', 'EOPNOTSUPP', 'EINVAL'])(
    'with one time-out only is taken with that, where it is long enough: %s',
    (errno) => {
      dog.requests[setTimeoutRequest] = () => errno;
      expect(watchdog.arm(30_000)).toBe(60_000);
      expect(() => watchdog.arm(61_000)).toThrow(/\(unsupported\)/);
    },
  );

  test('that answers with an error is stopped again', () => {
    dog.requests[setTimeoutRequest] = () => 'EIO';
    expect(() => watchdog.arm(1000)).toThrow(/\(io\)/);
    expect(folder.text('watchdog0')).toBe('V');
    folder.put('watchdog0', '');
    dog.requests[setTimeoutRequest] = () => 'EINVAL';
    dog.requests[getTimeoutRequest] = () => 'EIO';
    expect(() => watchdog.arm(1000)).toThrow(/\(io\)/);
    expect(folder.text('watchdog0')).toBe('V');
  });

  test('that takes no kick says so', () => {
    const full = createWatchdog({ device: '/dev/full' }, { libc: fakeLibc(dog.requests) });
    full.arm(1000);
    expect(() => full.kick()).toThrow(expect.objectContaining({ port: 'watchdog' }));
    full.close();
  });

  test('that is not there says which module is missing', () => {
    expect(() => createWatchdog({ device: '/dev/watchdog77' }, { libc: fakeLibc({}) })).toThrow(
      /\/dev\/watchdog77.*softdog.*\(not-present\)/,
    );
  });

  test('is asked through the C library: a file is no watchdog', () => {
    expect(() => createWatchdog({ device }).arm(1000)).toThrow(/ENOTTY.*\(unsupported\)/);
  });

  test('can be closed twice, and does nothing from then on', () => {
    watchdog.close();
    watchdog.close();
    expect(watchdog.arm(1500)).toBe(1500);
    watchdog.kick();
    expect(folder.text('watchdog0')).toBe('');
  });

  test(`leaves no file open, ${openings} times over`, () => {
    const before = openFiles();
    for (let round = 0; round < openings; round += 1) {
      const one = createWatchdog({ device }, { libc: fakeLibc(dog.requests) });
      one.arm(1000);
      one.close();
    }
    expect(openFiles()).toBe(before);
  });
});
