import { defaultTimeoutUs } from '../context.ts';
import { formatDuration } from '../duration.ts';
import { duration, listOf } from '../schema.ts';
import { defineStep } from '../step.ts';

const tolerance = 0.1;

/** The lengths of exactly the beeps begun since the last such step, or since power-on. */
export const expectBeeps = defineStep({
  key: 'expect-beeps',
  schema: listOf(duration),
  usage: 'expect-beeps 500ms 1500ms',
  fromWords: (words) => words,
  async run(context, expectedUs) {
    const { buzzer } = context.bench.board;
    const count = context.beeps.unheard;
    if (count > 0 && buzzer.isSounding) {
      await context.waitUntil(() => !buzzer.isSounding, defaultTimeoutUs);
    }
    const seenUs = context.beeps
      .take(count)
      .map(({ startUs, endUs = context.nowUs }) => endUs - startUs);
    const isSame =
      seenUs.length === expectedUs.length &&
      seenUs.every((lengthUs, place) => isNear(lengthUs, expectedUs[place] ?? 0));
    return isSame ? undefined : { expected: describe(expectedUs), seen: describe(seenUs) };
  },
});

function isNear(seenUs: number, expectedUs: number): boolean {
  return Math.abs(seenUs - expectedUs) <= expectedUs * tolerance;
}

function describe(lengthsUs: readonly number[]): string {
  if (lengthsUs.length === 0) return 'no beep';
  return lengthsUs.map((lengthUs) => formatDuration(lengthUs)).join(', ');
}
