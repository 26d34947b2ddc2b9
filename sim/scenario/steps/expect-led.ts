import { steadyUs } from '../led-pattern.ts';
import { closed } from '../schema.ts';
import { defineStep } from '../step.ts';
import { awaitLamp, lampFields, lampFromWords } from './lamp.ts';

/** Enough changes of a blinking light to tell, where its period is not given. */
const blinkingUs = 5_000_000;

/**
 * Looks at the status LED, for as long as it takes to tell: no time where its past changes tell,
 * two seconds for a steady light, five half periods for a blinking one.
 */
export const expectLed = defineStep({
  key: 'expect-led',
  schema: closed(lampFields),
  usage: 'expect-led status green 500ms',
  fromWords: lampFromWords,
  async run(context, { colour, blink }) {
    const isSteady = blink === undefined && colour !== 'green-red';
    const lookUs = isSteady ? steadyUs : blink === undefined ? blinkingUs : 5 * blink;
    return awaitLamp(context, { colour, blinkUs: blink }, lookUs);
  },
});
