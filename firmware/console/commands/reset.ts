import type { ResetKind } from '../../appliance-control.ts';
import { misused, type Command, type CommandContext } from '../command.ts';
import { reauthenticate } from '../credentials.ts';
import { confirm, type Dialogue } from '../dialogue.ts';

/** What each reset does, for the person who is about to do it. */
const effects: Readonly<Record<ResetKind, readonly string[]>> = {
  basic: [
    'Basic reset (as RESET held for 3 seconds):',
    '  - admin is enabled and gets the password on the label',
    '  - network settings, security level and LCD password return to their defaults',
    '  - other users, groups, shared folders and all data stay',
  ],
  advanced: [
    'Reset to factory default (as RESET held for 10 seconds):',
    '  - ALL settings return to factory default; admin gets the password on the label',
    '  - ALL users, user groups and shared folders are deleted',
    '  - the data on the disks stays',
    '  - the appliance restarts',
  ],
};

/** `reset`: the two resets. */
export const reset: Command = {
  name: 'reset',
  summary: 'restores defaults, as the RESET button does',
  usage: ['basic', 'advanced'],
  details: Object.values(effects).flat(),
  isForAdministrators: true,
  run(words, context) {
    const [kind, ...rest] = words;
    if ((kind !== 'basic' && kind !== 'advanced') || rest.length > 0) {
      return misused(context, 'reset', 'say which one: basic or advanced');
    }
    return confirmReset(kind, context);
  },
};

/** Tells what it does, asks for the password and for a yes, then resets. */
export function* confirmReset(kind: ResetKind, context: CommandContext): Dialogue {
  for (const line of effects[kind]) context.print(line);
  if (!(yield* reauthenticate(context))) return 'done';
  if (!(yield* confirm('Do it now?'))) {
    context.print('Nothing was changed.');
    return 'done';
  }
  const outcome = context.control.requestReset(kind, { via: 'console', user: context.user.name });
  if (!outcome.ok) context.print(`Not now: the appliance is ${context.control.state}.`);
  return 'done';
}
