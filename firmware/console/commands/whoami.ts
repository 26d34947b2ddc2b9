import type { Command } from '../command.ts';

/** `whoami`: the user of this session. */
export const whoami: Command = {
  name: 'whoami',
  summary: 'shows who is logged in here',
  usage: [''],
  isForAdministrators: false,
  run(_words, context) {
    const { user } = context;
    context.print(user.isAdministrator ? `${user.name} (administrator)` : user.name);
    return 'done';
  },
};
