import { HalError, type HalErrorCode } from '#hal/errors';
import type { Storage } from '#hal/storage';
import { UsageError } from '../kernel/invariant.ts';
import type { Random } from '../kernel/random.ts';
import type { World } from '../kernel/world.ts';
import { commit, type FileState, freshState, giveBack } from './flash-file-state.ts';
import { emptyFile, FlashDraft, type FlashFile, readFlashFile } from './flash-file.ts';
import { FlashFaults } from './flash-faults.ts';
import { FlashImage, isFlashFileName } from './flash-image.ts';
import {
  type FateCounts,
  settleUnsynced,
  type UnsyncedFate,
  type UnsyncedLog,
  withFlippedBit,
} from './flash-unsynced.ts';
import type { Life } from './life.ts';

/** How a flash differs from the standard one. */
export interface FlashOptions {
  /** What the trace and the stream of chance are called; `flash` unless told otherwise. */
  readonly name?: string;
  /** What the part says of its sectors: a power of two from 512 on, which is also the default. */
  readonly sectorSize?: number;
  /** Bytes that in truth share one fate at a power cut; as the sector, unless told otherwise. */
  readonly tearSize?: number;
  /** What a power cut does to un-synced writes; `random` unless told otherwise. */
  readonly unsynced?: UnsyncedFate;
  /** 16 MiB unless told otherwise. */
  readonly capacityBytes?: number;
  /** What the flash leaves the factory with; nothing, unless told otherwise. */
  readonly image?: FlashImage;
}

const defaultCapacityBytes = 16 * 1024 * 1024;

/**
 * The system flash. Its content outlives power cycles; what was not synced when a life ends,
 * however it ends, meets the fate that `unsynced` says.
 */
export class FlashPart {
  readonly name: string;
  readonly sectorSize: number;
  readonly tearSize: number;
  readonly capacityBytes: number;
  readonly #world: World;
  readonly #random: Random;
  readonly #factoryImage: FlashImage | undefined;
  #unsynced: UnsyncedFate;
  #files = new Map<string, FileState>();
  #usedBytes = 0;
  #operations = 0;
  #bytesWritten = 0;
  #life: Life | undefined;
  #faults = new FlashFaults();
  /** Bits were turned over in this life: firmware may still have them as they were. */
  #isDisturbed = false;
  readonly #usualFate: UnsyncedFate;

  constructor(world: World, options: FlashOptions = {}) {
    const { name = 'flash', sectorSize = 512, tearSize = sectorSize } = options;
    if (!isPowerOfTwo(sectorSize) || sectorSize < 512) {
      throw new UsageError(`flash sector size ${sectorSize} is not a power of two from 512 on`);
    }
    if (!isPowerOfTwo(tearSize)) {
      throw new UsageError(`flash tear size ${tearSize} is not a power of two`);
    }
    this.name = name;
    this.sectorSize = sectorSize;
    this.tearSize = tearSize;
    this.capacityBytes = options.capacityBytes ?? defaultCapacityBytes;
    this.#usualFate = options.unsynced ?? 'random';
    this.#unsynced = this.#usualFate;
    this.#world = world;
    this.#random = world.random.stream(name);
    this.#factoryImage = options.image;
    this.#fill(options.image);
  }

