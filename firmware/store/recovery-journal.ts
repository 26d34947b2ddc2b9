import type { Storage } from '#hal/storage';
import { isPageSound, pageBytes, sealPage } from './checksum.ts';

/**
 * SQLite's rollback journal on our flash (https://sqlite.org/fileformat.html, "The Rollback
 * Journal"), made proof against bit rot. SQLite alone takes a damaged journal for one that ended
 * early and stops rolling back: a database half old, half new, without a word.
 *
 * So each header carries a checksum and the transaction it belongs to (in the part of its sector
 * that SQLite leaves empty); the first and the latest are kept a second time in a sector before the
 * journal proper; and each page in it is sealed like the database's. Where both of a header are
 * bad, their writing was never synced, and that is before the database is touched or after it is
 * complete. Records that a sound header counts were synced before it, so a bad one is damage.
 *
 * What a transaction is known by is drawn by chance and may come again. So a transaction begins
 * only where no copy is left that could speak for it: SQLite itself wipes an old header that
 * stands where the next one would.
 */
export class RecoveryJournal {
  readonly #storage: Storage;
  readonly #name: string;
  readonly #sectorBytes: number;
  /** The header SQLite wrote last, of which it later rewrites only the start. */
  readonly #header = new Uint8Array(headerBytes);
  /** The nonce of the first header: what all headers of one transaction have in common. */
  #transaction = 0;
  #pageNumber = 0;
  readonly #words = new Int32Array(pageBytes / 4);
  readonly #page = new Uint8Array(this.#words.buffer);

  constructor(storage: Storage, name: string) {
    this.#storage = storage;
    this.#name = name;
    this.#sectorBytes = storage.sectorSize;
  }

  get size(): number {
    return Math.max(0, this.#storage.size(this.#name) - this.#sectorBytes);
  }

  read(offset: number, into: Uint8Array): number {
    return this.#storage.read(this.#name, this.#sectorBytes + offset, into);
  }

  truncate(size: number): void {
    this.#storage.truncate(this.#name, size === 0 ? 0 : this.#sectorBytes + size);
  }

  sync(): void {
    this.#storage.sync(this.#name);
  }

  /** A write by SQLite. Its kinds are told apart by their length and place. */
  write(offset: number, bytes: Uint8Array): void {
    const isAligned = offset % this.#sectorBytes === 0;
    if (bytes.length === pageBytes && !isAligned) {
      this.#page.set(bytes);
      sealPage(this.#words, this.#pageNumber);
      this.#put(offset, this.#page);
    } else if (isAligned && bytes.length > 4) {
      this.#writeHeader(offset, bytes);
    } else {
      if (bytes.length === 4) this.#pageNumber = bigEndian(bytes, 0);
      this.#put(offset, bytes);
    }
  }

  /**
   * A header: all of it with its sector when a transaction or a part of one begins, its first 12
   * bytes when its records are synced, zeros over its 28 bytes when the transaction is complete.
   */
  #writeHeader(offset: number, bytes: Uint8Array): void {
    const isBeginning = bytes.length > headerBytes;
    this.#header.set(isBeginning ? bytes.subarray(0, headerBytes) : bytes);
    if (offset === 0) this.#transaction = bigEndian(this.#header, 12);
    const sealed = sealHeader(this.#header, offset, this.#transaction);
    if (isBeginning) {
      if (offset === 0) this.#forgetLast();
      const sector = bytes.slice();
      sector.set(sealed);
      this.#put(offset, sector);
      return;
    }
    // The copy first: where a write fails, SQLite goes by the header, which is as it was.
    this.#storage.write(this.#name, offset === 0 ? firstCopyPlace : latestCopyPlace, sealed);
    this.#put(offset, sealed);
  }

  /**
   * Before the first header of a transaction: what is left of an earlier one must not be taken for
   * it. The latest copy outlives each long transaction, whose end must not tear it; that it goes
   * is synced with the first records, before a header can count any. The first copy is at rest
   * unless the flash refused to write it.
   */
  #forgetLast(): void {
    if (!this.#isAtRest(firstCopyPlace)) this.#clearCopies();
    else if (!this.#isAtRest(latestCopyPlace)) {
      this.#storage.write(this.#name, latestCopyPlace, new Uint8Array(sealedHeaderBytes));
    }
  }

  /** Whether a header says that no transaction is under way. A torn one says nothing. */
  #isAtRest(place: number): boolean {
    const sealed = new Uint8Array(sealedHeaderBytes);
    this.#storage.read(this.#name, place, sealed);
    return sealed.every((byte) => byte === 0) || parseHeader(sealed)?.isHot === false;
  }

  /**
   * For good. A torn copy goes as well: the next may be torn too, and with the rest of the last
   * make a whole.
   */
  #clearCopies(): void {
    const copiesBytes = latestCopyPlace + sealedHeaderBytes;
    this.#storage.write(this.#name, firstCopyPlace, new Uint8Array(copiesBytes));
    this.sync();
  }

  /**
   * Where no transaction is to be rolled back. SQLite would go by a header that is not whole, and
   * bring back as many pages as it says.
   */
  #putToRest(): void {
    if (!this.#isAtRest(this.#sectorBytes)) {
      this.#put(0, new Uint8Array(sealedHeaderBytes));
      this.sync();
    }
    if (!this.#isAtRest(firstCopyPlace)) this.#clearCopies();
  }

