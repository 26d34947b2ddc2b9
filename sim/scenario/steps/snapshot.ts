import { text } from '../schema.ts';
import { defineStep } from '../step.ts';

const name = {
  schema: text,
  fromWords: (words: readonly string[]): string => words.join(' '),
};

/** Names the present state of the whole world, to come back to. */
export const snapshot = defineStep({
  key: 'snapshot',
  ...name,
  usage: 'snapshot fresh',
  run(context, wanted) {
    context.snapshot(wanted);
    return undefined;
  },
});

/** Comes back to a state of the world that was named before. */
export const restore = defineStep({
  key: 'restore',
  ...name,
  usage: 'restore fresh',
  async run(context, wanted) {
    if (await context.restore(wanted)) return undefined;
    const known = context.snapshots.join(', ');
    const seen = known === '' ? 'none was taken' : `there are: ${known}`;
    return { expected: `a snapshot "${wanted}"`, seen };
  },
});
