import { oneOf } from '../schema.ts';
import { defineStep } from '../step.ts';

/** Longer than a board that is switched off and on again stays off. */
const cycleMostUs = 60_000_000;

/** The supply: `cut` is a pulled plug, `cycle` switches off and on again. */
export const power = defineStep({
  key: 'power',
  schema: oneOf(['on', 'off', 'cut', 'cycle']),
  usage: 'power cut',
  fromWords: (words) => words.join(' '),
  async run(context, verb) {
    const { board } = context.bench;
    if (verb === 'on') board.powerOn();
    else if (verb === 'off') board.powerOff();
    else if (verb === 'cut') board.cutPower();
    else {
      board.powerCycle();
      await context.waitUntil(() => board.isPowered, cycleMostUs);
    }
    return undefined;
  },
});
