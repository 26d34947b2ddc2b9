import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isHalError } from '#hal/errors';
import { address, createChipBench, type ChipBench } from './chip-bench.ts';

const registerCount = 0x13;

/** What somebody may do to a chip. */
type Act =
  | { readonly do: 'write'; readonly first: number; readonly bytes: readonly number[] }
  | { readonly do: 'read'; readonly first: number; readonly count: number }
  | { readonly do: 'raw'; readonly bytes: readonly number[] }
  | { readonly do: 'pass'; readonly us: number }
  | { readonly do: 'supply'; readonly vcc: boolean; readonly battery: boolean }
  | { readonly do: 'fault'; readonly fault: 'nack-address' | 'nack-byte' | 'disturb' }
  | { readonly do: 'oscillator'; readonly isBroken: boolean }
  | { readonly do: 'temperature'; readonly celsius: number };

const byte = fc.nat(255);
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constant('write' as const),
    first: byte,
    bytes: fc.array(byte, { maxLength: 40 }),
  }),
  fc.record({
    do: fc.constant('read' as const),
    first: byte,
    count: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({ do: fc.constant('raw' as const), bytes: fc.array(byte, { maxLength: 3 }) }),
  fc.record({ do: fc.constant('pass' as const), us: fc.oneof(fc.nat(2e6), fc.nat(1e13)) }),
  fc.record({ do: fc.constant('supply' as const), vcc: fc.boolean(), battery: fc.boolean() }),
  fc.record({
    do: fc.constant('fault' as const),
    fault: fc.constantFrom('nack-address' as const, 'nack-byte' as const, 'disturb' as const),
  }),
  fc.record({ do: fc.constant('oscillator' as const), isBroken: fc.boolean() }),
  fc.record({
    do: fc.constant('temperature' as const),
    celsius: fc.double({ min: -40, max: 85, noNaN: true }),
  }),
);

/** What the map says of each register: bits that always read 0. */
const alwaysZero = [
  0x80, 0x80, 0x80, 0xf8, 0xc0, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x70, 0, 0, 0x3f,
];

/** Bits that read back as they were written at once, by register. */
const kept = [
  0x7f, 0x7f, 0x7f, 0x07, 0x3f, 0x9f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xdf, 0x08,
  0xff, 0, 0,
];

/** Registers of which a write of `bytes` at `first` has the last word, and that word. */
function lastWords(first: number, bytes: readonly number[]): Map<number, number> {
  return new Map(bytes.map((value, place) => [(first + place) % registerCount, value]));
}

async function doAct(bench: ChipBench, act: Act): Promise<void> {
  const { bus, chip, wires } = bench;
  if (act.do === 'write') {
    bus.write(address, Uint8Array.of(act.first, ...act.bytes));
    for (const [at, word] of lastWords(act.first, act.bytes)) expectKept(bench, at, word);
  } else if (act.do === 'read') bus.writeRead(address, Uint8Array.of(act.first), act.count);
  else if (act.do === 'raw') bus.write(address, Uint8Array.from(act.bytes));
  else if (act.do === 'pass') await bench.world.runFor(act.us);
  else if (act.do === 'fault') wires.failTransfers(act.fault);
  else if (act.do === 'oscillator') chip.setOscillatorBroken(act.isBroken);
  else if (act.do === 'temperature') chip.setCelsius(act.celsius);
  else {
    chip.setVcc(act.vcc);
    chip.setBattery(act.battery);
  }
}

function expectKept({ chip }: ChipBench, at: number, word: number): void {
  const seen = chip.registers()[at] ?? 0;
  const mask = kept[at] ?? 0;
  if (((seen ^ word) & mask) !== 0) throw new Error(`register ${at}: wrote ${word}, reads ${seen}`);
  const osf = 0x80;
  if (at === 0x0f && (seen & osf) !== 0 && (word & osf) === 0 && chip.isRunning) {
    throw new Error('OSF stays');
  }
}

function expectMapped({ chip }: ChipBench): void {
  chip.registers().forEach((seen, at) => {
    if ((seen & (alwaysZero[at] ?? 0)) !== 0) throw new Error(`register ${at} reads ${seen}`);
  });
}

/** Any acts at all: nothing but a `HalError` is thrown, and the map holds all along. */
async function survives(makeBench: () => ChipBench, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(fc.array(acts, { maxLength: 30 }), async (all) => {
    const bench = makeBench();
    for (const act of all) {
      try {
        await doAct(bench, act);
      } catch (error) {
        if (!isHalError(error)) throw error;
      }
      expectMapped(bench);
    }
  });
  await fc.assert(property, { numRuns });
}

describe('the register interface under any bytes', () => {
  test('throws nothing but bus errors, and reads back what the map says', async () => {
    await expect(survives(createChipBench, 300)).resolves.toBeUndefined();
  });

  test.each([
    {
      what: 'takes 7f where ff is written',
      spoil: ({ chip }: ChipBench) => {
        const write = chip.write.bind(chip);
        chip.write = (value) => write(value === 0xff ? 0x7f : value);
      },
    },
    {
      what: 'falls over the month 13',
      spoil: ({ chip }: ChipBench) => {
        const write = chip.write.bind(chip);
        chip.write = (value) => {
          if (value === 0x13) throw new RangeError('no such month');
          return write(value);
        };
      },
    },
    {
      what: 'shows a bit that the map does not have',
      spoil: ({ chip }: ChipBench) => {
        const read = chip.registers.bind(chip);
        chip.registers = () => read().map((value, at) => (at === 5 ? value | 0x20 : value));
      },
    },
  ])('would notice a chip that $what', async ({ spoil }) => {
    const spoiled = (): ChipBench => {
      const bench = createChipBench();
      spoil(bench);
      return bench;
    };
    await expect(survives(spoiled, 2_000)).rejects.toThrow(/Property failed/);
  });
});
