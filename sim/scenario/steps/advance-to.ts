import { instant } from '../schema.ts';
import { defineStep } from '../step.ts';

/** Lets time pass up to a true time. */
export const advanceTo = defineStep({
  key: 'advance-to',
  schema: instant,
  usage: 'advance-to 2026-11-24T10:05:00Z',
  fromWords: (words) => words.join(' '),
  async run(context, timeUs) {
    if (timeUs < context.nowUs) {
      return { expected: `a time up to ${isoOf(timeUs)}`, seen: isoOf(context.nowUs) };
    }
    await context.pass(timeUs);
    return undefined;
  },
});

function isoOf(timeUs: number): string {
  return new Date(timeUs / 1000).toISOString();
}
