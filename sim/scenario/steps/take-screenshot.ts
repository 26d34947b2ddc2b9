import * as v from 'valibot';
import { UsageError } from '../../kernel/invariant.ts';
import { closed, oneOf, text } from '../schema.ts';
import { defineStep } from '../step.ts';

const unavailable =
  'a screenshot needs the panel, the picture of the board, which this version does not have; ' +
  'expect-led, expect-beeps and expect-pin look at the parts themselves';

/** Keeps a picture of a part, or holds it against one: a step of Wokwi's that needs the panel. */
export const takeScreenshot = defineStep({
  key: 'take-screenshot',
  schema: v.pipe(
    closed({
      'part-id': oneOf(['panel']),
      'save-to': v.exactOptional(text),
      'compare-with': v.exactOptional(text),
    }),
    v.check(
      (value) => value['save-to'] !== undefined || value['compare-with'] !== undefined,
      'say what becomes of the picture: save-to, compare-with or both',
    ),
  ),
  unavailable,
  run: () => {
    throw new UsageError(unavailable);
  },
});
