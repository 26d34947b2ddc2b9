import { longBeepMs, shortBeepMs } from '../../indicators/beeper.ts';
import { misused, type Command } from '../command.ts';

/** `buzzer`: sounds a beep. */
export const buzzer: Command = {
  name: 'buzzer',
  summary: 'sounds a beep',
  usage: ['[short|long]'],
  details: ['Silent while the setting hardware.audioAlert is off.'],
  isForAdministrators: true,
  run(words, context) {
    const [kind = 'short', ...rest] = words;
    if ((kind !== 'short' && kind !== 'long') || rest.length > 0) {
      return misused(context, 'buzzer', `"${words.join(' ')}" makes no sense`);
    }
    if (!context.services.settings.get('hardware.audioAlert')) {
      context.print('Silent: the setting hardware.audioAlert is off.');
      return 'done';
    }
    context.beeper.beep(kind === 'short' ? shortBeepMs : longBeepMs);
    return 'done';
  },
};