  #put(offset: number, bytes: Uint8Array): void {
    this.#storage.write(this.#name, this.#sectorBytes + offset, bytes);
  }

  /**
   * Before SQLite opens the store: proves that a journal to be rolled back is whole, mends a
   * header that its copy can mend, and a copy that is left of a transaction whose end was cut
   * short: if the next one tore the header, the copy would bring back the last.
   */
  inspect(): JournalVerdict {
    let recordCount = 0;
    let offset = 0;
    const copies = [firstCopyPlace, latestCopyPlace].map((place) => this.#readHeader(place));
    let transaction: number | undefined;
    for (;;) {
      const header = this.#readOrMendHeader(offset, transaction, copies);
      if (header === undefined || !header.isHot) break;
      if (header.sectorBytes !== this.#sectorBytes) {
        return { problem: `journal written for sectors of ${header.sectorBytes} bytes` };
      }
      const problem = this.#recordProblem(header);
      if (problem !== undefined) return { problem };
      transaction = header.transaction;
      recordCount += header.recordCount;
      const end = offset + this.#sectorBytes + header.recordCount * recordBytes;
      offset = Math.ceil(end / this.#sectorBytes) * this.#sectorBytes;
    }
    if (transaction === undefined) this.#putToRest();
    const isEndMissing = copies.some(
      (copy) => copy?.isHot === true && copy.transaction === transaction && copy.offset > offset,
    );
    return isEndMissing ? { problem: `journal header at ${offset} is damaged` } : { recordCount };
  }

  #readOrMendHeader(
    offset: number,
    transaction: number | undefined,
    copies: readonly (Header | undefined)[],
  ): Header | undefined {
    const belongs = (header: Header | undefined) =>
      header?.offset === offset &&
      (transaction === undefined || header.transaction === transaction);
    const header = this.#readHeader(this.#sectorBytes + offset);
    if (header !== undefined) return belongs(header) ? header : undefined;
    const copy = copies.find((each) => belongs(each) && each?.isHot);
    if (copy === undefined) return undefined;
    this.#put(offset, copy.sealed);
    this.sync();
    return copy;
  }

  #readHeader(place: number): Header | undefined {
    const sealed = new Uint8Array(sealedHeaderBytes);
    if (this.#storage.read(this.#name, place, sealed) < sealedHeaderBytes) return undefined;
    return parseHeader(sealed);
  }

  #recordProblem(header: Header): string | undefined {
    const record = new Uint8Array(recordBytes);
    for (let index = 0; index < header.recordCount; index += 1) {
      const place = header.offset + this.#sectorBytes + index * recordBytes;
      const problem = `journal record ${index + 1} at ${place} is damaged`;
      if (this.read(place, record) < recordBytes) return problem;
      const pageNumber = bigEndian(record, 0);
      this.#page.set(record.subarray(4, 4 + pageBytes));
      if (!isPageSound(this.#words, pageNumber)) return problem;
      if (sparseSum(this.#page, header.nonce) !== bigEndian(record, 4 + pageBytes)) return problem;
    }
    return undefined;
  }
}

/** What was found in a journal: how many pages it would bring back, or why it cannot be used. */
export type JournalVerdict = { readonly recordCount: number } | { readonly problem: string };

interface Header {
  readonly sealed: Uint8Array;
  readonly offset: number;
  readonly transaction: number;
  readonly isHot: boolean;
  readonly recordCount: number;
  readonly nonce: number;
  readonly sectorBytes: number;
}

/** SQLite's header: magic (8), records (4), nonce (4), pages before (4), sector (4), page (4). */
const headerBytes = 28;
/** Ours after it: its offset (4), transaction (4), checksum (8). */
const sealedHeaderBytes = 44;
/** Where in the sector before the journal the copies are. */
const firstCopyPlace = 0;
const latestCopyPlace = 64;
/** A page's number, the page, SQLite's own sum over a few of its bytes. */
const recordBytes = 4 + pageBytes + 4;
const magic = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

function sealHeader(header: Uint8Array, offset: number, transaction: number): Uint8Array {
  const sealed = new Uint8Array(sealedHeaderBytes);
  sealed.set(header);
  const view = new DataView(sealed.buffer);
  view.setUint32(28, offset);
  view.setUint32(32, transaction);
  const [first, second] = headerChecksum(sealed);
  view.setInt32(36, first);
  view.setInt32(40, second);
  return sealed;
}

function parseHeader(sealed: Uint8Array): Header | undefined {
  const [first, second] = headerChecksum(sealed);
  if (first !== (bigEndian(sealed, 36) | 0) || second !== (bigEndian(sealed, 40) | 0)) {
    return undefined;
  }
  return {
    sealed,
    offset: bigEndian(sealed, 28),
    transaction: bigEndian(sealed, 32),
    isHot: magic.every((byte, place) => sealed[place] === byte),
    recordCount: bigEndian(sealed, 8),
    nonce: bigEndian(sealed, 12),
    sectorBytes: bigEndian(sealed, 20),
  };
}

function headerChecksum(sealed: Uint8Array): readonly [number, number] {
  let first = 0x2545f491;
  let second = 0x6c078965;
  for (let place = 0; place < 36; place += 1) {
    const byte = sealed[place] as number;
    first = Math.imul(first ^ byte, 0x01000193);
    second = Math.imul(second ^ byte, 0x9e3779b1);
    second ^= second >>> 15;
  }
  return [first, second];
}

/** `pager_cksum` of SQLite: every 200th byte from the end, and the nonce of the transaction. */
function sparseSum(page: Uint8Array, nonce: number): number {
  let sum = nonce;
  for (let place = pageBytes - 200; place > 0; place -= 200) sum += page[place] as number;
  return sum >>> 0;
}

function bigEndian(bytes: Uint8Array, place: number): number {
  return (
    (((bytes[place] as number) << 24) |
      ((bytes[place + 1] as number) << 16) |
      ((bytes[place + 2] as number) << 8) |
      (bytes[place + 3] as number)) >>>
    0
  );
}
