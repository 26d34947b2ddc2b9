import { note, type CommandContext } from '../command.ts';
import type { Verdict } from '../dialogue.ts';
import { localTimeText, timeStyle } from '../../time/local-time.ts';
import { tableText } from '../table.ts';
import { verbCommand } from '../verbs.ts';

/** `session`: who is signed in. */
export const session = verbCommand(
  {
    name: 'session',
    summary: 'lists and ends sessions',
    details: ['Your own; administrators see and end those of all users.'],
    isForAdministrators: false,
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
      name: 'end',
      form: 'ID',
      argumentsMin: 1,
      argumentsMax: 1,
      run: ([id = ''], context) => end(id, context),
    },
  ],
);

function list(context: CommandContext): Verdict {
  const style = timeStyle(context.services.settings);
  const rows = visible(context).map((one) => [
    one.id,
    one.userName,
    one.application,
    one.address,
    `${localTimeText(one.openedAtMs, style)}${one.id === context.sessionId ? ' (this one)' : ''}`,
  ]);
  context.print(tableText([['ID', 'USER', 'APPLICATION', 'ADDRESS', 'SINCE'], ...rows]));
  return 'done';
}

function end(id: string, context: CommandContext): Verdict {
  const target = visible(context).find((one) => one.id === id);
  if (target === undefined) {
    context.print(`There is no session "${id}".`);
    return 'done';
  }
  if (id === context.sessionId) return 'log-out';
  context.services.sessions.end(id);
  const text = `session of ${target.userName} (${target.application}, ${target.address}) ended`;
  note(context, { category: 'login', text });
  context.print(`Done: ${text}.`);
  return 'done';
}

function visible({ services, user }: CommandContext) {
  return user.isAdministrator ? services.sessions.all() : services.sessions.of(user.id);
}
