import type { Pointer } from './sqlite-api.ts';

const pageOfMemory = 65_536;
const pagesMax = 32_768;
/** A few megabytes ahead, so that many stores do not each make it grow. */
const growthPages = 64;
const scratchBytes = 64 * 1024;

/** Who allocates in the engine's memory. */
export interface Allocator {
  sqlite3_malloc(bytes: number): Pointer;
  sqlite3_free(address: Pointer): void;
}

/** The memory that SQLite and its callers share. */
export class EngineMemory {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number } =
    new WebAssembly.Memory({ initial: 256, maximum: pagesMax });
  /** Bytes by address. Taken anew after any call that may let the memory grow, as `words` is. */
  bytes = new Uint8Array(this.memory.buffer);
  /** 32-bit words; index = address / 4. */
  words = new Int32Array(this.memory.buffer);
  #allocator: Allocator | undefined;
  #scratchStart: Pointer = 0;
  #scratchTop: Pointer = 0;
  readonly #extraScratch: Pointer[] = [];
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();

  /** Allocation is possible from now on. */
  setAllocator(allocator: Allocator): void {
    this.#allocator = allocator;
    this.#scratchStart = this.allocate(scratchBytes);
    this.#scratchTop = this.#scratchStart;
  }

  allocate(byteCount: number): Pointer {
    const address = this.#allocator?.sqlite3_malloc(byteCount) ?? 0;
    if (address === 0) throw new Error(`SQLite engine: no memory for ${byteCount} bytes`);
    return address;
  }

  /** Emscripten's request for more; answers 1 where there is enough now. */
  grow(byteCount: number): number {
    const wanted = Math.ceil((byteCount >>> 0) / pageOfMemory);
    const present = this.memory.buffer.byteLength / pageOfMemory;
    const target = Math.min(Math.max(wanted, present + growthPages), pagesMax);
    if (wanted > target) return 0;
    this.memory.grow(target - present);
    this.bytes = new Uint8Array(this.memory.buffer);
    this.words = new Int32Array(this.memory.buffer);
    return 1;
  }

  /** Takes memory that is good until `releaseScratch`; aligned to 8. */
  scratch(byteCount: number): Pointer {
    const address = this.#scratchTop;
    const top = (address + byteCount + 7) & ~7;
    if (top <= this.#scratchStart + scratchBytes) {
      this.#scratchTop = top;
      return address;
    }
    const extra = this.allocate(byteCount);
    this.#extraScratch.push(extra);
    return extra;
  }

  releaseScratch(): void {
    this.#scratchTop = this.#scratchStart;
    for (const address of this.#extraScratch.splice(0)) this.#allocator?.sqlite3_free(address);
  }

  /** Puts text into scratch memory as UTF-8 and a NUL; answers how many bytes without the NUL. */
  scratchText(text: string): { readonly address: Pointer; readonly byteCount: number } {
    const room = text.length * 3 + 1;
    const address = this.scratch(room);
    const target = this.bytes;
    let byteCount = 0;
    // Short ASCII, the common case, is faster by hand than through a TextEncoder.
    if (text.length <= 64) {
      for (; byteCount < text.length; byteCount += 1) {
        const code = text.charCodeAt(byteCount);
        if (code > 0x7f) break;
        target[address + byteCount] = code;
      }
    }
    if (byteCount < text.length) {
      byteCount = this.#encoder.encodeInto(text, target.subarray(address, address + room)).written;
    }
    target[address + byteCount] = 0;
    return { address, byteCount };
  }

  textAt(address: Pointer, byteCount: number): string {
    const source = this.bytes;
    if (byteCount <= 32) {
      let text = '';
      let place = address;
      const end = address + byteCount;
      for (; place < end; place += 1) {
        const code = source[place] as number;
        if (code > 0x7f) break;
        text += String.fromCharCode(code);
      }
      if (place === end) return text;
    }
    return this.#decoder.decode(source.subarray(address, address + byteCount));
  }

  /** Text up to its NUL. */
  textFrom(address: Pointer): string {
    return address === 0 ? '' : this.textAt(address, this.bytes.indexOf(0, address) - address);
  }
}
