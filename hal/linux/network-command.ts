import { execFile } from 'node:child_process';
import { HalError } from '../errors.ts';
import type { AddressSettings } from '../network.ts';
import type { Closable } from './closable.ts';
import { errnoOf } from './errno.ts';

/** Puts settings into effect by a program of the host. */
export interface ApplyCommand extends Closable {
  apply(adapter: string, settings: AddressSettings): void;
}

const limitMs = 60_000;

/**
 * Calls a program, one call at a time, in the order of the settings:
 *
 *     PROGRAM … ADAPTER MTU dhcp
 *     PROGRAM … ADAPTER MTU static ADDRESS MASK [GATEWAY]
 *
 * No shell is in between. A program that fails, or runs for more than a minute, is told by
 * `onFault`; nothing is tried again.
 */
export function createApplyCommand(
  command: readonly string[],
  onFault: (error: HalError) => void,
): ApplyCommand {
  const life = new AbortController();
  const [program = '', ...first] = command;
  let running: Promise<void> = Promise.resolve();
  const call = (adapter: string, settings: AddressSettings): Promise<void> =>
    new Promise((resolve) => {
      if (life.signal.aborted) return resolve();
      const args = [...first, ...argumentsFor(adapter, settings)];
      const options = { timeout: limitMs, signal: life.signal };
      execFile(program, args, options, (error, _output, says) => {
        if (error !== null && !life.signal.aborted) onFault(faultOf(error, { program, says }));
        resolve();
      });
      return undefined;
    });
  return {
    apply(adapter, settings) {
      running = running.then(() => call(adapter, settings));
    },
    close: () => life.abort(),
  };
}

function argumentsFor(adapter: string, settings: AddressSettings): readonly string[] {
  const { mode, mtu, address = '', mask = '', gateway = '' } = settings;
  if (mode === 'dhcp') return [adapter, String(mtu), mode];
  return [adapter, String(mtu), mode, address, mask, ...(gateway === '' ? [] : [gateway])];
}

function faultOf(
  cause: Error,
  { program, says }: { readonly program: string; readonly says: string },
): HalError {
  const what = `${program} did not apply the network settings`;
  if (errnoOf(cause) === 'ENOENT') {
    return new HalError('not-present', 'network', `${what}: it is not there`, { cause });
  }
  const detail = says.trim() === '' ? cause.message : says.trim();
  return new HalError('io', 'network', `${what}: ${detail}`, { cause });
}
