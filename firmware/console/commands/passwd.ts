import { change, misused, refuse, type Command, type CommandContext } from '../command.ts';
import { askNewPassword, reauthenticate } from '../credentials.ts';
import type { Dialogue } from '../dialogue.ts';

/** `passwd`: changes a password. */
export const passwd: Command = {
  name: 'passwd',
  summary: 'changes your password, or that of a user',
  usage: ['', 'NAME'],
  details: [
    'Your own password is asked for first, and the session ends when it is changed.',
    'The password of another user needs an administrator.',
  ],
  isForAdministrators: false,
  run(words, context) {
    const [name = context.user.name, ...rest] = words;
    if (rest.length > 0) {
      return misused(context, 'passwd', 'the password is asked for, not given here');
    }
    return changePasswordOf(name, context);
  },
};

/** Asks for a new password of a user and sets it; one's own needs the old one too. */
export function* changePasswordOf(name: string, context: CommandContext): Dialogue {
  const target = context.services.accounts.user(name);
  const isOwn = target?.id === context.user.id;
  if (!isOwn && !context.user.isAdministrator) {
    return refuse(context, 'accounts', 'Only administrators change the passwords of others.');
  }
  if (target === undefined) {
    context.print(`There is no user "${name}".`);
    return 'done';
  }
  if (isOwn && !(yield* reauthenticate(context))) return 'done';
  const password = yield* askNewPassword(context);
  if (password === undefined) return 'done';
  const entry = { category: 'accounts', text: `password of ${target.name} changed` };
  const isChanged = change(context, entry, () =>
    context.services.accounts.setPassword(target.name, password),
  );
  if (!isChanged || !isOwn) return 'done';
  context.print('All your sessions end. Log in with the new password.');
  return 'log-out';
}
