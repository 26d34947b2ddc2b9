import { describe, expect, test } from 'vitest';
import { hostWorkSuite, randomSuite } from '#hal/conformance/index';
import { createHostWork } from '#hal/linux/host-work';
import { createRandom } from '#hal/linux/random';
import { conforms } from './conforms.ts';

conforms(randomSuite, {
  driver: 'the kernel’s random numbers',
  start: () => ({
    subject: { port: createRandom(), act: { restart: async () => createRandom() } },
    end: () => undefined,
  }),
});

conforms(hostWorkSuite, {
  driver: 'a real board',
  start: () => ({
    subject: { port: createHostWork(), act: { restart: async () => createHostWork() } },
    end: () => undefined,
  }),
});

describe('random numbers of the kernel', () => {
  test('there are none after close, which may be called twice', () => {
    const random = createRandom();
    random.close();
    random.close();
    expect(() => random.bytes(1)).toThrow('closed');
  });
});
