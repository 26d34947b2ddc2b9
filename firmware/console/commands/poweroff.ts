import type { Command, CommandContext } from '../command.ts';
import { confirm, type Dialogue } from '../dialogue.ts';

/** `poweroff`: switches the appliance off. */
export const poweroff: Command = {
  name: 'poweroff',
  summary: 'switches the appliance off',
  usage: [''],
  isForAdministrators: true,
  run: (_words, context) => confirmPowerOff(context),
};

function* confirmPowerOff(context: CommandContext): Dialogue {
  if (!(yield* confirm('Switch the appliance off now?'))) return 'done';
  const outcome = context.control.requestPowerOff({ via: 'console', user: context.user.name });
  if (!outcome.ok) context.print(`Not now: the appliance is ${context.control.state}.`);
  return 'done';
}
