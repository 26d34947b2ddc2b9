import { createServices, type Services, type ServicesOptions } from '#firmware/services';
import { openStore, type OpenStoreOutcome, type Store } from '#firmware/store/store';
import { loadWallClock } from '#firmware/time/wall-clock';
import { SimBoard, type BoardOptions } from '#sim/board';
import { factoryImage } from '#sim/factory';
import { World } from '#sim/kernel/world';

/** The seed, true time at the start, the board, and how the services are made. */
export type RigOptions = BoardOptions &
  ServicesOptions & { readonly seed?: number; readonly startUs?: number };

/** A board that runs the services of the firmware and nothing else of it. */
export class ServicesRig {
  readonly board: SimBoard;
  #outcome: OpenStoreOutcome | undefined;
  #services: Services | undefined;

  constructor(options: RigOptions = {}) {
    const { seed = 1, startUs, passwordCost = 'test', onFailure, tell, ...boardOptions } = options;
    const flash = { image: factoryImage(), ...options.flash };
    this.board = new SimBoard(new World({ seed, ...(startUs !== undefined && { startUs }) }), {
      ...boardOptions,
      flash,
    });
    this.board.install((board) => {
      const outcome = openStore(board.storage, { random: board.random });
      this.#outcome = outcome;
      this.#services = undefined;
      if (!outcome.ok) return { stop: () => undefined };
      const wallClock = loadWallClock(board.clock, board.rtc);
      const services = createServices(board, outcome.store, wallClock, {
        passwordCost,
        ...(onFailure !== undefined && { onFailure }),
        ...(tell !== undefined && { tell }),
      });
      this.#services = services;
      return {
        stop() {
          services.outbox.stop();
          services.timekeeper.stop();
          services.scheduler.stop();
          outcome.store.close();
        },
      };
    });
  }

  /** Switches on, after a power cut where the board was on. */
  boot(): OpenStoreOutcome {
    this.cutPower();
    this.board.powerOn();
    return this.#outcome ?? { ok: false, reason: 'unreadable', detail: 'the boot was cut short' };
  }

  /**
   * Cuts the power, and frees the store of the life that ended: the board would do that when its
   * world moves on, which it does not here. Thousands of open stores fill the engine's memory.
   */
  cutPower(): void {
    this.board.cutPower();
    if (this.#outcome?.ok === true) this.#outcome.store.close();
    this.#outcome = undefined;
  }

  /** Where thousands of rigs are made in one test, each must give its store back: `using`. */
  [Symbol.dispose](): void {
    this.cutPower();
  }

  /** Boots where nothing but success is expected. */
  bootWell(): Services {
    const outcome = this.boot();
    if (!outcome.ok) throw new Error(`boot refused: ${outcome.reason}: ${outcome.detail}`);
    return this.services;
  }

  get services(): Services {
    if (this.#services === undefined) throw new Error('the board has not booted');
    return this.#services;
  }
}

/** The services of a new appliance. */
export function newServices(options?: BoardOptions & { seed?: number }): Services {
  return new ServicesRig(options).bootWell();
}

/** The tables whose rows make up the configuration. */
const configurationTables = [
  'settings',
  'users',
  'user_groups',
  'group_members',
  'shares',
  'share_rights',
  'two_step',
  'two_step_enforced',
  'remembered_devices',
  'secret_salt',
  'mail_accounts',
  'outbox',
  'login_tokens',
] as const;

/** All that the store knows, by table; the event log is a table of its own. */
export function tablesOf(store: Pick<Store, 'rows'>): Readonly<Record<string, readonly object[]>> {
  const tables = [...configurationTables, 'event_log'];
  return Object.fromEntries(
    tables.map((table) => [table, store.rows(`SELECT * FROM ${table} ORDER BY 1, 2`)]),
  );
}

/** The same without the log, and without the counters that only ever grow. */
export function configurationOf(store: Pick<Store, 'rows'>): Readonly<Record<string, unknown>> {
  const tables = tablesOf(store);
  return Object.fromEntries(
    configurationTables.map((table) => [
      table,
      tables[table]?.map((row) => ({ ...row, session_epoch: undefined })),
    ]),
  );
}
