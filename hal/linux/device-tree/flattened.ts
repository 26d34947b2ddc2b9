/** A device tree that cannot be used; the text says what is wrong and what to do. */
export class DeviceTreeError extends Error {
  override readonly name = 'DeviceTreeError';
}

/** A node as the blob has it; properties are bytes, their meaning depends on who asks. */
export interface FlatNode {
  /** With its unit address: `rtc@68`; empty for the root. */
  readonly name: string;
  readonly properties: ReadonlyMap<string, Uint8Array>;
  readonly children: readonly FlatNode[];
}

/** The first bytes of every flattened device tree. */
const magic = 0xd00dfeed;

const token = { beginNode: 1, endNode: 2, property: 3, nop: 4, end: 9 } as const;

/** Linux takes 2 MiB; trees of real boards have 30 to 300 KiB. */
const bytesMax = 4 * 1024 * 1024;
const depthMax = 64;
/** The specification has 31 characters for both; trees in the field exceed it a little. */
const nameBytesMax = 255;

/** Whether bytes are meant as a flattened device tree: it has no other mark than its first word. */
export function isFlattened(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && viewOf(bytes).getUint32(0) === magic;
}

/**
 * Reads a flattened device tree (`.dtb`, `/sys/firmware/fdt`), as chapter 5 of the Devicetree
 * Specification 0.4 has it: header, structure block, strings block. Every offset and length is held
 * against the blocks it points into, so any bytes have an answer. Throws a `DeviceTreeError`.
 */
export function readFlattened(bytes: Uint8Array): FlatNode {
  if (bytes.length > bytesMax) throw broken('it is larger than 4 MiB');
  if (!isFlattened(bytes)) throw broken('it does not begin with d0 0d fe ed');
  return new StructureReader(blocksOf(bytes)).read();
}

interface Blocks {
  readonly structure: DataView;
  readonly strings: Uint8Array;
}

/** The header: ten big-endian words, nine up to version 16. */
function blocksOf(bytes: Uint8Array): Blocks {
  const view = viewOf(bytes);
  if (bytes.length < 36) throw broken('its header is cut off');
  const word = (place: number): number => view.getUint32(place * 4);
  const totalSize = word(1);
  const version = word(5);
  const lastCompatible = word(6);
  if (version < 16 || lastCompatible > 17 || lastCompatible > version) {
    throw broken(`its format has version ${version}; 16 and 17 are read`);
  }
  if (totalSize > bytes.length) {
    throw broken(`it is cut off: ${totalSize} bytes are told, ${bytes.length} are there`);
  }
  const headerBytes = version >= 17 ? 40 : 36;
  if (totalSize < headerBytes) throw broken('its header is cut off');
  const structureAt = word(2);
  const structureBytes = version >= 17 ? word(9) : totalSize - Math.min(structureAt, totalSize);
  const within = (name: string, offset: number, size: number): Uint8Array => {
    if (offset < headerBytes || offset + size > totalSize) {
      throw broken(`its ${name} block is not inside of it`);
    }
    return bytes.subarray(offset, offset + size);
  };
  if (structureAt % 4 !== 0) throw broken('its structure block is not aligned');
  const structure = viewOf(within('structure', structureAt, structureBytes));
  return { structure, strings: within('strings', word(3), word(8)) };
}

interface OpenNode {
  readonly name: string;
  readonly properties: Map<string, Uint8Array>;
  readonly children: FlatNode[];
}

/** Goes over the structure block once; each token takes bytes of it, so that it comes to an end. */
class StructureReader {
  readonly #structure: DataView;
  readonly #strings: Uint8Array;
  #at = 0;

  constructor({ structure, strings }: Blocks) {
    this.#structure = structure;
    this.#strings = strings;
  }

  read(): FlatNode {
    const open: OpenNode[] = [];
    for (;;) {
      const kind = this.#word();
      const node = open.at(-1);
      if (kind === token.beginNode) {
        if (open.length >= depthMax) throw broken(`its nodes are nested over ${depthMax} deep`);
        open.push({ name: this.#nodeName(), properties: new Map(), children: [] });
      } else if (kind === token.property && node !== undefined) {
        this.#readProperty(node);
      } else if (kind === token.endNode && node !== undefined) {
        open.pop();
        const around = open.at(-1);
        if (around === undefined) return this.#end(node);
        around.children.push(node);
      } else if (kind !== token.nop) {
        throw broken(
          `its structure block has ${kind} at ${this.#at - 4}, where no such token fits`,
        );
      }
    }
  }

  #end(root: FlatNode): FlatNode {
    for (;;) {
      const kind = this.#word();
      if (kind === token.end) return root;
      if (kind !== token.nop) throw broken('something follows its root node');
    }
  }

  #readProperty(node: OpenNode): void {
    const length = this.#word();
    const name = textAt(this.#strings, this.#word(), 'property');
    node.properties.set(name, this.#take(length));
  }

  #nodeName(): string {
    const { buffer, byteOffset, byteLength } = this.#structure;
    const name = textAt(new Uint8Array(buffer, byteOffset, byteLength), this.#at, 'node');
    this.#take(Buffer.byteLength(name, 'latin1') + 1);
    return name;
  }

  #word(): number {
    if (this.#at + 4 > this.#structure.byteLength) throw broken('its structure block has no end');
    this.#at += 4;
    return this.#structure.getUint32(this.#at - 4);
  }

  /** So many bytes, and those that fill up the word. */
  #take(length: number): Uint8Array {
    const start = this.#at;
    if (start + length > this.#structure.byteLength) {
      throw broken('a value reaches out of its structure block');
    }
    this.#at = Math.min(start + Math.ceil(length / 4) * 4, this.#structure.byteLength);
    return new Uint8Array(this.#structure.buffer, this.#structure.byteOffset + start, length);
  }
}

/** Text up to its NUL, a byte a character; the specification allows ASCII only. */
function textAt(bytes: Uint8Array, at: number, what: string): string {
  const text = bytes.subarray(at, at + nameBytesMax + 1);
  const length = text.indexOf(0);
  if (at >= bytes.length || length < 0) throw broken(`the name of a ${what} has no end`);
  return Buffer.from(text.buffer, text.byteOffset, length).toString('latin1');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function broken(what: string): DeviceTreeError {
  return new DeviceTreeError(`this is no usable flattened device tree: ${what}`);
}
