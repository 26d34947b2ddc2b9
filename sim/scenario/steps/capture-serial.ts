import { defaultTimeoutUs } from '../context.ts';
import { closed, pattern, timeout, variableName } from '../schema.ts';
import { createFinder } from '../serial-reader.ts';
import { defineStep } from '../step.ts';
import { quote, unreadEnd } from './serial-text.ts';

/** Waits as `wait-serial` does, and keeps the first group of the match under a name. */
export const captureSerial = defineStep({
  key: 'capture-serial',
  schema: closed({ pattern, as: variableName, timeout }),
  captures: ({ as }) => [as],
  usage: 'capture-serial address 192\\.168\\.(\\S+)',
  fromWords: ([as, ...words]) => ({ as, pattern: words.join(' ') }),
  async run(context, wanted) {
    const expanded = context.expandPattern(wanted.pattern);
    const search = context.serial.search(createFinder(expanded));
    let match: ReturnType<typeof search>;
    const isFound = (): boolean => (match ??= search()) !== undefined;
    const isThere = await context.waitUntil(isFound, wanted.timeout ?? defaultTimeoutUs);
    if (!isThere || match === undefined) {
      return { expected: quote(expanded), seen: unreadEnd(context) };
    }
    context.captures.set(wanted.as, match.group ?? match.text);
    return undefined;
  },
});
