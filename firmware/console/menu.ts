import type { CommandContext } from './command.ts';
import { showTime, setTime } from './commands/date.ts';
import { showRtc } from './commands/hwclock.ts';
import { pageThroughLog } from './commands/log.ts';
import { showNetwork } from './commands/net.ts';
import { confirmReboot } from './commands/reboot.ts';
import { confirmReset } from './commands/reset.ts';
import { manageTwoStep } from './commands/two-step.ts';
import { manageUsers } from './commands/user.ts';
import { ask, type Dialogue, type Verdict } from './dialogue.ts';

interface MenuItem {
  readonly key: string;
  readonly label: string;
  run(context: CommandContext): Verdict | Dialogue;
}

/** Numbered as on the real appliance; what a number stands for does not change between versions. */
const items: readonly MenuItem[] = [
  { key: '1', label: 'Show network settings', run: showNetwork },
  { key: '2', label: 'System event logs', run: pageThroughLog },
  {
    key: '3',
    label: 'Reset to factory default (password required)',
    run: (context) => confirmReset('advanced', context),
  },
  { key: '4', label: '2-step verification', run: manageTwoStep },
  { key: '5', label: 'Date and time', run: manageTime },
  { key: '6', label: 'Users', run: manageUsers },
  { key: '7', label: 'Reboot', run: confirmReboot },
];

/** The console-management menu. */
export function menuText(hostName: string): string {
  return [
    '',
    `NAS console management - ${hostName}`,
    ...items.map(({ key, label }) => `  ${key}: ${label}`),
    '  Q: Quit to the shell',
    '',
  ].join('\n');
}

/** Does what an item of the menu says. */
export function runMenuChoice(choice: string, context: CommandContext): Verdict | Dialogue {
  const item = items.find(({ key }) => key === choice);
  if (item !== undefined) return item.run(context);
  context.print(`There is no item "${choice}".`);
  return 'done';
}

function* manageTime(context: CommandContext): Dialogue {
  showTime(context);
  showRtc(context);
  const text = yield* ask('New time (YYYY-MM-DD hh:mm:ss), Enter to leave it: ');
  return text === '' ? 'done' : setTime(text, context);
}
