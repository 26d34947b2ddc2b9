import { Secret, TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import { codeOf, timeStepOf } from '#firmware/two-step/totp';
import { createRandom } from '#sim/kernel/random';

/** Beyond 2038 and 2106: seconds that need more than 31 and more than 32 bit. */
const latestMs = 2 ** 40 * 1000;

test('a thousand secrets and times give the code that another library gives', () => {
  const random = createRandom('totp agreement');
  const different: unknown[] = [];
  for (let count = 0; count < 1_000; count += 1) {
    const secret = random.bytes(20);
    // Half of them in this century.
    const timeMs = random.integer(0, random.chance(0.5) ? Date.UTC(2100, 0, 1) : latestMs);
    const other = new TOTP({ secret: new Secret({ buffer: Uint8Array.from(secret).buffer }) });
    const expected = other.generate({ timestamp: timeMs });
    const seen = codeOf(secret, timeStepOf(timeMs));
    if (seen !== expected) different.push({ secret, timeMs, expected, seen });
  }
  expect(different).toEqual([]);
});
