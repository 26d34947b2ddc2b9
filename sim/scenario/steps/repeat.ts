import * as v from 'valibot';
import { loopOnly } from '../context.ts';
import { closed, count } from '../schema.ts';
import { defineStep } from '../step.ts';

/** Does its steps several times. */
export const repeat = defineStep({
  key: 'repeat',
  schema: closed({ times: count, steps: v.unknown() }),
  rounds: ({ times }) => ({ times, variables: [new Map()] }),
  run: loopOnly,
});
