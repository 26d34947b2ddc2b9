import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BootReason } from '../power.ts';
import { syncDirectory } from './durable.ts';
import { errnoOf, halErrorFrom } from './errno.ts';

/** What is remembered over a restart. */
export interface PowerMarker {
  /** The kernel's id of the boot that it was written in. */
  readonly boot: string;
  /** Why that boot came about. */
  readonly reason: BootReason;
  /** What was ordered for its end, if anything. */
  readonly ordered?: 'reboot';
}

/** Nothing where there is none yet, or where it says nothing that this version understands. */
export function readPowerMarker(path: string): PowerMarker | undefined {
  try {
    const marker: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isMarker(marker) ? marker : undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw halErrorFrom('power', error, { what: 'read', path });
  }
}

/** In one piece or not at all, also over a power cut. */
export function writePowerMarker(path: string, marker: PowerMarker): void {
  const draft = `${path}.new`;
  try {
    const fd = openSync(draft, 'w', 0o600);
    try {
      writeFileSync(fd, `${JSON.stringify(marker)}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, path);
    syncDirectory(dirname(path));
  } catch (error) {
    throw halErrorFrom('power', error, { what: 'write', path });
  }
}

function isMarker(marker: unknown): marker is PowerMarker {
  if (typeof marker !== 'object' || marker === null) return false;
  if (!('boot' in marker) || typeof marker.boot !== 'string' || !('reason' in marker)) return false;
  return ['power-on', 'reboot', 'watchdog'].includes(String(marker.reason));
}
