import type { Command, CommandContext } from '../command.ts';
import { confirm, type Dialogue } from '../dialogue.ts';

/** `reboot`: restarts the appliance. */
export const reboot: Command = {
  name: 'reboot',
  summary: 'restarts the appliance',
  usage: [''],
  isForAdministrators: true,
  run: (_words, context) => confirmReboot(context),
};

/** Asks, then restarts. */
export function* confirmReboot(context: CommandContext): Dialogue {
  if (!(yield* confirm('Restart the appliance now?'))) return 'done';
  const outcome = context.control.requestReboot({ via: 'console', user: context.user.name });
  if (!outcome.ok) context.print(`Not now: the appliance is ${context.control.state}.`);
  return 'done';
}
