import { helpText, refuse, type Command, type CommandContext } from '../command.ts';
import type { Dialogue, Verdict } from '../dialogue.ts';
import { splitWords } from '../words.ts';
import { buzzer } from './buzzer.ts';
import { date } from './date.ts';
import { group } from './group.ts';
import { createHelp } from './help.ts';
import { hwclock } from './hwclock.ts';
import { led } from './led.ts';
import { log } from './log.ts';
import { logout } from './logout.ts';
import { mail } from './mail.ts';
import { net } from './net.ts';
import { ntp } from './ntp.ts';
import { passwd } from './passwd.ts';
import { poweroff } from './poweroff.ts';
import { reboot } from './reboot.ts';
import { reset } from './reset.ts';
import { schedule } from './schedule.ts';
import { session } from './session.ts';
import { setting } from './setting.ts';
import { share } from './share.ts';
import { twoStep } from './two-step.ts';
import { uptime } from './uptime.ts';
import { user } from './user.ts';
import { whoami } from './whoami.ts';

/** The commands of the shell, as `help` lists them. */
export const commands: readonly Command[] = [
  createHelp(() => commands),
  date,
  hwclock,
  ntp,
  user,
  group,
  share,
  twoStep,
  session,
  schedule,
  log,
  mail,
  led,
  buzzer,
  net,
  setting,
  reset,
  reboot,
  poweroff,
  passwd,
  uptime,
  whoami,
  logout,
];

/** Does what a line of the shell says. */
export function runCommandLine(line: string, context: CommandContext): Verdict | Dialogue {
  const split = splitWords(line);
  if (!split.ok) {
    context.print(`Not understood: ${split.text}.`);
    return 'done';
  }
  const [name = '', ...words] = split.words;
  const command = commands.find((one) => one.name === name);
  if (command === undefined) {
    context.print(`There is no command "${name}". "help" shows what there is.`);
    return 'done';
  }
  if (command.isForAdministrators && !context.user.isAdministrator) {
    return refuse(context, 'console', `Only administrators use "${name}".`);
  }
  if (words.includes('--help')) {
    context.print(helpText(command));
    return 'done';
  }
  return command.run(words, context);
}
