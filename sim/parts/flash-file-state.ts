import type { FlashDraft, FlashFile } from './flash-file.ts';
import { chunkPool } from './flash-pool.ts';
import { UnsyncedLog } from './flash-unsynced.ts';

/** One file of the flash: what would survive a power cut, and what the firmware sees. */
export interface FileState {
  durable: FlashFile;
  /** Absent while nothing is un-synced. */
  draft: FlashDraft | undefined;
  readonly log: UnsyncedLog;
  /** Which chunks of `durable` nobody but this part holds. */
  isPrivate: boolean[];
}

/** A file of which nothing is un-synced. */
export function freshState(durable: FlashFile): FileState {
  return { durable, draft: undefined, log: new UnsyncedLog(), isPrivate: [] };
}

/** The draft becomes durable; chunks that only the content before it held can be used again. */
export function commit(state: FileState, draft: FlashDraft): void {
  const before = state.durable.chunks;
  const after = draft.finish();
  before.forEach((chunk, index) => {
    const isFree = chunk !== after.chunks[index] && state.isPrivate[index] === true;
    if (chunk !== undefined && isFree) chunkPool.give(chunk);
  });
  state.isPrivate = after.chunks.map(
    (chunk, index) =>
      draft.isOwn(index) || (chunk === before[index] && state.isPrivate[index] === true),
  );
  state.durable = after;
  state.draft = undefined;
  state.log.clear();
}

/** What nobody but this file holds can be used again: the file must not be read after this. */
export function giveBack({ durable, isPrivate }: FileState): void {
  durable.chunks.forEach((chunk, index) => {
    if (chunk !== undefined && isPrivate[index] === true) chunkPool.give(chunk);
  });
}
