import type { Command } from '../command.ts';

/** `logout`: ends the session. */
export const logout: Command = {
  name: 'logout',
  summary: 'ends the session (Ctrl-D does too)',
  usage: [''],
  isForAdministrators: false,
  run: () => 'log-out',
};
