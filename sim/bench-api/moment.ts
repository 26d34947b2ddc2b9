import * as v from 'valibot';

/** An integer from 0 on. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** An instant of simulated (true) time: µs since the epoch, and the same for people. */
export const momentFields = { t: v.pipe(v.number(), v.integer()), time: v.string() };

/** The instant as both. */
export function momentOf(t: number): { readonly t: number; readonly time: string } {
  return { t, time: new Date(t / 1000).toISOString() };
}
