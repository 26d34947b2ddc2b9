import * as v from 'valibot';
import {
  definitions,
  settingKeys,
  type SettingKey,
  type Settings,
} from '../../settings/settings.ts';
import type { Definition } from '../../settings/definitions.ts';
import { afterAnswer } from './after-answer.ts';
import { change, type Changer } from './changes.ts';
import type { Problem } from './problems.ts';
import type { Routes } from './route.ts';

const schemaOf = (key: SettingKey): v.GenericSchema => {
  const { schema, label }: Definition = definitions[key];
  return v.pipe(schema, v.description(label));
};

const isSecret = (key: SettingKey): boolean => {
  const definition: Definition = definitions[key];
  return definition.isSecret === true;
};

/** Settings are grouped by what stands before the first dot of their keys. */
const groupOf = (key: SettingKey): string => key.slice(0, key.indexOf('.'));

const shownKeys = settingKeys.filter((key) => !isSecret(key));
const groups = [...new Set(shownKeys.map(groupOf))];

/** Every setting that may be shown, by group and key. */
const shown = v.strictObject(
  Object.fromEntries(
    groups.map((group) => {
      const keys = shownKeys.filter((key) => groupOf(key) === group);
      return [group, v.strictObject(Object.fromEntries(keys.map((key) => [key, schemaOf(key)])))];
    }),
  ),
);

const settingsPatch = v.strictObject(
  Object.fromEntries(settingKeys.map((key) => [key, v.optional(schemaOf(key))])),
);

/** The settings, for administrators. */
export function addSettings(routes: Routes): void {
  const common = { path: '/settings', tag: 'settings', access: 'administrator' } as const;
  routes.add({
    ...common,
    method: 'GET',
    summary: 'Every setting but the secret ones',
    answer: shown,
    handle: ({ services }) => shownSettings(services.settings),
  });
  routes.add({
    ...common,
    method: 'PATCH',
    summary: 'Changes settings by key: all that are named, or none',
    description:
      'A new system port is listened on after the answer; connections to the old one end.',
    body: settingsPatch,
    answer: shown,
    handle: (call) => {
      const { body, services, appliance } = call;
      const wanted = Object.entries(body) as [SettingKey, unknown][];
      const refusal = setSettings(call, wanted);
      if (refusal !== undefined) return refusal;
      if (wanted.some(([key]) => key.startsWith('network.'))) {
        afterAnswer(call, () => appliance.applyNetwork());
      }
      return shownSettings(services.settings);
    },
  });
}

/** Sets all of them, each noted in the event log, or none where one does not fit. */
export function setSettings(
  changer: Changer,
  wanted: readonly (readonly [SettingKey, unknown])[],
): Problem | undefined {
  const { settings } = changer.services;
  return change(changer, 'settings', (step) => {
    for (const [key, value] of wanted) {
      const text = isSecret(key) ? `${key} changed` : `${key} set to ${JSON.stringify(value)}`;
      step(settings.setUnchecked(key, value), { category: 'settings', text });
    }
  });
}

function shownSettings(settings: Settings): v.InferInput<typeof shown> {
  const values = settings.all();
  return Object.fromEntries(
    groups.map((group) => {
      const keys = shownKeys.filter((key) => groupOf(key) === group);
      return [group, Object.fromEntries(keys.map((key) => [key, values[key]]))];
    }),
  );
}
