import { defaultTimeoutUs } from '../context.ts';
import { timeout } from '../schema.ts';
import { defineStep } from '../step.ts';
import { describeLine, lineFromWords, lineLevel } from './lines.ts';

/** Waits for a level of a line. */
export const waitPin = defineStep({
  key: 'wait-pin',
  schema: lineLevel({ alias: 'pin', isDriven: false, more: { timeout } }),
  usage: 'wait-pin power on 0',
  fromWords: lineFromWords,
  async run(context, { line, value, timeout: spanUs = defaultTimeoutUs }) {
    const { board } = context.bench;
    const isThere = (): boolean => line.read(board) === (value === 1);
    if (await context.waitUntil(isThere, spanUs)) return undefined;
    return { expected: describeLine(line, value), seen: describeLine(line, value === 1 ? 0 : 1) };
  },
});
