import type { Storage } from '#hal/storage';
import { crc32 } from './checksum.ts';

/** How far the making of the store on this flash has come. */
export type StoreLife = 'creating' | 'created';

/** What the boot environment says. */
export interface BootEnvironment {
  readonly life: StoreLife;
  /** Format of what lies on the flash around the database: its files, checksums and journal. */
  readonly format: number;
  readonly sequence: number;
}

/** The format this firmware writes. */
export const storeFormat = 1;

/** The files of the two slots. */
const slotFiles = ['boot-a.env', 'boot-b.env'] as const;
const magic = 0x4e42_4531; // NBE1
const recordBytes = 24;
const lives: readonly StoreLife[] = ['creating', 'created'];

/** What was found in the two slots. */
export interface BootEnvironmentFinding {
  /** The newest sound record. */
  readonly current: BootEnvironment | undefined;
  /** Whether both slots hold the newest state. */
  readonly isRedundant: boolean;
  /**
   * Whether the second slot holds something that is no record. It is written only where the store
   * is complete, so there must be one.
   */
  readonly isSecondTorn: boolean;
}

/** Reads both slots; the sound record with the highest sequence number counts. */
export function readBootEnvironment(storage: Storage): BootEnvironmentFinding {
  const [first, second] = slotFiles.map((name) => readSlot(storage, name));
  const isSecondNewer = second !== undefined && second.sequence > (first?.sequence ?? -1);
  const current = isSecondNewer ? second : (first ?? second);
  return {
    current,
    isRedundant: first !== undefined && second !== undefined && first.life === second.life,
    isSecondTorn: second === undefined && storage.size(slotFiles[1]) > 0,
  };
}

/** Before the first byte of a store is written on a blank flash: says so in the first slot. */
export function markCreating(storage: Storage): void {
  writeSlot(storage, slotFiles[0], { life: 'creating', format: storeFormat, sequence: 1 });
}

/** Before a store is erased, for another to be made: says so in both slots, one by one. */
export function markErasing(storage: Storage): void {
  const sequence = (readBootEnvironment(storage).current?.sequence ?? 0) + 1;
  for (const name of slotFiles) {
    writeSlot(storage, name, { life: 'creating', format: storeFormat, sequence });
  }
}

/** After the store is complete, or where one slot has gone bad: says so in both, one by one. */
export function markCreated(storage: Storage, last: BootEnvironment | undefined): void {
  const sequence = (last?.sequence ?? 0) + 1;
  writeSlot(storage, slotFiles[1], { life: 'created', format: storeFormat, sequence });
  writeSlot(storage, slotFiles[0], { life: 'created', format: storeFormat, sequence });
}

function readSlot(storage: Storage, name: string): BootEnvironment | undefined {
  const bytes = new Uint8Array(recordBytes);
  if (storage.read(name, 0, bytes) < recordBytes) return undefined;
  const view = new DataView(bytes.buffer);
  if (view.getUint32(0) !== magic) return undefined;
  if (view.getUint32(recordBytes - 4) !== crc32(bytes.subarray(0, recordBytes - 4))) {
    return undefined;
  }
  const life = lives[view.getUint32(8)];
  if (life === undefined) return undefined;
  return { life, format: view.getUint32(4), sequence: view.getUint32(12) };
}

function writeSlot(storage: Storage, name: string, record: BootEnvironment): void {
  const bytes = new Uint8Array(recordBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  view.setUint32(4, record.format);
  view.setUint32(8, lives.indexOf(record.life));
  view.setUint32(12, record.sequence);
  view.setUint32(recordBytes - 4, crc32(bytes.subarray(0, recordBytes - 4)));
  storage.write(name, 0, bytes);
  storage.sync(name);
}
