import { describe, expect, it } from 'vitest';
import { crc32, isPageSound, pageBytes, sealPage } from '#firmware/store/checksum';
import { createRandom } from '#sim/kernel/random';

describe('the checksum of a page', () => {
  const page = new Int32Array(createRandom('page').bytes(pageBytes).buffer);
  sealPage(page, 7);

  it('matches the page it was made for', () => {
    expect(isPageSound(page, 7)).toBe(true);
  });

  it('does not match the same page elsewhere', () => {
    expect(isPageSound(page, 8)).toBe(false);
  });

  it('does not match a page of zeros or of ones', () => {
    expect(isPageSound(new Int32Array(pageBytes / 4), 1)).toBe(false);
    expect(isPageSound(new Int32Array(pageBytes / 4).fill(-1), 1)).toBe(false);
  });

  it('sees every single flipped bit, the checksum itself included', () => {
    for (let word = 0; word < pageBytes / 4; word += 1) {
      for (let bit = 0; bit < 32; bit += 1) {
        page[word] = (page[word] as number) ^ (1 << bit);
        expect(isPageSound(page, 7)).toBe(false);
        page[word] = (page[word] as number) ^ (1 << bit);
      }
    }
  });

  it('sees two words exchanged', () => {
    const random = createRandom('exchange');
    for (let round = 0; round < 2_000; round += 1) {
      const changed = page.slice();
      const first = random.integer(0, 1_021);
      const second = random.integer(0, 1_021);
      changed[first] = page[second] as number;
      changed[second] = page[first] as number;
      expect(isPageSound(changed, 7)).toBe(first === second);
    }
  });
});

it('CRC-32 gives the check value of its catalogue', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});