  /** The port of one power-on. */
  connect(life: Life): Storage {
    this.#life = life;
    this.#isDisturbed = false;
    life.onEnd(() => this.#settle());
    return {
      sectorSize: this.sectorSize,
      read: (name, offset, into) => {
        const file = this.#seen(life, name);
        checkPlace(offset, 'offset');
        return readFlashFile(file, offset, into);
      },
      write: (name, offset, bytes) => this.#write(life, { name, offset, bytes }),
      truncate: (name, size) => this.#truncate(life, name, size),
      sync: (name) => this.#sync(life, name),
      size: (name) => this.#seen(life, name).size,
      list: () => {
        checkAlive(life);
        return this.files.map((file) => file.name);
      },
    };
  }

  /** As it left the factory, without faults. Only while the board is off. */
  reset(): void {
    this.#checkOff('reset');
    this.#faults = new FlashFaults();
    this.#operations = 0;
    this.#bytesWritten = 0;
    this.#fill(this.#factoryImage);
  }

  /** Whether its image is all that there is to know of it. */
  get isAtRest(): boolean {
    if (this.#isDisturbed || this.#faults.isLying || this.#unsynced !== this.#usualFate)
      return false;
    return [...this.#files.values()].every(({ draft }) => draft === undefined);
  }

  /** The files with a size above 0 as the firmware sees them, sorted by name. */
  get files(): readonly { readonly name: string; readonly size: number }[] {
    const names = [...this.#files.keys()].sort();
    const all = names.map((name) => ({ name, size: this.#sizeOf(name) }));
    return all.filter((file) => file.size > 0);
  }

  /** How many operations that change something (write, truncate, sync) have begun. */
  get operations(): number {
    return this.#operations;
  }

  /** How many bytes have been written: what wears a flash out. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** What the next power cut does to un-synced writes. */
  get unsynced(): UnsyncedFate {
    return this.#unsynced;
  }

  set unsynced(fate: UnsyncedFate) {
    this.#world.trace.stimulus(this.name, 'unsynced', { fate });
    this.#unsynced = fate;
  }

  /** What is durable now, without what is un-synced. Cheap: the image shares its pieces. */
  image(): FlashImage {
    for (const state of this.#files.values()) state.isPrivate = [];
    return new FlashImage([...this.#files].map(([name, state]) => [name, state.durable]));
  }

  /** Replaces the content, as a programmer on the bench would. Only while the board is off. */
  load(image: FlashImage): void {
    this.#checkOff('load an image into');
    this.#fill(image);
  }

  /**
   * Power fails while the `count`-th operation that changes something (write, truncate, sync) from
   * now is under way; 1 is the next one. The order outlives power cycles until it took effect.
   */
  cutPowerAfterWrites(count: number): void {
    this.#faults.orderCut(count);
    this.#world.trace.stimulus(this.name, 'cut-power-after-writes', { count });
  }

  /** The next `count` operations that change something fail with `code` and change nothing. */
  failWrites(count: number, code: HalErrorCode = 'io'): void {
    this.#faults.orderFailing(count, code);
    this.#world.trace.stimulus(this.name, 'fail-writes', { count, code });
  }

  /** While on, `sync` returns without having made anything durable. */
  lieAboutSync(isLying: boolean): void {
    this.#faults.orderLie(isLying);
    this.#world.trace.stimulus(this.name, 'lie-about-sync', { on: isLying });
  }

  /** Turns over bits at places drawn by chance; answers how many (0 where the flash is empty). */
  flipBits(count: number): number {
    const files = this.files;
    const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
    this.#faults.orderFlip(count, totalBytes > 0);
    this.#world.trace.stimulus(this.name, 'flip-bits', { count });
    if (totalBytes === 0) return 0;
    for (let flipped = 0; flipped < count; flipped += 1) {
      let offset = this.#random.integer(0, totalBytes - 1);
      const bit = this.#random.integer(0, 7);
      for (const { name, size } of files) {
        if (offset < size) {
          this.#flipBit({ file: name, offset, bit, by: 'flip-bits' });
          break;
        }
        offset -= size;
      }
    }
    return count;
  }

  /** Turns over one bit (0 is the lowest) of the byte at `offset`. */
  flipBit(name: string, offset: number, bit: number): void {
    this.#flipBit({ file: name, offset, bit });
  }

  #flipBit(flip: { file: string; offset: number; bit: number; by?: 'flip-bits' }): void {
    const { file: name, offset, bit } = flip;
    const state = this.#files.get(name);
    const size = this.#sizeOf(name);
    if (state === undefined || !Number.isInteger(offset) || offset < 0 || offset >= size) {
      throw new UsageError(`flash file ${name} has ${size} bytes, so none at ${offset} to flip`);
    }
    if (!Number.isInteger(bit) || bit < 0 || bit > 7) {
      throw new UsageError(`bit ${bit} of a byte does not exist: 0 to 7 do`);
    }
    this.#isDisturbed = true;
    state.isPrivate = [];
    state.durable = withFlippedBit(state.durable, offset, bit);
    if (state.draft !== undefined) {
      state.draft = new FlashDraft(withFlippedBit(state.draft, offset, bit));
    }
    this.#world.trace.stimulus(this.name, 'flip-bit', flip);
  }

  /**
   * Nothing is on it any more: the memory it alone has held serves other boards. Only while the
   * board is off.
   */
  scrap(): void {
    this.#checkOff('scrap');
    for (const state of this.#files.values()) giveBack(state);
    this.#fill(undefined);
  }

  /** Takes all orders back, those that wait and those under way. */
  endFaults(): void {
    this.#faults = new FlashFaults();
    this.#world.trace.stimulus(this.name, 'end-faults');
  }

  /** Names of the faults that were ordered and have not taken effect so far. */
  get pendingFaults(): readonly string[] {
    return this.#faults.pending;
  }

  #write(life: Life, change: { name: string; offset: number; bytes: Uint8Array }): void {
    const { name, offset } = change;
    checkAlive(life);
    checkName(name);
    checkPlace(offset, 'offset');
    const end = change.bytes.length === 0 ? 0 : offset + change.bytes.length;
    const size = Math.max(this.#sizeOf(name), end);
    this.#checkRoom(name, size);
    const isCut = this.#begin();
    if (end > 0) {
      this.#usedBytes += size - this.#sizeOf(name);
      const { draft, log } = this.#draftOf(name);
      log.write(offset, change.bytes);
      draft.write(offset, change.bytes);
      this.#bytesWritten += change.bytes.length;
    }
    if (isCut) this.#failPower(life);
  }

  #truncate(life: Life, name: string, size: number): void {
    checkAlive(life);
    checkName(name);
    checkPlace(size, 'size');
    this.#checkRoom(name, size);
    const isCut = this.#begin();
    if (size !== this.#sizeOf(name)) {
      this.#usedBytes += size - this.#sizeOf(name);
      const { draft, log } = this.#draftOf(name);
      log.truncate(size);
      draft.truncate(size);
    }
    if (isCut) this.#failPower(life);
  }

  #sync(life: Life, name: string): void {
    checkAlive(life);
    checkName(name);
    if (this.#begin()) this.#failPower(life);
    const state = this.#files.get(name);
    if (state?.draft === undefined || this.#faults.isSyncALie()) return;
    commit(state, state.draft);
  }

  /** Counts an operation, fails where that is ordered; answers whether power fails in it. */
  #begin(): boolean {
    this.#operations += 1;
    const verdict = this.#faults.begin();
    if (verdict.kind === 'fail') {
      throw new HalError(verdict.code, 'storage', 'the flash refuses the operation');
    }
    return verdict.kind === 'cut-power';
  }

  #failPower(life: Life): never {
    life.failPower();
    throw new HalError('power-lost', 'storage', 'the power failed during the operation');
  }

  /** The end of a life decides what becomes of all that is un-synced. */
  #settle(): void {
    this.#life = undefined;
    const counts: FateCounts = { keep: 0, lose: 0, tear: 0, garble: 0 };
    const options = { fate: this.#unsynced, tearSize: this.tearSize, random: this.#random, counts };
    let isAnything = false;
    for (const state of this.#files.values()) {
      if (state.draft === undefined) continue;
      isAnything = true;
      this.#usedBytes -= state.draft.size;
      state.durable = settleUnsynced(state.durable, state.log, options);
      state.isPrivate = [];
      this.#usedBytes += state.durable.size;
      state.draft = undefined;
      state.log.clear();
    }
    if (isAnything) this.#world.trace.output(this.name, 'settle', counts);
  }

  #fill(image: FlashImage | undefined): void {
    const files = [...(image?.files ?? [])];
    const bytes = files.reduce((sum, [, file]) => sum + file.size, 0);
    if (bytes > this.capacityBytes) {
      throw new UsageError(`an image of ${bytes} bytes does not fit into the flash`);
    }
    this.#usedBytes = bytes;
    this.#files = new Map(files.map(([name, durable]) => [name, freshState(durable)]));
  }

  #seen(life: Life, name: string): FlashFile {
    checkAlive(life);
    const state = this.#files.get(name);
    if (state !== undefined) return state.draft ?? state.durable;
    checkName(name);
    return emptyFile;
  }

  #sizeOf(name: string): number {
    const state = this.#files.get(name);
    return (state?.draft ?? state?.durable ?? emptyFile).size;
  }

  #draftOf(name: string): { draft: FlashDraft; log: UnsyncedLog } {
    let state = this.#files.get(name);
    if (state === undefined) {
      state = freshState(emptyFile);
      this.#files.set(name, state);
    }
    state.draft ??= new FlashDraft(state.durable);
    return { draft: state.draft, log: state.log };
  }

  #checkRoom(name: string, size: number): void {
    if (this.#usedBytes - this.#sizeOf(name) + size <= this.capacityBytes) return;
    throw new HalError('no-space', 'storage', `the flash holds ${this.capacityBytes} bytes`);
  }

  #checkOff(verb: string): void {
    if (this.#life === undefined) return;
    throw new UsageError(`cannot ${verb} the flash while the board is on: switch it off first`);
  }
}

function checkAlive(life: Life): void {
  if (!life.isAlive) throw new HalError('closed', 'storage', 'the board has restarted or is off');
}

function checkName(name: string): void {
  if (isFlashFileName(name)) return;
  const rule = 'is not 1 to 64 characters of a-z 0-9 . - _';
  throw new HalError('bad-argument', 'storage', `file name ${JSON.stringify(name)} ${rule}`);
}

function checkPlace(value: number, what: string): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new HalError('bad-argument', 'storage', `${what} ${value} is not an integer from 0 on`);
}

function isPowerOfTwo(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && Number.isInteger(Math.log2(value));
}
