import type { Bench } from '../bench.ts';
import { invariant } from '../kernel/invariant.ts';
import { parseWritable } from './timescale.ts';
import { VcdRecorder } from './vcd-recorder.ts';

/** The waveforms of a case, as they are asked for. */
export interface CaseVcd {
  /** As in the file; 1 µs unless told otherwise. */
  readonly timescale?: string | undefined;
}

/** The waveforms of a case, as they grow. */
export interface CaseRecording {
  /** Goes on with another bench, which has taken the place of the one before. */
  attach(bench: Bench): void;
  /** The whole VCD file. */
  end(): Uint8Array;
}

/** Records a bench from now on. */
export function recordCase(
  bench: Bench,
  { timescale = '1us', scenario }: CaseVcd & { readonly scenario?: string | undefined },
): CaseRecording {
  const read = parseWritable(timescale);
  invariant(read.ok, `a timescale ${timescale} is refused before anything runs`);
  const pieces: Uint8Array[] = [];
  const recorder = new VcdRecorder({
    write: (bytes) => void pieces.push(bytes),
    timescale: read.value,
    scenario,
  });
  recorder.attach(bench);
  return {
    attach: (next) => recorder.attach(next),
    end() {
      recorder.finish();
      return Buffer.concat(pieces);
    },
  };
}
