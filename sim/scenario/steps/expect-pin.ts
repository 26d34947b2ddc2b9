import { defineStep } from '../step.ts';
import { describeLine, lineFromWords, lineLevel } from './lines.ts';

/** Looks at a line now. */
export const expectPin = defineStep({
  key: 'expect-pin',
  schema: lineLevel({ alias: 'pin', isDriven: false, more: {} }),
  usage: 'expect-pin status green 1',
  fromWords: lineFromWords,
  run(context, { line, value }) {
    const seen = line.read(context.bench.board) ? 1 : 0;
    if (seen === value) return undefined;
    return { expected: describeLine(line, value), seen: describeLine(line, seen) };
  },
});
