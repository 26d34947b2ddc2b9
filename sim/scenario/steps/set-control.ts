import { defineStep } from '../step.ts';
import { lineFromWords, lineLevel } from './lines.ts';

/** Moves a line that the world can move. */
export const setControl = defineStep({
  key: 'set-control',
  schema: lineLevel({ alias: 'control', isDriven: true, more: {} }),
  usage: 'set-control reset pressed 1',
  fromWords: lineFromWords,
  run(context, { line, value }) {
    line.drive?.(context.bench.board, value === 1);
    return undefined;
  },
});
