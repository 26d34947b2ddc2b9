import { localTimeText, timeStyle } from '../../time/local-time.ts';
import { misused, type Command, type CommandContext } from '../command.ts';
import { tableText } from '../table.ts';

/** `schedule`: what the appliance does by itself. */
export const schedule: Command = {
  name: 'schedule',
  summary: 'shows what the NAS does by itself, when next, and when last',
  usage: [''],
  details: [
    'PATTERN is when, as cron writes it: minute, hour, day of the month, month, day of the week.',
    'Times are in the time zone of the settings; last runs are those since the NAS started.',
  ],
  isForAdministrators: true,
  run(words, context) {
    if (words.length > 0)
      return misused(context, 'schedule', `"${words.join(' ')}" makes no sense`);
    const { scheduler } = context.services;
    if (scheduler.isLoaded) showSchedule(context);
    else {
      // The first minute after a start: nobody needed the times so far.
      context.print('The times are being worked out. They follow.');
      scheduler
        .load()
        .then(() => showSchedule(context))
        .catch((error: unknown) => context.control.reportBug(error));
    }
    return 'done';
  },
};

function showSchedule(context: CommandContext): void {
  const { scheduler, settings } = context.services;
  const style = timeStyle(settings);
  const text = (timeMs: number | undefined, otherwise: string): string =>
    timeMs === undefined ? otherwise : localTimeText(timeMs, style);
  const rows = scheduler
    .list()
    .map(({ name, summary, pattern, nextRunMs, lastRunMs }) => [
      name,
      text(nextRunMs, 'never'),
      text(lastRunMs, '-'),
      pattern,
      summary,
    ]);
  context.print(tableText([['JOB', 'NEXT RUN', 'LAST RUN', 'PATTERN', 'WHAT IT DOES'], ...rows]));
}
