import { invariant, UsageError } from '../kernel/invariant.ts';
import { deserialiseFlashImage, FlashImage, serialiseFlashImage } from '../parts/flash-image.ts';

/** In JSON, an object with this key stands for what JSON has no form for. */
const mark = '$';

const depthMax = 64;

/**
 * Plain data, with bytes, maps, sets, numbers that are none and images of a flash in it, as JSON.
 * Functions and what is undefined are left out.
 */
export function toJson(data: unknown): string {
  return JSON.stringify(coded(data));
}

/** Reads what `toJson` made; a `UsageError` says that it is something else. */
export function fromJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError('its content is no JSON', { cause });
  }
  return decoded(value, 0);
}

function coded(data: unknown): unknown {
  if (typeof data === 'number' && !Number.isFinite(data)) return special('number', String(data));
  if (typeof data === 'function') return undefined;
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map(coded);
  if (data instanceof Uint8Array) return special('bytes', base64Of(data));
  if (data instanceof FlashImage) return special('flash', base64Of(serialiseFlashImage(data)));
  if (data instanceof Map) return special('map', coded([...data]));
  if (data instanceof Set) return special('set', coded([...data]));
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(data) as null);
  invariant(isPlain, `${data.constructor.name} has no form in a file`);
  const fields = Object.entries(data).map(([name, value]) => [name, coded(value)]);
  const object = Object.fromEntries(fields) as Record<string, unknown>;
  return Object.hasOwn(object, mark) ? special('object', object) : object;
}

function special(kind: string, value: unknown): Record<string, unknown> {
  return { [mark]: kind, value };
}

function decoded(value: unknown, depth: number): unknown {
  if (depth > depthMax) throw new UsageError('its content is nested too deeply');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => decoded(each, depth + 1));
  if (!Object.hasOwn(value, mark)) return decodedFields(value, depth);
  const { [mark]: kind, value: inner } = value as Record<string, unknown>;
  if (kind === 'object' && isObject(inner)) return decodedFields(inner, depth);
  if (kind === 'map') return mapOf(decoded(inner, depth + 1));
  if (kind === 'set' && Array.isArray(inner)) {
    return new Set(inner.map((each) => decoded(each, depth + 1)));
  }
  if (typeof inner === 'string') {
    if (kind === 'number') return Number(inner);
    if (kind === 'bytes') return new Uint8Array(Buffer.from(inner, 'base64'));
    if (kind === 'flash') return deserialiseFlashImage(Buffer.from(inner, 'base64'));
  }
  throw new UsageError('its content has a form that this nasboard does not know');
}

function decodedFields(object: object, depth: number): unknown {
  const fields = Object.entries(object).map(([name, value]) => [name, decoded(value, depth + 1)]);
  return Object.fromEntries(fields) as unknown;
}

function mapOf(entries: unknown): Map<unknown, unknown> {
  const isGood = Array.isArray(entries) && entries.every((each) => Array.isArray(each));
  if (!isGood) throw new UsageError('its content has a map that is none');
  return new Map(entries as [unknown, unknown][]);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
