import { misused, note, refuse, type Command, type CommandContext } from '../command.ts';
import type { Verdict } from '../dialogue.ts';
import { utcText } from '../../time/local-time.ts';

/** `hwclock`: the battery-backed clock chip. */
export const hwclock: Command = {
  name: 'hwclock',
  summary: 'shows the RTC, or copies between it and the clock',
  usage: ['', '--systohc', '--hctosys'],
  details: [
    '--systohc  sets the RTC to the clock',
    '--hctosys  sets the clock to the RTC',
    'Both need an administrator.',
  ],
  isForAdministrators: false,
  run(words, context) {
    const [option, ...rest] = words;
    if (option === undefined) return showRtc(context);
    if (rest.length > 0 || (option !== '--systohc' && option !== '--hctosys')) {
      return misused(context, 'hwclock', `"${words.join(' ')}" makes no sense`);
    }
    if (!context.user.isAdministrator) {
      return refuse(context, 'time', 'Only administrators set clocks.');
    }
    return option === '--systohc' ? setRtc(context) : setClock(context);
  },
};

/** Prints what the chip says. */
export function showRtc(context: CommandContext): Verdict {
  const reading = context.services.wallClock.readRtc();
  if (reading === undefined) {
    context.print('RTC: no answer');
  } else {
    const doubt = reading.isValid ? '' : ' (not valid: the chip lost its time)';
    context.print(`RTC: ${utcText(reading.timeMs)}${doubt}`);
  }
  return 'done';
}

function setRtc(context: CommandContext): Verdict {
  const { board, wallClock } = context.services;
  const nowMs = wallClock.nowMs();
  board.rtc.write(nowMs);
  note(context, { category: 'time', text: `RTC set to ${utcText(nowMs)}` });
  return showRtc(context);
}

function setClock(context: CommandContext): Verdict {
  const { wallClock } = context.services;
  const reading = wallClock.readRtc();
  if (reading?.isValid !== true) {
    context.print('Refused: the RTC has no valid time.');
    return 'done';
  }
  const beforeMs = wallClock.nowMs();
  if (wallClock.setManually(reading.timeMs) === 'before-build') {
    context.print('Refused: the time of the RTC is before this firmware was built.');
    return 'done';
  }
  note(context, {
    category: 'time',
    text: `clock set from ${utcText(beforeMs)} to ${utcText(reading.timeMs)}`,
  });
  return showRtc(context);
}
