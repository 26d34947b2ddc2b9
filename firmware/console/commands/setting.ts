import type { Definition } from '../../settings/definitions.ts';
import { definitions, isSettingKey, type SettingKey } from '../../settings/settings.ts';
import { change, misused, type CommandContext } from '../command.ts';
import { askSecret, type Dialogue, type Verdict } from '../dialogue.ts';
import { tableText } from '../table.ts';
import { verbCommand } from '../verbs.ts';

/** `setting`: the settings of the appliance, by key. */
export const setting = verbCommand(
  {
    name: 'setting',
    summary: 'lists, shows and changes settings',
    details: [
      'A PREFIX such as "network." lists only settings that begin with it.',
      'Settings that are secret are asked for, not given on the command line.',
    ],
    isForAdministrators: true,
  },
  [
    {
      name: 'list',
      form: '[PREFIX]',
      argumentsMin: 0,
      argumentsMax: 1,
      run: ([prefix = ''], context) => list(prefix, context),
    },
    {
      name: 'get',
      form: 'KEY',
      argumentsMin: 1,
      argumentsMax: 1,
      run: ([key = ''], context) => show(key, context),
    },
    {
      name: 'set',
      form: 'KEY VALUE',
      argumentsMin: 1,
      argumentsMax: 2,
      run: ([key = '', value], context) => set(key, value, context),
    },
  ],
);

function list(prefix: string, context: CommandContext): Verdict {
  const values = context.services.settings.all();
  const rows = (Object.keys(values) as SettingKey[])
    .filter((key) => key.startsWith(prefix))
    .map((key) => [key, valueText(key, values[key]), definitions[key].label]);
  context.print(tableText([['KEY', 'VALUE', 'MEANING'], ...rows]));
  return 'done';
}

function show(key: string, context: CommandContext): Verdict {
  if (!isSettingKey(key)) return unknown(key, context);
  context.print(valueText(key, context.services.settings.get(key)));
  return 'done';
}

function set(key: string, typed: string | undefined, context: CommandContext): Verdict | Dialogue {
  if (!isSettingKey(key)) return unknown(key, context);
  if (isSecret(key)) {
    if (typed === undefined) return askAndStore(key, context);
    return misused(context, 'setting', `the value of ${key} is asked for, not given here`);
  }
  if (typed === undefined) return misused(context, 'setting', 'the value is missing');
  return store(key, typed, context);
}

function* askAndStore(key: SettingKey, context: CommandContext): Dialogue {
  return store(key, yield* askSecret('New password: '), context);
}

function store(key: SettingKey, typed: string, context: CommandContext): Verdict {
  const value = valueOf(key, typed);
  const text = isSecret(key) ? `${key} changed` : `${key} set to ${valueText(key, value)}`;
  const isChanged = change(context, { category: 'settings', text }, () =>
    context.services.settings.setUnchecked(key, value),
  );
  if (isChanged && key.startsWith('network.')) context.applyNetwork();
  return 'done';
}

function unknown(key: string, context: CommandContext): Verdict {
  return misused(context, 'setting', `there is no setting "${key}"`);
}

function isSecret(key: SettingKey): boolean {
  const definition: Definition = definitions[key];
  return definition.isSecret === true;
}

/** Typed text as the kind of value the setting holds; the setting itself judges whether it fits. */
function valueOf(key: SettingKey, typed: string): unknown {
  const sample: unknown = definitions[key].default;
  if (typeof sample === 'boolean') {
    if (/^(true|on|yes)$/i.test(typed)) return true;
    return /^(false|off|no)$/i.test(typed) ? false : typed;
  }
  if (typeof sample === 'number') return /^\d+$/.test(typed) ? Number(typed) : typed;
  return typeof sample === 'object' ? parsed(typed) : typed;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return json;
    throw error;
  }
}

function valueText(key: SettingKey, value: unknown): string {
  if (isSecret(key)) return value === '' ? '(none)' : '(hidden)';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' ? value || '(empty)' : JSON.stringify(value);
}
