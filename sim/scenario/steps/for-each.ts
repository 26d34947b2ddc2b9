import * as v from 'valibot';
import { loopOnly } from '../context.ts';
import { show } from '../duration.ts';
import { closed, integer, listOf, parsed, variableName } from '../schema.ts';
import { defineStep } from '../step.ts';
import type { Scalar } from '../template.ts';

const roundsMax = 10_000;

const scalar = parsed<Scalar>(
  (input) =>
    typeof input === 'object' && input !== null
      ? { ok: false, text: `expected a plain value, not ${show(input)}` }
      : { ok: true, value: input as Scalar },
  { type: ['string', 'number', 'boolean', 'null'] },
);

const bound = integer(-1_000_000_000, 1_000_000_000);

/** Does its steps once for each value of a list or of a range of integers, both ends included. */
export const forEach = defineStep({
  key: 'for-each',
  schema: v.pipe(
    closed({
      as: variableName,
      in: v.exactOptional(listOf(scalar)),
      from: v.exactOptional(bound),
      to: v.exactOptional(bound),
      by: v.exactOptional(integer(1, 1_000_000_000)),
      steps: v.unknown(),
    }),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const { as, in: list, from, to, by = 1 } = dataset.value;
      const isRange = from !== undefined && to !== undefined;
      if ((list === undefined) !== isRange) {
        addIssue({ message: 'give either "in", or "from" and "to"' });
        return NEVER;
      }
      const rounds = list?.length ?? Math.floor(((to ?? 0) - (from ?? 0)) / by) + 1;
      if (rounds < 1 || rounds > roundsMax) {
        addIssue({ message: `${rounds} rounds: 1 to ${roundsMax} are possible` });
        return NEVER;
      }
      const values =
        list ?? Array.from({ length: rounds }, (_, round): Scalar => (from ?? 0) + round * by);
      return { as, values };
    }),
  ),
  rounds: ({ as, values }) => ({
    times: 1,
    variables: values.map((value) => new Map([[as, value]])),
  }),
  run: loopOnly,
});
