import { defaultTimeoutUs } from '../context.ts';
import { createFinder } from '../serial-reader.ts';
import { defineStep } from '../step.ts';
import { expandSerialText, quote, serialText, unreadEnd } from './serial-text.ts';

/** Waits for the console to say something after the last match. */
export const waitSerial = defineStep({
  key: 'wait-serial',
  schema: serialText({ hasTimeout: true }),
  usage: 'wait-serial login:',
  fromWords: (words) => words.join(' '),
  async run(context, wanted) {
    const expanded = expandSerialText(context, wanted);
    const search = context.serial.search(createFinder(expanded));
    const isFound = (): boolean => search() !== undefined;
    if (await context.waitUntil(isFound, wanted.timeout ?? defaultTimeoutUs)) return undefined;
    return { expected: quote(expanded), seen: unreadEnd(context) };
  },
});
