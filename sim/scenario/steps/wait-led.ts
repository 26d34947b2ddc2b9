import { defaultTimeoutUs } from '../context.ts';
import { closed, timeout } from '../schema.ts';
import { defineStep } from '../step.ts';
import { awaitLamp, lampFields, lampFromWords } from './lamp.ts';

/** Waits until the status LED shows a pattern. */
export const waitLed = defineStep({
  key: 'wait-led',
  schema: closed({ ...lampFields, timeout }),
  usage: 'wait-led status green-red',
  fromWords: lampFromWords,
  run: (context, { colour, blink, timeout: spanUs = defaultTimeoutUs }) =>
    awaitLamp(context, { colour, blinkUs: blink }, spanUs),
});
