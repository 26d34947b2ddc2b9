import { describe, expect, test } from 'vitest';
import { i2cSuite, runCheck, runSuite } from '#hal/conformance/index';
import type { I2cBus } from '#hal/i2c';
import { swallowing } from './canaries/canary.ts';
import { type I2cChange, i2cSubject } from './i2c-rig.ts';

describe('the contract of i2c and its simulated part', () => {
  for (const check of i2cSuite.checks) {
    test(`it ${check.name}`, async () => {
      const outcome = await runCheck(i2cSuite, check, i2cSubject());
      if (outcome.result === 'failed') throw outcome.error;
      expect(outcome.result).toBe('passed');
    });
  }

  test('it passes as a whole on one bus', async () => {
    const outcomes = await runSuite(i2cSuite, i2cSubject());
    expect(outcomes.filter(({ result }) => result !== 'passed')).toEqual([]);
  });
});

/** Passes everything on but what `change` makes of the bytes written and read. */
function altering(change: {
  readonly written?: (bytes: Uint8Array) => Uint8Array;
  readonly seen?: (bytes: Uint8Array) => Uint8Array;
}): I2cChange {
  const { written = (bytes) => bytes, seen = (bytes) => bytes } = change;
  return (port) => ({
    write: (address, bytes) => port.write(address, written(bytes)),
    read: (address, count) => seen(port.read(address, count)),
    writeRead: (address, bytes, count) => seen(port.writeRead(address, bytes, count)),
  });
}

/** Swallows errors of one code, and answers zeros instead. */
function deaf(code: Parameters<typeof swallowing>[0][number]): I2cChange {
  return (port) => ({
    write: (address, bytes) => swallowing([code], undefined, () => port.write(address, bytes)),
    read: (address, count) => swallowing([code], zeros(count), () => port.read(address, count)),
    writeRead: (address, bytes, count) =>
      swallowing([code], zeros(count), () => port.writeRead(address, bytes, count)),
  });
}

function zeros(count: number): Uint8Array {
  return new Uint8Array(Number.isInteger(count) && count > 0 ? count : 0);
}

/** One that never hears that its life is over, nor that any other began. */
function immortal(): I2cChange {
  const lives: I2cBus[] = [];
  const latest = (): I2cBus => lives.at(-1) as I2cBus;
  return (port) => {
    lives.push(port);
    return {
      write: (address, bytes) => latest().write(address, bytes),
      read: (address, count) => latest().read(address, count),
      writeRead: (address, bytes, count) => latest().writeRead(address, bytes, count),
    };
  };
}

const shared = new Uint8Array(8_192);

const canaries: readonly { what: string; caughtBy: readonly RegExp[]; make: () => I2cChange }[] = [
  {
    what: 'turns the bits round',
    caughtBy: [/every bit/, /read back|reads registers back/],
    make: () => altering({ seen: (all) => all.map((byte) => ((byte & 1) << 7) | (byte >> 1)) }),
  },
  {
    what: 'writes a byte more',
    caughtBy: [/no more/],
    make: () => altering({ written: (all) => (all.length > 1 ? Uint8Array.of(...all, 0) : all) }),
  },
  {
    what: 'asks for the first register with every read',
    caughtBy: [/left off/],
    make: () => (port) => ({ read: (at, count) => port.writeRead(at, Uint8Array.of(7), count) }),
  },
  {
    what: 'answers in one buffer for all',
    caughtBy: [/caller’s own/],
    make: () =>
      altering({
        seen: (all) => {
          shared.set(all);
          return shared.subarray(0, all.length);
        },
      }),
  },
  {
    what: 'puts the address into the bytes to be written',
    caughtBy: [/alone/],
    make: () => (port) => ({
      write: (at, bytes) => {
        port.write(at, bytes);
        if (bytes.length > 1) bytes[0] = at << 1;
      },
    }),
  },
  {
    what: 'does nothing where there is nothing to write',
    caughtBy: [/empty write/],
    make: () => (port) => ({
      write: (at, bytes) => (bytes.length === 0 ? undefined : port.write(at, bytes)),
    }),
  },
  {
    what: 'does not notice that nobody is there',
    caughtBy: [/nobody is/, /empty write/, /after a failure/],
    make: () => deaf('not-present'),
  },
  {
    what: 'takes anything for an argument',
    caughtBy: [/address -1/, /address 120/, /read 0 bytes/, /write before it/, /can have/],
    make: () => deaf('bad-argument'),
  },
  {
    what: 'does not notice that a byte was refused',
    caughtBy: [/byte was refused/],
    make: () => deaf('io'),
  },
  {
    what: 'takes a line held low for silence',
    caughtBy: [/held low/],
    make: () => deaf('timed-out'),
  },
  { what: 'outlives its board', caughtBy: [/life is over/], make: immortal },
];

describe('the suite of i2c catches', () => {
  const caught = new Set<string>();

  test.each(canaries)('a driver that $what', async ({ make, caughtBy }) => {
    const names: string[] = [];
    for (const check of i2cSuite.checks) {
      const outcome = await runCheck(i2cSuite, check, i2cSubject(make()));
      if (outcome.result === 'failed') names.push(check.name);
    }
    for (const name of names) caught.add(name);
    for (const rule of caughtBy) expect(names).toContainEqual(expect.stringMatching(rule));
  });

  test('a driver that breaks any one of its rules: no check is without a canary', () => {
    const needless = i2cSuite.checks.map(({ name }) => name).filter((name) => !caught.has(name));
    expect(needless).toEqual([]);
  });
});
