import * as v from 'valibot';
import { closed, duration, integer, oneOf } from '../schema.ts';
import { defineStep } from '../step.ts';

const bounce = closed({ edges: integer(0, 10_000), within: duration });

/**
 * Presses RESET and goes on at the instant of its release. A list as `hold` makes one case of each
 * length; the reader sees to that.
 */
export const press = defineStep({
  key: 'press',
  schema: closed({
    'part-id': v.exactOptional(oneOf(['reset'])),
    hold: duration,
    bounce: v.exactOptional(bounce),
  }),
  usage: 'press reset 3s',
  fromWords: ([part, hold, ...more]) => ({
    'part-id': part,
    hold: more.length === 0 ? hold : [hold, ...more].join(' '),
  }),
  async run(context, { hold, bounce: contact }) {
    const button = context.bench.board.resetButton;
    const { releasedAtUs } =
      contact === undefined
        ? button.hold(hold)
        : button.hold(hold, { edges: contact.edges, withinUs: Math.max(1, contact.within) });
    await context.pass(releasedAtUs);
    return undefined;
  },
});
