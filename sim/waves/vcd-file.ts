import { version } from '../cli/version.ts';
import type { Timescale } from './timescale.ts';
import { VcdWriter } from './vcd-writer.ts';

/** Where a recording goes and how. */
export interface VcdOptions {
  /** Takes the file, in pieces. */
  readonly write: (bytes: Uint8Array) => void;
  /** 1 µs unless told otherwise. */
  readonly timescale?: Timescale | undefined;
  /** What runs, for the file's head. */
  readonly scenario?: string | undefined;
}

/** Begins the file of a board. */
export function openVcd(
  { write, timescale, scenario }: VcdOptions,
  of: { readonly startUs: number; readonly seed: number; readonly model: string },
): VcdWriter {
  const words = [`seed=${of.seed}`, `board=${of.model}`];
  if (scenario !== undefined) words.push(`scenario=${scenario}`);
  const header = { startUs: of.startUs, version: `nasboard ${version}`, comment: words.join(' ') };
  return new VcdWriter(write, header, timescale);
}
