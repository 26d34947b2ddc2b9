import * as v from 'valibot';
import type { StepContext } from '../context.ts';
import {
  describeLamp,
  isLampView,
  lampColours,
  steadyUs,
  viewLamp,
  type LampPattern,
} from '../led-pattern.ts';
import { duration, oneOf } from '../schema.ts';
import type { StepFailure } from '../step.ts';

/** Fields of the steps that look at the status LED. */
export const lampFields = {
  'part-id': v.exactOptional(oneOf(['status'])),
  colour: oneOf(lampColours),
  blink: v.exactOptional(duration),
};

/** `status green`, `status green 500ms`, `status green-red`, as fields. */
export function lampFromWords([partId, colour, blink]: readonly string[]): unknown {
  return { 'part-id': partId, colour, ...(blink !== undefined && { blink }) };
}

/** Looks at the LED for as long as `spanUs`, until it shows the pattern. */
export async function awaitLamp(
  context: StepContext,
  wanted: LampPattern,
  spanUs: number,
): Promise<StepFailure | undefined> {
  const led = context.bench.board.statusLed;
  const limitUs = context.nowUs + spanUs;
  const isShown = (): boolean => isLampView(viewLamp(led.history, context.nowUs), wanted);
  while (!isShown()) {
    if (context.nowUs >= limitUs) {
      const seen = describeLamp(viewLamp(led.history, context.nowUs));
      return { expected: describeLamp(wanted), seen };
    }
    // That nothing changes is no event: the next look is when a light would count as steady.
    const lastUs = led.history.at(-1)?.atUs ?? context.nowUs;
    const lookUs = lastUs + steadyUs > context.nowUs ? lastUs + steadyUs : limitUs;
    const hasChanged = (): boolean => (led.history.at(-1)?.atUs ?? lastUs) !== lastUs;
    await context.waitUntil(hasChanged, Math.min(lookUs, limitUs) - context.nowUs);
  }
  return undefined;
}
