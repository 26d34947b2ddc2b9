import {
  closeSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename } from 'node:path';
import { UsageError } from '../kernel/invariant.ts';
import { parseDuration, show } from '../scenario/duration.ts';
import { BoardWaves } from '../waves/board-waves.ts';
import { captureBytesMax } from '../waves/contact-capture.ts';
import { drawCapture } from '../waves/capture-picture.ts';
import { boardSignals } from '../waves/signals.ts';
import { microsecond, parseWritable } from '../waves/timescale.ts';
import { openTrace } from '../waves/trace-reader.ts';
import { VcdError } from '../waves/vcd-reader.ts';
import { startOf, writeTraceAsVcd } from '../waves/trace-vcd.ts';
import { WavePicture, type PictureWish } from '../waves/wave-picture.ts';

/** The options of `nasboard vcd`, as they were typed. */
export interface VcdFileOptions {
  readonly out?: string;
  readonly vcdTimescale?: string;
  readonly svg?: string;
  readonly from?: string;
  readonly to?: string;
  readonly signals?: string;
  readonly title?: string;
}

/** Makes waveforms of a file; a `UsageError` says what cannot be used. */
export function convertFile(file: string, options: VcdFileOptions): void {
  const { out, svg } = options;
  if (out === undefined && svg === undefined) {
    throw new UsageError('say what to make of it: --out FILE.vcd, --svg FILE.svg');
  }
  const wish = wishOf(file, options);
  if (isVcd(file)) {
    if (out !== undefined)
      throw new UsageError(`${file} is a VCD file already: --out needs a trace`);
    if (svg !== undefined) writeFileSync(svg, pictureOfVcd(file, wish));
    return;
  }
  if (out !== undefined) writeVcd(file, out, options.vcdTimescale);
  if (svg !== undefined) writeFileSync(svg, pictureOfTrace(file, wish));
}

function wishOf(file: string, { from, to, signals, title }: VcdFileOptions): PictureWish {
  const fromUs = instantOf('--from', from);
  const toUs = instantOf('--to', to);
  if (toUs !== undefined && toUs <= (fromUs ?? 0)) {
    throw new UsageError(`--to: ${to} is not after --from ${from ?? '0s'}`);
  }
  const names = signals?.split(',').map((name) => name.trim());
  return { title: title ?? basename(file), fromUs, toUs, signals: names };
}

function instantOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new UsageError(`${option}: ${parsed.text}`);
  return parsed.value;
}

/** A trace begins with a brace, a VCD file with a section. */
function isVcd(file: string): boolean {
  const fd = openSync(file, 'r');
  try {
    const start = Buffer.alloc(256);
    const length = readSync(fd, start);
    return start.toString('latin1', 0, length).trimStart().startsWith('$');
  } finally {
    closeSync(fd);
  }
}

function writeVcd(file: string, out: string, wanted: string | undefined): void {
  const timescale = wanted === undefined ? undefined : parseWritable(wanted);
  if (timescale?.ok === false) throw new UsageError(`--vcd-timescale: ${timescale.text}`);
  const trace = openTrace(file);
  const fd = openSync(out, 'w');
  try {
    const write = (bytes: Uint8Array): void => void writeSync(fd, bytes);
    writeTraceAsVcd(trace, { write, timescale: timescale?.value ?? microsecond });
  } finally {
    closeSync(fd);
  }
}

function pictureOfTrace(file: string, wish: PictureWish): string {
  for (const name of wish.signals ?? []) {
    if (boardSignals.some((signal) => signal.name === name)) continue;
    const known = boardSignals.map((signal) => signal.name).join(', ');
    throw new UsageError(`--signals: there is no ${show(name)}; there are: ${known}`);
  }
  const picture = new WavePicture(wish);
  const { startUs, records } = startOf(openTrace(file));
  const waves = new BoardWaves(startUs, picture);
  let lastUs = startUs;
  for (const record of records) {
    waves.take(record);
    lastUs = record.t;
  }
  const endUs = waves.finish(lastUs);
  if (picture.isFull) throw new UsageError(`${file} has too much to draw: give --from and --to`);
  return picture.draw(endUs);
}

function pictureOfVcd(file: string, wish: PictureWish): string {
  if (statSync(file).size > captureBytesMax) {
    throw new UsageError(`${file} is larger than ${captureBytesMax / 1_048_576} MiB`);
  }
  try {
    return drawCapture(readFileSync(file, 'latin1'), wish);
  } catch (error) {
    if (!(error instanceof VcdError)) throw error;
    throw new UsageError(`${file}, ${error.message}`, { cause: error });
  }
}
