import { describe, expect, it } from 'vitest';
import { factoryImage, makeFactoryImage } from '#sim/factory';
import { serialiseFlashImage } from '#sim/parts/flash-image';

describe('the factory image', () => {
  it('is what the firmware makes of a blank flash (if not: npm run factory-image)', () => {
    const kept = Buffer.from(serialiseFlashImage(factoryImage()));
    expect(kept.equals(serialiseFlashImage(makeFactoryImage()))).toBe(true);
  });
});
