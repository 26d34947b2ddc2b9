import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type WatchdogActs, watchdogSuite } from '#hal/conformance/index';
import { keepAlive } from '#firmware/keep-alive';
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
conforms(watchdogSuite, {
  driver: 'a watchdog that counts a minute at most',
  start: () => rig((dog) => (dog.mostSeconds = 60)),
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

  test.each([
    [120, 60],
    [16, 15],
  ])('that counts %d s at most answers what is in force: %d s', (mostSeconds, inForce) => {
    Object.assign(dog, { mostSeconds, defaultSeconds: inForce });
    expect(watchdog.arm(300_000)).toBe(inForce * 1000);
    expect(dog.isRunning).toBe(true);
  });

  test('that is kicked by the time-out it answered never bites, however short that is', () => {
    Object.assign(dog, { mostSeconds: 16, defaultSeconds: 15 });
    let due = (): void => undefined;
    let everyMs = 0;
    const clock = {
      now: () => 0,
      setTimeout: (callback: () => void, delayMs: number) => {
        due = callback;
        everyMs = delayMs;
      },
      clearTimeout: () => undefined,
    };
    keepAlive({ clock, watchdog, isWell: () => true });
    for (let kick = 0; kick < 50; kick += 1) {
      dog.pass(everyMs);
      due();
    }
    expect([dog.bites, dog.isRunning]).toEqual([0, true]);
    dog.pass(15_000);
    expect(dog.bites).toBe(1);
  });

  test.each(['ENOTTY', 'EOPNOTSUPP', 'EINVAL'])(
    'with one time-out only is taken with that: %s',
    (errno) => {
      dog.requests[setTimeoutRequest] = () => errno;
      expect(watchdog.arm(30_000)).toBe(60_000);
      expect(watchdog.arm(61_000)).toBe(60_000);
    },
  );

  test('that does not know how long it counts is refused, and stopped again', () => {
    dog.requests[setTimeoutRequest] = () => 'EINVAL';
    dog.requests[getTimeoutRequest] = (argument) => void argument.fill(0);
    expect(() => watchdog.arm(30_000)).toThrow(/does not say how long.*\(unsupported\)/);
    expect(dog.isRunning).toBe(false);
  });

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
