import type { LogEntry } from '../../log/event-log.ts';
import { misused, type Command, type CommandContext } from '../command.ts';
import { ask, type Dialogue } from '../dialogue.ts';
import { localTimeText, timeStyle } from '../../time/local-time.ts';

const linesUsual = 20;
const linesMax = 200;

/** Entries on one page: they and the question fit a terminal of 24 lines. */
const pageLines = 20;

/** `log`: the event log. */
export const log: Command = {
  name: 'log',
  summary: 'shows the event log',
  usage: ['[COUNT]', '--page'],
  details: [
    `Shows the newest ${linesUsual} entries, or COUNT of them (${linesMax} at most), the newest last.`,
    '--page  shows page after page, the newest first',
  ],
  isForAdministrators: true,
  run(words, context) {
    const [option, ...rest] = words;
    if (option === '--page' && rest.length === 0) return pageThroughLog(context);
    const count = option === undefined ? linesUsual : Number(option);
    if (rest.length > 0 || !Number.isInteger(count) || count < 1 || count > linesMax) {
      return misused(context, 'log', `COUNT is a number from 1 to ${linesMax}`);
    }
    const entries = context.services.log.page({ limit: count });
    for (const entry of entries.toReversed()) context.print(entryText(entry, context));
    return 'done';
  },
};

/** Shows the log page by page, the newest first. */
export function* pageThroughLog(context: CommandContext): Dialogue {
  let before: number | undefined;
  for (;;) {
    const entries = context.services.log.page({
      limit: pageLines + 1,
      ...(before !== undefined && { before }),
    });
    const shown = entries.slice(0, pageLines);
    for (const entry of shown) context.print(entryText(entry, context));
    before = shown.at(-1)?.id;
    if (entries.length <= pageLines) {
      context.print('-- end of the event log --');
      return 'done';
    }
    const answer = yield* ask('-- Enter: older entries, Q: back -- ');
    if (/^q/i.test(answer)) return 'done';
  }
}

function entryText(entry: LogEntry, context: CommandContext): string {
  const time = localTimeText(entry.timeMs, timeStyle(context.services.settings));
  const origin = [entry.user, entry.address].filter((part) => part !== undefined).join('@');
  const from = origin === '' ? '' : ` [${origin}]`;
  return `${time}  ${entry.severity.padEnd(7)} ${entry.category}: ${entry.text}${from}`;
}
