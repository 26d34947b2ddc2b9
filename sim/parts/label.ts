import type { Identity } from '#hal/identity';
import { UsageError } from '../kernel/invariant.ts';
import { createRandom } from '../kernel/random.ts';
import type { BoardSite } from './site.ts';

/** What the factory would print otherwise than the seed says. */
export interface LabelOptions {
  readonly model?: string;
  readonly serialNumber?: string;
  /** On-board network adapters, lowest first. */
  readonly macAddresses?: readonly string[];
  /** The secret of the board, 32 bytes; what it sealed, no board with another can read. */
  readonly deviceKey?: Uint8Array;
}

/** The vendor's half of its MAC addresses. */
const vendorPrefix = '24:5E:BE';

const adaptersByDefault = 2;

/** The label: fixed for the life of the board, the same for the same seed and board name. */
export class Label implements Identity {
  readonly model: string;
  readonly serialNumber: string;
  readonly macAddresses: readonly string[];
  readonly #deviceKey: Uint8Array;

  constructor(site: BoardSite, options: LabelOptions = {}) {
    const random = createRandom(`${site.world.random.seed}/${site.boardName}/label`);
    const serial = String(random.integer(0, 99_999)).padStart(5, '0');
    const firstAdapter = random.integer(0, 0xff_ff_ff - 0xff);
    const drawnKey = random.bytes(32);
    this.#deviceKey = options.deviceKey?.slice() ?? drawnKey;
    if (this.#deviceKey.length !== 32) throw new UsageError('a device key has 32 bytes');
    this.model = options.model ?? 'TS-453N';
    this.serialNumber = options.serialNumber ?? `Q226B${serial}`;
    this.macAddresses = options.macAddresses?.map(checkedMac) ?? macsFrom(firstAdapter);
    if (this.macAddresses.length === 0) {
      throw new UsageError('a board has at least one network adapter: give it a MAC address');
    }
  }

  deviceKey(): Uint8Array {
    return this.#deviceKey.slice();
  }

  /** The password of `admin` that follows from the label. */
  get defaultPassword(): string {
    return (this.macAddresses[0] ?? '').replaceAll(':', '');
  }
}

function macsFrom(first: number): readonly string[] {
  return Array.from({ length: adaptersByDefault }, (_, adapter) => {
    const hex = (first + adapter).toString(16).toUpperCase().padStart(6, '0');
    return `${vendorPrefix}:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4)}`;
  });
}

function checkedMac(text: string): string {
  const mac = text.toUpperCase();
  if (!/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/.test(mac)) {
    throw new UsageError(`MAC address «${text}» is not of the form AA:BB:CC:DD:EE:FF`);
  }
  return mac;
}
