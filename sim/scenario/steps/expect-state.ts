import { defineStep } from '../step.ts';
import { areIn, describeStates, statesFromWords, wantedStates } from './charts.ts';

/** Looks at states of charts now. */
export const expectState = defineStep({
  key: 'expect-state',
  schema: wantedStates({ hasTimeout: false }),
  usage: 'expect-state appliance ready',
  fromWords: statesFromWords,
  run: ({ bench }, wanted) => (areIn(bench, wanted) ? undefined : describeStates(bench, wanted)),
});
