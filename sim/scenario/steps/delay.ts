import { duration } from '../schema.ts';
import { defineStep } from '../step.ts';

/** Lets true time pass. */
export const delay = defineStep({
  key: 'delay',
  schema: duration,
  usage: 'delay 5s',
  fromWords: (words) => words.join(' '),
  async run(context, durationUs) {
    await context.pass(context.nowUs + durationUs);
    return undefined;
  },
});
