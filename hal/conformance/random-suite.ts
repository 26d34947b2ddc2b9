import type { RandomSource } from '../random.ts';
import {
  checksOf,
  type ConformanceSuite,
  expectHalError,
  expectSame,
  expectThat,
} from './suite.ts';

/** What a rig can do around a random source. */
export interface RandomActs {
  /** Restarts the board and answers the port of the new life. */
  restart(): Promise<RandomSource>;
}

const check = checksOf<RandomSource, RandomActs>();

const sampleBytes = 65_536;

/** The contract of `hal/random.ts`; the statistics catch a broken source, not a weak one. */
export const randomSuite: ConformanceSuite<RandomSource, RandomActs> = {
  port: 'random',
  checks: [
    ...[0, 1, 31, 32, 65_535, sampleBytes].map((count) =>
      check(`gives exactly ${count} bytes when asked for so many`, [], ({ port }) => {
        expectSame('bytes', port.bytes(count).length, count);
      }),
    ),
    ...[-1, sampleBytes + 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY].map((count) =>
      check(`refuses to give ${count} bytes`, [], async ({ port }) => {
        await expectHalError('bytes', 'bad-argument', () => port.bytes(count));
      }),
    ),
    check('gives fresh bytes at every call', [], ({ port }) => {
      const seen = new Set<string>();
      for (let call = 0; call < 200; call += 1) {
        seen.add(Buffer.from(port.bytes(16)).toString('hex'));
      }
      expectSame('different values', seen.size, 200);
    }),
    check('gives an array of its own at every call', [], ({ port }) => {
      const first = port.bytes(32);
      const copy = first.slice();
      port.bytes(32).fill(0);
      port.bytes(32);
      expectSame('bytes of the first call', first, copy);
    }),
    check('sets as many bits as it clears', [], ({ port }) => {
      let ones = 0;
      for (const byte of port.bytes(sampleBytes)) {
        for (let bits = byte; bits > 0; bits >>= 1) ones += bits & 1;
      }
      // Eight standard deviations of a fair coin thrown 524,288 times.
      const isFair = Math.abs(ones - sampleBytes * 4) < 2900;
      expectThat(isFair, 'bits set', {
        expected: `${sampleBytes * 4}, 2,900 either way`,
        seen: ones,
      });
    }),
    check('gives every value of a byte about as often', [], ({ port }) => {
      const counts = Array.from({ length: 256 }, () => 0);
      for (const byte of port.bytes(sampleBytes)) counts[byte] = (counts[byte] ?? 0) + 1;
      const each = sampleBytes / 256;
      const chiSquare = counts.reduce((sum, count) => sum + (count - each) ** 2 / each, 0);
      // 255 degrees of freedom: mean 255, standard deviation 22.6; about ten of them.
      const isFair = chiSquare > 100 && chiSquare < 480;
      expectThat(isFair, 'chi-square', { expected: '100 to 480', seen: chiSquare });
    }),
    check('does not begin again with the same bytes', ['restart'], async ({ port, act }) => {
      const before = Buffer.from(port.bytes(32)).toString('hex');
      const after = Buffer.from((await act.restart()).bytes(32)).toString('hex');
      expectSame('same bytes after a restart', after === before, false);
    }),
  ],
};
