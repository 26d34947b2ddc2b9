import { closeSync, openSync, writeSync } from 'node:fs';
import { UsageError } from '../../kernel/invariant.ts';
import { VcdRecorder } from '../../waves/vcd-recorder.ts';
import type { LiveBench } from './live-bench.ts';

/** So much true time passes at most before a viewer can see what has been recorded. */
const flushUs = 1_000_000;

interface Recording {
  readonly file: string;
  readonly fd: number;
  readonly recorder: VcdRecorder;
  stopFollowing: () => void;
  bytes: number;
  flushedUs: number;
  /** Why the file is incomplete. */
  failure: string | undefined;
}

/** Records the live bench's waveforms to a file, while it runs. */
export class LiveVcd {
  readonly #live: LiveBench;
  #recording: Recording | undefined;

  constructor(live: LiveBench) {
    this.#live = live;
  }

  /** What the prompt's `vcd` was asked for; answers what to say. */
  async run([file, ...more]: readonly string[]): Promise<string> {
    if (file === undefined || more.length > 0) throw new UsageError('write vcd FILE or vcd stop');
    return this.#live.pacer.act(() => (file === 'stop' ? this.#stop() : this.#start(file)));
  }

  /** Ends what is being recorded. */
  close(): void {
    if (this.#recording !== undefined) this.#end(this.#recording);
  }

  #start(file: string): string {
    if (this.#recording !== undefined) {
      throw new UsageError(`${this.#recording.file} is being recorded: vcd stop ends that`);
    }
    const fd = opened(file);
    const recorder = new VcdRecorder({ write: (bytes) => this.#write(bytes) });
    const counts = { bytes: 0, flushedUs: 0, failure: undefined };
    this.#recording = { file, fd, recorder, stopFollowing: () => undefined, ...counts };
    this.#recording.stopFollowing = this.#live.withBench((bench) => {
      recorder.attach(bench);
      const stopHearing = bench.trace.onRecord(({ t }) => this.#flush(t));
      return () => {
        stopHearing();
        recorder.detach();
      };
    });
    return `recording to ${file}: vcd stop ends it`;
  }

  #stop(): string {
    const recording = this.#recording;
    if (recording === undefined)
      throw new UsageError('nothing is being recorded: vcd FILE starts it');
    this.#end(recording);
    const { file, bytes, failure } = recording;
    if (failure === undefined) return `${bytes} bytes in ${file}`;
    throw new UsageError(`${file} is incomplete: ${failure}`);
  }

  #end(recording: Recording): void {
    recording.stopFollowing();
    recording.recorder.finish();
    closeSync(recording.fd);
    this.#recording = undefined;
  }

  #flush(nowUs: number): void {
    const recording = this.#recording;
    if (recording === undefined || nowUs < recording.flushedUs + flushUs) return;
    recording.flushedUs = nowUs;
    recording.recorder.flush();
  }

  /** A disk that is full ends the recording, not the board. */
  #write(bytes: Uint8Array): void {
    const recording = this.#recording;
    if (recording === undefined || recording.failure !== undefined) return;
    try {
      writeSync(recording.fd, bytes);
      recording.bytes += bytes.length;
    } catch (error) {
      recording.failure = error instanceof Error ? error.message : String(error);
    }
  }
}

function opened(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the waveforms could not be written: ${detail}`, { cause: error });
  }
}
