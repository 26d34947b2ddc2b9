import { createRequire } from 'node:module';
import type * as PollerModule from '@serialport/bindings-cpp/dist/poller.js';
import type { Closable } from './closable.ts';

/**
 * Calls back whenever a descriptor has something to read, or has come to its end, until it is
 * closed; who hears must read all there is, in a turn of its own: promises that are settled within
 * the call wait for the next one. Close it before the descriptor. Answers nothing where that cannot
 * be watched: for a plain file, or without the package that the console needs.
 */
export type WatchReadable = (fd: number, onReadable: () => void) => Closable | undefined;

/** By the loop of Node itself, which wakes for nothing else: a look every so often costs more. */
export const watchReadable: WatchReadable = (fd, onReadable) => {
  const watch = pollerOf(fd);
  if (watch === undefined) return undefined;
  const { poller, flag } = watch;
  let isOpen = true;
  poller.on('readable', (failure: unknown) => {
    if (!isOpen) return;
    // It tells once; after a failure the descriptor is of no more use.
    if (failure === null) poller.poll(flag);
    onReadable();
  });
  poller.poll(flag);
  return {
    close() {
      if (!isOpen) return;
      isOpen = false;
      poller.stop();
      poller.destroy();
    },
  };
};

function pollerOf(fd: number) {
  try {
    const require = createRequire(import.meta.url);
    const path = '@serialport/bindings-cpp/dist/poller.js';
    const { Poller, EVENTS } = require(path) as typeof PollerModule;
    return { poller: new Poller(fd), flag: EVENTS.UV_READABLE };
  } catch {
    // Whoever asks looks at the device every so often instead.
    return undefined;
  }
}
