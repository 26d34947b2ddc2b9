import { createBench, type Bench, type BenchOptions } from './bench.ts';
import type { DataVolumeImage } from './parts/data-volume-image.ts';

/** A board before its first power-on in a world: how it was built, and what it kept from before. */
export interface Beginning {
  readonly options: BenchOptions;
  /** What is on its data disks; nothing unless told otherwise. */
  readonly dataVolume?: DataVolumeImage;
  /** Its clock chip runs and knows that its time is worth nothing. */
  readonly isClockUnset?: boolean;
}

/** A bench at its beginning, its board switched off. */
export function beginBench({ options, dataVolume, isClockUnset = false }: Beginning): Bench {
  const bench = createBench(options);
  const { board } = bench;
  if (dataVolume !== undefined) board.dataVolume.load(dataVolume);
  if (isClockUnset) {
    // A stop of the oscillator says so to the firmware.
    board.rtc.stopOscillator();
    board.rtc.startOscillator();
  }
  return bench;
}
