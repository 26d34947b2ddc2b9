import { change, misused, type CommandContext } from '../command.ts';
import { askNewPassword } from '../credentials.ts';
import { ask, confirm, type Dialogue, type Verdict } from '../dialogue.ts';
import { localTimeText, parseTime, timeStyle } from '../../time/local-time.ts';
import { tableText } from '../table.ts';
import { verbCommand } from '../verbs.ts';
import { changePasswordOf } from './passwd.ts';

/** `user`: the users. */
export const user = verbCommand(
  {
    name: 'user',
    summary: 'lists, creates, removes, disables and enables users',
    details: [
      'create   asks for the password; a GROUP makes the user a member of it',
      'disable  at once, or from a date: "YYYY-MM-DD hh:mm:ss" in the time zone of the settings',
      'email    where the user is told what happens to the account; "none": nowhere',
    ],
    isForAdministrators: true,
  },
  [
    {
      name: 'list',
      form: '',
      argumentsMin: 0,
      argumentsMax: 0,
      run: (_, context) => list(context),
    },
    {
      name: 'create',
      form: 'NAME [GROUP]',
      argumentsMin: 1,
      argumentsMax: 2,
      run: ([name = '', group], context) => create(name, group, context),
    },
    {
      name: 'delete',
      form: 'NAME',
      argumentsMin: 1,
      argumentsMax: 1,
      run: ([name = ''], context) => remove(name, context),
    },
    {
      name: 'password',
      form: 'NAME',
      argumentsMin: 1,
      argumentsMax: 1,
      run: ([name = ''], context) => changePasswordOf(name, context),
    },
    {
      name: 'disable',
      form: 'NAME [FROM]',
      argumentsMin: 1,
      argumentsMax: 3,
      run: ([name = '', ...from], context) => disable(name, from.join(' '), context),
    },
    {
      name: 'enable',
      form: 'NAME',
      argumentsMin: 1,
      argumentsMax: 1,
      run: ([name = ''], context) => enable(name, context),
    },
    {
      name: 'email',
      form: 'NAME ADDRESS|none',
      argumentsMin: 2,
      argumentsMax: 2,
      run: ([name = '', address = ''], context) => setEmail(name, address, context),
    },
  ],
);

const choices = 'A: add, P: password, D: disable, E: enable, R: remove, Enter: back ';

/** The menu's item: the list, and one thing to do with it after the other. */
export function* manageUsers(context: CommandContext): Dialogue {
  for (;;) {
    list(context);
    const choice = (yield* ask(choices)).toUpperCase();
    if (choice === '') return 'done';
    if (!/^[APDER]$/.test(choice)) continue;
    const name = yield* ask('User name: ');
    if (name === '') continue;
    if ((yield* manage(choice, name, context)) === 'log-out') return 'log-out';
  }
}

function* manage(choice: string, name: string, context: CommandContext): Dialogue {
  if (choice === 'A') return yield* create(name, undefined, context);
  if (choice === 'P') return yield* changePasswordOf(name, context);
  if (choice === 'R') return yield* remove(name, context);
  return choice === 'D' ? disable(name, '', context) : enable(name, context);
}

function list(context: CommandContext): Verdict {
  const { accounts, settings, wallClock } = context.services;
  const groups = accounts.groups().filter(({ name }) => name !== 'everyone');
  const rows = accounts.users().map(({ name, disabledFromMs, usesDefaultPassword, email }) => {
    const memberships = groups.filter(({ members }) => members.includes(name));
    const isOff = disabledFromMs !== undefined && disabledFromMs <= wallClock.nowMs();
    const status =
      disabledFromMs === undefined
        ? 'enabled'
        : isOff
          ? 'disabled'
          : `disabled from ${localTimeText(disabledFromMs, timeStyle(settings))}`;
    return [
      name,
      usesDefaultPassword ? `${status}, default password` : status,
      memberships.map((group) => group.name).join(', '),
      email ?? '',
    ];
  });
  context.print(tableText([['USER', 'STATUS', 'GROUPS', 'E-MAIL'], ...rows]));
  return 'done';
}

function* create(name: string, group: string | undefined, context: CommandContext): Dialogue {
  const password = yield* askNewPassword(context);
  if (password === undefined) return 'done';
  const membership = group === undefined ? '' : ` in ${group}`;
  change(context, { category: 'accounts', text: `user ${name} created${membership}` }, () =>
    context.services.accounts.createUser({
      name,
      password,
      ...(group !== undefined && { groups: [group] }),
    }),
  );
  return 'done';
}

function* remove(name: string, context: CommandContext): Dialogue {
  if (!(yield* confirm(`Delete the user ${name}?`))) return 'done';
  change(context, { category: 'accounts', text: `user ${name} deleted` }, () =>
    context.services.accounts.removeUser(name),
  );
  return 'done';
}

function disable(name: string, from: string, context: CommandContext): Verdict {
  const { accounts, settings } = context.services;
  const entry = { category: 'accounts', text: `user ${name} disabled` };
  if (from === '') {
    change(context, entry, () => accounts.disableUser(name));
    return 'done';
  }
  const parsed = parseTime(from, settings.get('time.zone'));
  if (!parsed.ok) return misused(context, 'user', parsed.text);
  const text = `${entry.text} from ${localTimeText(parsed.timeMs, timeStyle(settings))} on`;
  change(context, { ...entry, text }, () => accounts.disableUser(name, parsed.timeMs));
  return 'done';
}

function enable(name: string, context: CommandContext): Verdict {
  change(context, { category: 'accounts', text: `user ${name} enabled` }, () =>
    context.services.accounts.enableUser(name),
  );
  return 'done';
}

function setEmail(name: string, typed: string, context: CommandContext): Verdict {
  const address = typed === 'none' ? undefined : typed;
  const text = `e-mail address of user ${name} ${address === undefined ? 'removed' : 'changed'}`;
  change(context, { category: 'accounts', text }, () =>
    context.services.accounts.setEmail(name, address),
  );
  return 'done';
}
