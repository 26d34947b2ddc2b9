import type { HostWork } from '../host-work.ts';
import type { Closable } from './closable.ts';

/** A real board just goes on while the host works. */
export function createHostWork(): HostWork & Closable {
  return { declare: (work) => work, close: () => undefined };
}
