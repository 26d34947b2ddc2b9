import * as v from 'valibot';
import type { Row } from '../store/store.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import {
  type Definition,
  definitions,
  isSettingKey,
  settingKeys,
  type SettingKey,
  type SettingValues,
} from './definitions.ts';

export { definitions, isSettingKey, settingKeys } from './definitions.ts';
export type { SettingKey, SettingValues } from './definitions.ts';

/** Whether a setting took a value; `text` is a sentence for people. */
type SetOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'value-invalid'; readonly text: string };

/**
 * The settings of the appliance: one closed table with a default for each. Nothing here writes to
 * the event log: the face that changes a setting does, in the same transaction.
 */
export interface Settings {
  get<K extends SettingKey>(key: K): SettingValues[K];
  /** A transaction of its own, or part of the caller's. */
  set<K extends SettingKey>(key: K, value: SettingValues[K]): SetOutcome;
  /** `set` for a value of unknown make, as faces get it. */
  setUnchecked(key: SettingKey, value: unknown): SetOutcome;
  all(): SettingValues;
  /** What RESET held for three seconds restores. */
  restoreBasic(): void;
  restoreAll(): void;
  /**
   * Hears, once it is durable, that settings whose keys begin so were set anew, also to what they
   * were; several that change together are told one by one when all are in effect.
   */
  onChange(prefix: string, listener: () => void): void;
}

/** What is stored differs from the defaults, or belongs to a firmware that knows more settings. */
type Overrides = ReadonlyMap<string, unknown>;

interface SettingRow extends Row {
  readonly key: string;
  readonly value: string;
}

const basicKeys = settingKeys.filter((key) => definitions[key].restoredByBasicReset);
const restoreBasicSql = `DELETE FROM settings
  WHERE key IN (${basicKeys.map((key) => `'${key}'`).join(', ')})`;

/**
 * The settings of a store. `onUnusable` hears, once, of each stored value that does not fit its
 * setting (the default applies) and of each that belongs to no setting.
 */
export function createSettings(
  store: WatchedStore,
  onUnusable: (key: string, problem: string) => void,
): Settings {
  const reported = new Set<string>();
  // The firmware is the only writer, so what was read once stays true.
  let overrides: Map<string, unknown> | undefined;
  const forget = (): void => {
    overrides = undefined;
  };
  store.onRollback(forget);
  const { tell, onChange } = changeListeners(store);

  const load = (): Map<string, unknown> => {
    const { loaded, unusable } = readOverrides(store);
    overrides = loaded;
    // Told once the settings are there: whoever hears it may ask for one.
    for (const [key, problem] of unusable) {
      if (reported.has(key)) continue;
      reported.add(key);
      onUnusable(key, problem);
    }
    return loaded;
  };

  const valueOf = (stored: Overrides, key: SettingKey): unknown =>
    stored.has(key) ? stored.get(key) : definitions[key].default;

  const setUnchecked = (key: SettingKey, value: unknown): SetOutcome => {
    const checked = check(key, value);
    if (!checked.ok) return { ok: false, reason: 'value-invalid', text: checked.text };
    const stored = overrides ?? load();
    const json = JSON.stringify(checked.value);
    if (json === JSON.stringify(definitions[key].default)) {
      store.run('DELETE FROM settings WHERE key = ?', key);
      stored.delete(key);
    } else {
      store.run('INSERT OR REPLACE INTO settings VALUES (?, ?)', key, json);
      stored.set(key, checked.value);
    }
    tell([key]);
    return { ok: true };
  };

  return {
    get<K extends SettingKey>(key: K) {
      return valueOf(overrides ?? load(), key) as SettingValues[K];
    },
    set: setUnchecked,
    setUnchecked,
    all() {
      const stored = overrides ?? load();
      const values = settingKeys.map((key) => [key, valueOf(stored, key)] as const);
      return Object.fromEntries(values) as SettingValues;
    },
    restoreBasic() {
      store.run(restoreBasicSql);
      forget();
      tell(basicKeys);
    },
    restoreAll() {
      store.run('DELETE FROM settings');
      forget();
      tell(settingKeys);
    },
    onChange,
  };
}

/** What is stored, and what of it cannot be used: by key, why. */
function readOverrides(store: Pick<WatchedStore, 'rows'>) {
  const loaded = new Map<string, unknown>();
  const unusable: [key: string, problem: string][] = [];
  for (const { key, value } of store.rows<SettingRow>('SELECT key, value FROM settings')) {
    const read = isSettingKey(key) ? parseStored(key, value) : unknownSetting;
    if (read.ok) loaded.set(key, read.value);
    else unusable.push([key, read.text]);
  }
  return { loaded, unusable };
}

function changeListeners(store: Pick<WatchedStore, 'afterCommit'>) {
  const listeners: { readonly prefix: string; readonly listener: () => void }[] = [];
  return {
    onChange: (prefix: string, listener: () => void) => void listeners.push({ prefix, listener }),
    tell: (keys: readonly SettingKey[]) =>
      store.afterCommit(() => {
        for (const { prefix, listener } of listeners) {
          if (keys.some((key) => key.startsWith(prefix))) listener();
        }
      }),
  };
}

type Reading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; text: string };

const unknownSetting: Reading = { ok: false, text: 'there is no such setting' };

function parseStored(key: SettingKey, json: string): Reading {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, text: 'the stored text cannot be read' };
    throw error;
  }
  return check(key, value);
}

function check(key: SettingKey, value: unknown): Reading {
  const definition: Definition = definitions[key];
  const parsed = v.safeParse(definition.schema, value);
  if (parsed.success) return { ok: true, value: parsed.output };
  return { ok: false, text: `${definition.label}: ${parsed.issues[0].message}` };
}
