/** Bytes of a page as SQLite reads and writes them. */
export const pageBytes = 4096;

/** Bytes at the end of each page that hold its checksum. */
export const checksumBytes = 8;

const contentWords = (pageBytes - checksumBytes) / 4;

/**
 * Writes the checksum of a page into its last eight bytes. `words` is the page, aligned.
 *
 * Two lanes of 32 bits over every other word. Each step is a bijection of the lane and of the
 * word, so damage within one word of a lane never goes unseen; other damage does with a chance of
 * 2^-64. The page's number goes in, so a page in the wrong place is seen too.
 */
export function sealPage(words: Int32Array, pageNumber: number): void {
  const [even, odd] = pageChecksum(words, pageNumber);
  words[contentWords] = even;
  words[contentWords + 1] = odd;
}

/** Whether a page holds what `sealPage` sealed under this number. */
export function isPageSound(words: Int32Array, pageNumber: number): boolean {
  const [even, odd] = pageChecksum(words, pageNumber);
  return words[contentWords] === even && words[contentWords + 1] === odd;
}

const lanes: [number, number] = [0, 0];

/**
 * The answer is overwritten by the next call: this runs for every page, so nothing is allocated.
 */
function pageChecksum(words: Int32Array, pageNumber: number): readonly [number, number] {
  let even = Math.imul(pageNumber, 0x9e3779b1) ^ 0x3c6ef372;
  let odd = Math.imul(pageNumber, 0x85ebca77) ^ 0x1b873593;
  for (let place = 0; place < contentWords; place += 2) {
    even = Math.imul(even ^ (words[place] as number), 0x9e3779b1);
    odd = Math.imul(odd ^ (words[place + 1] as number), 0x85ebca77);
    even ^= even >>> 15;
    odd ^= odd >>> 13;
  }
  lanes[0] = even;
  lanes[1] = Math.imul(odd ^ even, 0xc2b2ae3d);
  return lanes;
}

/** CRC-32 (IEEE 802.3, as in zip and PNG) of small records. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
