import type { Storage } from '#hal/storage';
import { isPageSound, pageBytes, sealPage } from './checksum.ts';

const pagesAtOnce = 16;
const room = new Uint8Array(pagesAtOnce * pageBytes);
const roomWords = new Int32Array(room.buffer);

/**
 * Reads a whole database file, after any rollback, and compares each page with its checksum: about
 * 2 µs a page. Answers what is wrong with the first that does not match.
 *
 * Free pages that hold nothing are the exception: SQLite keeps no way back for them, so a power cut
 * leaves what was half written there. They are made sound, as nobody will ask what was in them.
 */
export function findDamagedPage(storage: Storage, name: string): string | undefined {
  const size = storage.size(name);
  if (size % pageBytes !== 0) return `${name} ends within a page, at ${size} bytes`;
  const damaged = damagedPages(storage, name, size / pageBytes);
  if (damaged.length === 0) return undefined;
  const empty = damaged.includes(1) ? new Set<number>() : emptyPages(storage, name, damaged);
  const lost = damaged.find((page) => !empty.has(page));
  if (lost !== undefined) return `page ${lost} does not match its checksum`;
  for (const page of damaged) {
    const bytes = room.subarray(0, pageBytes).fill(0);
    sealPage(wordsOf(0), page);
    storage.write(name, (page - 1) * pageBytes, bytes);
  }
  return undefined;
}

function damagedPages(storage: Storage, name: string, pages: number): readonly number[] {
  const damaged: number[] = [];
  for (let first = 0; first < pages; first += pagesAtOnce) {
    const count = Math.min(pagesAtOnce, pages - first);
    const wanted = count * pageBytes;
    storage.read(name, first * pageBytes, count === pagesAtOnce ? room : room.subarray(0, wanted));
    for (let place = 0; place < count; place += 1) {
      const page = first + place + 1;
      if (!isPageSound(wordsOf(place), page)) damaged.push(page);
    }
  }
  return damaged;
}

/**
 * The leaves of the list of free pages (https://sqlite.org/fileformat.html, "The Freelist"), as far
 * as its trunks are sound.
 */
function emptyPages(
  storage: Storage,
  name: string,
  damaged: readonly number[],
): ReadonlySet<number> {
  const empty = new Set<number>();
  const visited = new Set(damaged);
  const bytes = room.subarray(0, pageBytes);
  const view = new DataView(room.buffer, 0, pageBytes);
  storage.read(name, 0, bytes);
  let trunk = view.getUint32(32);
  while (trunk !== 0 && !visited.has(trunk)) {
    visited.add(trunk);
    if (storage.read(name, (trunk - 1) * pageBytes, bytes) < pageBytes) break;
    const leaves = Math.min(view.getUint32(4), pageBytes / 4 - 2);
    for (let place = 0; place < leaves; place += 1) empty.add(view.getUint32(8 + place * 4));
    trunk = view.getUint32(0);
  }
  return empty;
}

function wordsOf(place: number): Int32Array {
  return roomWords.subarray((place * pageBytes) / 4, ((place + 1) * pageBytes) / 4);
}
