import {
  definitions,
  type SettingKey,
  type Settings,
  type SettingValues,
} from '../settings/settings.ts';

/** What the settings say of time servers. */
export interface SyncPlan {
  readonly isEnabled: boolean;
  /** None: those that the board suggests. */
  readonly servers: readonly string[];
  readonly every: number;
  readonly unit: 'hours' | 'days';
  readonly unitMs: number;
  readonly intervalMs: number;
}

const unitsMs = { hours: 3_600_000, days: 86_400_000 } as const;

/** The plan of the settings; without any, that of their defaults. */
export function syncPlan(settings?: Pick<Settings, 'get'>): SyncPlan {
  const get = <K extends SettingKey>(key: K): SettingValues[K] =>
    settings === undefined ? (definitions[key].default as SettingValues[K]) : settings.get(key);
  const every = get('time.ntp.every');
  const unit = get('time.ntp.unit');
  const unitMs = unitsMs[unit];
  return {
    isEnabled: get('time.ntp.enabled'),
    servers: get('time.ntp.servers'),
    every,
    unit,
    unitMs,
    intervalMs: every * unitMs,
  };
}
