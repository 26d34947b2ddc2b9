/** A JavaScript function that C code may call. */
export interface Callback {
  /**
   * C parameter types: `i` for int and pointers, `j` for a 64-bit integer, which arrives as a
   * number (exact up to 2^53; BigInt would cost an allocation a call). The result is an int.
   */
  readonly parameters: string;
  readonly call: CallableFromC;
}

/** As many parameters as the longest C function we stand in for has. */
type CallableFromC = (
  first: number,
  second: number,
  third: number,
  fourth: number,
  fifth: number,
) => number;

const valueType = { i32: 0x7f, i64: 0x7e, f64: 0x7c } as const;
const section = { types: 1, imports: 2, functions: 3, exports: 7, code: 10 } as const;
/** `\0asm`, version 1. */
const moduleHeader = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const loadLocal = 0x20;
const call = 0x10;
const end = 0x0b;
const convertSigned64ToDouble = 0xb9;

/**
 * Makes WASM functions of JavaScript ones, in the order given, for a function table. A table takes
 * only functions that came out of a module, so one is written here: for each callback an import, a
 * function that converts its parameters and calls it, and an export.
 */
export function makeTrampolines(callbacks: readonly Callback[]): readonly unknown[] {
  const imports = Object.fromEntries(callbacks.map((each, place) => [`${place}`, each.call]));
  const module = new WebAssembly.Module(encodeModule(callbacks.map((each) => each.parameters)));
  const { exports } = new WebAssembly.Instance(module, { js: imports });
  return callbacks.map((_, place) => exports[`${place}`]);
}

function encodeModule(signatures: readonly string[]): Uint8Array<ArrayBuffer> {
  const count = signatures.length;
  const importedType = (place: number) => 2 * place;
  const ownType = (place: number) => 2 * place + 1;
  const types = signatures.flatMap((signature) => [
    functionType([...signature].map((each) => (each === 'j' ? valueType.f64 : valueType.i32))),
    functionType([...signature].map((each) => (each === 'j' ? valueType.i64 : valueType.i32))),
  ]);
  const imports = signatures.map((_, place) => [
    ...name('js'),
    ...name(`${place}`),
    0,
    ...size(importedType(place)),
  ]);
  const functions = signatures.map((_, place) => size(ownType(place)));
  const exported = signatures.map((_, place) => [...name(`${place}`), 0, ...size(count + place)]);
  const bodies = signatures.map((signature, place) => functionBody(signature, place));
  return Uint8Array.from([
    ...moduleHeader,
    ...vectorSection(section.types, types),
    ...vectorSection(section.imports, imports),
    ...vectorSection(section.functions, functions),
    ...vectorSection(section.exports, exported),
    ...vectorSection(section.code, bodies),
  ]);
}

function functionType(parameters: readonly number[]): number[] {
  return [0x60, ...size(parameters.length), ...parameters, 1, valueType.i32];
}

function functionBody(signature: string, imported: number): number[] {
  const load = [...signature].flatMap((each, local) => [
    loadLocal,
    ...size(local),
    ...(each === 'j' ? [convertSigned64ToDouble] : []),
  ]);
  const body = [0, ...load, call, ...size(imported), end];
  return [...size(body.length), ...body];
}

function vectorSection(id: number, entries: readonly (readonly number[])[]): number[] {
  const content = [...size(entries.length), ...entries.flat()];
  return [id, ...size(content.length), ...content];
}

function name(text: string): number[] {
  return [...size(text.length), ...new TextEncoder().encode(text)];
}

/** Unsigned LEB128. */
function size(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...size(value >>> 7)];
}
