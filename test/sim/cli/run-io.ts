import type { RunIo } from '#sim/cli/run-files';

/** A terminal for `runFiles` that remembers what was told. */
export interface FakeRunIo extends RunIo {
  readonly told: { out: string; err: string; tap: string };
  /** Ctrl-C. */
  interrupt(): void;
}

/** Colourless, without progress, nobody's continuous integration, unless told otherwise. */
export function fakeRunIo(
  more: Partial<Pick<RunIo, 'isColoured' | 'hasProgress' | 'isGithub' | 'columns'>> = {},
): FakeRunIo {
  const told = { out: '', err: '', tap: '' };
  let onInterrupt: (() => void) | undefined;
  return {
    told,
    out: (text) => void (told.out += text),
    err: (text) => void (told.err += text),
    tap: (text) => void (told.tap += text),
    isColoured: false,
    hasProgress: false,
    isGithub: false,
    columns: () => undefined,
    onInterrupt: (listener) => {
      onInterrupt = listener;
      return () => void (onInterrupt = undefined);
    },
    interrupt: () => onInterrupt?.(),
    ...more,
  };
}
