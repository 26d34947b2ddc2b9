import type { LedColour } from '#hal/led';
import { misused, type Command } from '../command.ts';

const testMsMax = 60_000;
const testMsUsual = 3_000;
const colours: readonly LedColour[] = ['green', 'red', 'off'];

/** `led`: the status LED. */
export const led: Command = {
  name: 'led',
  summary: 'shows what the status LED means, or tries a colour',
  usage: ['', 'green|red|off [SECONDS]'],
  details: ['A colour is shown for 3 seconds unless told otherwise, 60 at most.'],
  isForAdministrators: true,
  run(words, context) {
    const [wanted, seconds, ...rest] = words;
    if (wanted === undefined) {
      context.print(`status LED: ${context.lamp.meaning}`);
      return 'done';
    }
    const colour = colours.find((one) => one === wanted);
    const durationMs = seconds === undefined ? testMsUsual : Number(seconds) * 1000;
    const isTime = durationMs > 0 && durationMs <= testMsMax;
    if (colour === undefined || !isTime || rest.length > 0) {
      return misused(context, 'led', `"${words.join(' ')}" makes no sense`);
    }
    context.lamp.test(colour, durationMs);
    context.print(`status LED: ${colour} for ${durationMs / 1000} s`);
    return 'done';
  },
};
