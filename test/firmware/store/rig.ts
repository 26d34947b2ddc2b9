import type { RandomSource } from '#hal/random';
import type { Storage } from '#hal/storage';
import type { Migration } from '#firmware/store/schema';
import { openStore, type OpenStoreOutcome, type Store, StoreError } from '#firmware/store/store';
import { createRandom } from '#sim/kernel/random';
import { World } from '#sim/kernel/world';
import { FlashPart, type FlashOptions } from '#sim/parts/flash';
import type { FlashImage } from '#sim/parts/flash-image';
import { BoardLife } from '#sim/parts/life';

/** A small schema with all that matters for the proofs: an index, text, blobs, several tables. */
export const testMigrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE entry (id INTEGER PRIMARY KEY, atMs INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
      CREATE INDEX entryByTime ON entry (atMs);
      CREATE TABLE file (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
      INSERT INTO setting VALUES ('network.mode', 'dhcp'), ('hardware.resetSwitch', 'on');
    `,
  },
];

/** How thorough the proofs are: `NASBOARD_PROOF=full` takes minutes. */
export const isFullProof = process.env['NASBOARD_PROOF'] === 'full';

/** A flash on a board that is switched on and off around it. */
export class FlashRig {
  readonly flash: FlashPart;
  readonly #world: World;
  /** What each boot draws its seed from. */
  readonly random: RandomSource;
  #life: BoardLife | undefined;
  /** Of the last boot: open stores fill the memory of the engine. */
  #store: Store | undefined;

  constructor(seed: number, options: FlashOptions = {}) {
    this.#world = new World({ seed });
    this.flash = new FlashPart(this.#world, options);
    this.random = createRandom(`store/${seed}`);
  }

  /** Switches on and opens the store, as a boot does. */
  boot(migrations: readonly Migration[] = testMigrations): OpenStoreOutcome {
    const outcome = openStore(this.connect(), { random: this.random, migrations });
    if (outcome.ok) this.#store = outcome.store;
    return outcome;
  }

  /** Boots where nothing but success is expected. */
  bootWell(migrations?: readonly Migration[]): Store {
    const outcome = this.boot(migrations);
    if (!outcome.ok) throw new Error(`boot refused: ${outcome.reason}: ${outcome.detail}`);
    return outcome.store;
  }

  /** Where thousands of rigs are made in one test, each must give its store back: `using`. */
  [Symbol.dispose](): void {
    this.cutPower();
    this.#store?.close();
  }

  connect(): Storage {
    this[Symbol.dispose]();
    this.#life = new BoardLife({
      world: this.#world,
      boardName: 'board',
      crystalPpm: 0,
      onPowerFailure: () => this.cutPower(),
    });
    return this.flash.connect(this.#life);
  }

  cutPower(): void {
    this.#life?.end();
    this.#life = undefined;
  }
}

/** A flash image with a store in it that had a quiet life. */
export function usedImage(work?: (store: Store) => void, options: FlashOptions = {}): FlashImage {
  const rig = new FlashRig(1, options);
  const store = rig.bootWell();
  work?.(store);
  store.close();
  rig.cutPower();
  return rig.flash.image();
}

/** All that a store holds, as text that can be compared. */
export function contentOf(store: Store): string {
  const tables = ['setting', 'entry', 'file'].map((table) =>
    store.rows(`SELECT * FROM ${table} ORDER BY 1`),
  );
  return JSON.stringify(tables, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
}

/** Whether the flash's end of power is what stopped the work. */
export function isPowerLoss(error: unknown): boolean {
  return error instanceof StoreError && error.reason === 'power-lost';
}
