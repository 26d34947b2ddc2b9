import { show, type Parsed } from '../scenario/duration.ts';
import { readVcd, VcdError, type VcdChange, type VcdSignal } from './vcd-reader.ts';

/** An edge of a contact, after the beginning of the capture. */
export interface ContactEdge {
  readonly afterUs: number;
  readonly isClosed: boolean;
}

/** Which signal of a file is the contact, and how it is read. */
export interface ContactWish {
  /** Name, or path with scopes; the only one-bit signal, or `reset`, unless told otherwise. */
  readonly signal?: string;
  /** 0 is pressed: as on most boards, where the contact pulls the line down. */
  readonly invert?: boolean;
  /** What of the capture comes before is left out. */
  readonly fromUs?: number;
}

/** A file larger than this is refused. */
export const captureBytesMax = 16 * 1024 * 1024;

const edgesMax = 100_000;

/** What the contact of a button did, by a VCD file; a refusal says which line is wrong, and how. */
export function readContact(text: string, wish: ContactWish): Parsed<readonly ContactEdge[]> {
  try {
    return { ok: true, value: contactOf(text, wish) };
  } catch (error) {
    if (!(error instanceof VcdError)) throw error;
    return { ok: false, text: error.message };
  }
}

function contactOf(text: string, wish: ContactWish): readonly ContactEdge[] {
  const { invert = false, fromUs = 0 } = wish;
  let chosen: VcdSignal | undefined;
  const { changes, startUs, endUs } = readVcd(text, (signals) => {
    chosen = contactAmong(signals, wish.signal);
    return [chosen];
  });
  const seen = changes.get(chosen?.id ?? '') ?? [];
  if (fromUs > endUs - startUs) {
    throw new VcdError(1, `from: the capture ends ${(endUs - startUs) / 1e6} s after it begins`);
  }
  const edges: ContactEdge[] = [];
  let isClosed = false;
  let isKnown = false;
  for (const change of seen) {
    const isUnknown = change.value !== '0' && change.value !== '1';
    if (isUnknown && isKnown) throw unknownLevel(change);
    if (isUnknown) continue;
    isKnown = true;
    const isNow = (change.value === '1') !== invert;
    if (isNow === isClosed) continue;
    isClosed = isNow;
    const afterUs = Math.max(0, Math.round(change.atUs - startUs - fromUs));
    // What was before the beginning counts only by the level it has led to.
    if (edges.at(-1)?.afterUs === afterUs) edges.pop();
    else edges.push({ afterUs, isClosed });
    if (edges.length > edgesMax) throw new VcdError(change.line, `more than ${edgesMax} edges`);
  }
  if (!isKnown) throw new VcdError(1, `${show(chosen?.path)} is never 0 or 1`);
  if (edges.length === 0) throw new VcdError(1, `${show(chosen?.path)} is never pressed`);
  return edges;
}

function unknownLevel({ value, line, atUs }: VcdChange): VcdError {
  const text = `the level is ${show(value)} at ${atUs / 1e6} s: a contact is open or closed`;
  return new VcdError(line, text);
}

function contactAmong(signals: readonly VcdSignal[], wanted: string | undefined): VcdSignal {
  const bits = signals.filter(({ width, type }) => width === 1 && !isNoWire(type));
  const names = bits.map(({ path }) => path).slice(0, 16);
  const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  const asked = wanted ?? (bits.length === 1 ? bits[0]?.path : 'reset');
  const found = bits.filter(({ name, path }) => name === asked || path === asked);
  const [first] = found;
  if (first === undefined) {
    const title = wanted === undefined ? 'say which signal is the contact' : `no ${show(wanted)}`;
    throw new VcdError(1, `${title}: of one bit, ${known}`);
  }
  if (found.some(({ id }) => id !== first.id)) {
    const paths = found.map(({ path }) => path).join(', ');
    throw new VcdError(1, `several signals are called ${show(asked)}: ${paths}`);
  }
  return first;
}

/** Types that are one bit wide by their declaration and carry something else. */
function isNoWire(type: string): boolean {
  return ['real', 'realtime', 'string', 'event'].includes(type);
}
