import { setClockAtConsole } from '../clock-setting.ts';
import { misused, refuse, type Command, type CommandContext } from '../command.ts';
import type { Verdict } from '../dialogue.ts';
import { amountText, spanText } from '../../time/sync-texts.ts';
import type { TimekeeperStatus } from '../../time/timekeeper.ts';
import { localTimeText, timeStyle, utcText } from '../../time/local-time.ts';

/** `date`: the wall clock. */
export const date: Command = {
  name: 'date',
  summary: 'shows or sets the date and time',
  usage: ['', '--utc', '--set "YYYY-MM-DD hh:mm:ss"'],
  details: [
    'The time to set is in the time zone of the settings; append UTC for UTC.',
    'Setting it sets the RTC too, and needs an administrator.',
  ],
  isForAdministrators: false,
  run(words, context) {
    const [option, ...rest] = words;
    if (option === undefined) return showTime(context);
    if ((option === '--utc' || option === '-u') && rest.length === 0) {
      context.print(utcText(context.services.wallClock.nowMs()));
      return 'done';
    }
    if ((option === '--set' || option === '-s') && rest.length > 0) {
      return setTime(rest.join(' '), context);
    }
    return misused(context, 'date', `"${words.join(' ')}" makes no sense`);
  },
};

/** Prints the wall clock, and how far it can be believed. */
export function showTime(context: CommandContext): Verdict {
  const { settings, wallClock, timekeeper } = context.services;
  const style = timeStyle(settings);
  const nowMs = wallClock.nowMs();
  context.print(localTimeText(nowMs, style));
  if (style.zone !== 'UTC') context.print(utcText(nowMs));
  context.print(trustTexts(timekeeper.status));
  return 'done';
}

function trustTexts({ trust, sinceSyncMs = 0, boundMs }: TimekeeperStatus): string {
  const sure = boundMs === undefined ? '' : `, right to within ${amountText(boundMs)}`;
  const age = `${spanText(sinceSyncMs)} ago`;
  return {
    unset: 'The clock is NOT SET: the RTC lost its time. Set it with: date --set "…"',
    rtc: 'The clock follows the RTC; it is not synchronised.',
    manual: 'The clock was set by hand; it is not synchronised.',
    synchronised: `The clock was synchronised ${age}${sure}.`,
    holdover: `The clock is in HOLDOVER: it was synchronised last ${age}${sure}. See: ntp`,
  }[trust];
}

/** Sets the wall clock and the RTC to a time as a person writes it. */
export function setTime(text: string, context: CommandContext): Verdict {
  if (!context.user.isAdministrator) {
    return refuse(context, 'time', 'Only administrators set the clock.');
  }
  const { services, user, print } = context;
  return setClockAtConsole(services, user.name, text, print) ? showTime(context) : 'done';
}
