import { defineStep } from '../step.ts';
import { expandSerialText, serialText } from './serial-text.ts';

/** From here on the scenario fails as soon as the console says this. */
export const failSerial = defineStep({
  key: 'fail-serial',
  schema: serialText({ hasTimeout: false }),
  usage: 'fail-serial panic',
  fromWords: (words) => words.join(' '),
  run(context, wanted) {
    context.forbidSerial(expandSerialText(context, wanted));
    return undefined;
  },
});
