import { type Command } from '../command.ts';

/** `uptime`: how long the board has been on. */
export const uptime: Command = {
  name: 'uptime',
  summary: 'shows how long the board has been on',
  usage: [''],
  isForAdministrators: false,
  run(_words, context) {
    context.print(`up ${spanText(context.control.uptimeMs())}, ${context.control.state}`);
    return 'done';
  },
};

/** `1 d 02:03:04`, the days only where there are any. */
function spanText(spanMs: number): string {
  const seconds = Math.floor(spanMs / 1000);
  const days = Math.floor(seconds / 86_400);
  const clock = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60]
    .map((value) => String(value).padStart(2, '0'))
    .join(':');
  return days === 0 ? clock : `${days} d ${clock}`;
}
