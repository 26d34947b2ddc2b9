import type * as nodeCrypto from 'node:crypto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { codeOf, matchingSteps } from '#firmware/two-step/totp';

const compared = vi.hoisted(() => ({ count: 0 }));

vi.mock('node:crypto', async (importOriginal) => {
  const crypto = await importOriginal<typeof nodeCrypto>();
  return {
    ...crypto,
    timingSafeEqual(a: NodeJS.ArrayBufferView, b: NodeJS.ArrayBufferView): boolean {
      compared.count += 1;
      return crypto.timingSafeEqual(a, b);
    },
  };
});

const secret = new Uint8Array(20).fill(7);
const step = 60_000_000;
const window = 2;

beforeEach(() => void (compared.count = 0));

describe('a code that is typed', () => {
  it.each([
    ['the present one', codeOf(secret, step)],
    ['the first of the window', codeOf(secret, step - window)],
    ['the last of the window', codeOf(secret, step + window)],
    ['one with the first digit right', `${codeOf(secret, step).slice(0, 1)}00000`],
    ['a wrong one', '000000'],
  ])('is held against each code of the window in constant time: %s', (_, code) => {
    matchingSteps({ secret, code, nowMs: step * 30_000, window });
    expect(compared.count).toBe(2 * window + 1);
  });
});
