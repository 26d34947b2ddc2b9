import { defaultTimeoutUs } from '../context.ts';
import { defineStep } from '../step.ts';
import { areIn, describeStates, statesFromWords, wantedStates } from './charts.ts';

/** Waits until charts are in their states, all at once. */
export const waitState = defineStep({
  key: 'wait-state',
  schema: wantedStates({ hasTimeout: true }),
  usage: 'wait-state appliance ready',
  fromWords: statesFromWords,
  async run(context, wanted) {
    const { bench } = context;
    const isThere = (): boolean => areIn(bench, wanted);
    if (await context.waitUntil(isThere, wanted.timeout ?? defaultTimeoutUs)) return undefined;
    return describeStates(bench, wanted);
  },
});
