import * as v from 'valibot';
import { formatSpeed, parseSpeed, type Pacer } from '../kernel/pacer.ts';
import { duration, parsed } from '../scenario/schema.ts';
import type { Desk } from './desk.ts';
import { momentFields, momentOf } from './moment.ts';
import type { Routes } from './route.ts';

/** How fast true time passes. */
export const speedFields = {
  /** A multiple of real time, `1x`, or `max`. */
  speed: v.string(),
  /** Whether true time stands still until a step or a call moves it. */
  paused: v.boolean(),
};

const speedAnswer = v.strictObject({ ...momentFields, ...speedFields });

/** `10x`, `10`, `max`. */
const speed = parsed((input) => {
  try {
    return { ok: true, value: parseSpeed(String(input)) };
  } catch (error) {
    return { ok: false, text: error instanceof Error ? error.message : String(error) };
  }
});

const stepAnswer = v.strictObject({
  ...momentFields,
  /** False where nothing will ever happen: time stands where it stood. */
  moved: v.boolean(),
});

/** The pacer's speed as it is told. */
export function speedOf(pacer: Pacer): { readonly speed: string; readonly paused: boolean } {
  return { speed: formatSpeed(pacer.speed), paused: pacer.isPaused };
}

/** How time passes. */
export function addSpeed(routes: Routes, desk: Desk): void {
  const { pacer } = desk;
  const answer = () => ({ ...momentOf(desk.bench.world.nowUs), ...speedOf(pacer) });
  routes.add({
    method: 'GET',
    path: '/speed',
    tag: 'time',
    summary: 'How fast simulated time passes, and what the time is',
    answer: speedAnswer,
    handle: () => desk.act(answer),
  });
  routes.add({
    method: 'PUT',
    path: '/speed',
    tag: 'time',
    summary: 'Sets how fast simulated time passes, stops it or lets it go on',
    description:
      '`{"speed": "10x"}` is 0.1x to 100x, or `max`; `{"paused": true}` stops time. Both are ' +
      'independent: who changes the speed of a bench that is paused does not resume it.',
    body: v.strictObject({
      speed: v.optional(speed),
      paused: v.optional(v.boolean()),
    }),
    answer: speedAnswer,
    handle: async ({ body }) => {
      if (body.speed !== undefined) pacer.setSpeed(body.speed);
      if (body.paused === true) await pacer.pause();
      if (body.paused === false) pacer.resume();
      return desk.act(answer);
    },
  });
  routes.add({
    method: 'POST',
    path: '/clock/step',
    tag: 'time',
    summary: 'Moves time to the next deadline, or by a duration, at once',
    description:
      'Without `by` the next event of the world is run, however far off it is. With it, all that ' +
      'is due within the duration happens, at once, whatever the speed.',
    body: v.strictObject({ by: v.optional(duration) }),
    answer: stepAnswer,
    handle: async ({ body: { by }, signal }) => {
      if (by === undefined) {
        const moved = await pacer.step();
        return { ...(await desk.act(() => momentOf(desk.bench.world.nowUs))), moved };
      }
      return desk.drive(
        async () => {
          await desk.pass(by);
          return { ...momentOf(desk.context.nowUs), moved: by > 0 };
        },
        { signal, isAtOnce: true },
      );
    },
  });
}
