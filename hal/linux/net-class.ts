import { readdirSync, readFileSync } from 'node:fs';
import { errnoOf } from './errno.ts';

/** A network adapter of this machine. */
export interface Adapter {
  /** As the kernel calls it: `eth0`. */
  readonly name: string;
  /** Upper case, with colons. */
  readonly macAddress: string;
}

const macPattern = /^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/;
const noMac = '00:00:00:00:00:00';

/**
 * The adapters that have a device behind them, or, where there is none such (a container, a virtual
 * machine), all that have a MAC address of their own; in the order of their names.
 */
export function findAdapters(sys: string): readonly Adapter[] {
  const all = namesIn(`${sys}/class/net`)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap((name) => {
      const macAddress = readText(`${sys}/class/net/${name}/address`)?.toUpperCase() ?? '';
      return macPattern.test(macAddress) && macAddress !== noMac ? [{ name, macAddress }] : [];
    });
  const onBoard = all.filter(({ name }) => namesIn(`${sys}/class/net/${name}/device`).length > 0);
  // A bridge or a bond has the address of one of its adapters.
  return (onBoard.length > 0 ? onBoard : all).filter(
    ({ macAddress }, place, list) =>
      list.findIndex((other) => other.macAddress === macAddress) === place,
  );
}

/** A file of `/sys` without the end of its line; `undefined` where it is not or says nothing. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    // `EINVAL`: such as the speed of an adapter without a link.
    const silent = ['ENOENT', 'ENOTDIR', 'ENODEV', 'EINVAL', 'EACCES', 'EOPNOTSUPP'];
    if (silent.includes(errnoOf(error))) return undefined;
    throw error;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error))) return [];
    throw error;
  }
}
