import { describe, expect, test } from 'vitest';
import { describeLamp, isLampView, viewLamp } from '#sim/scenario/led-pattern';

type Colour = 'green' | 'red' | 'off';

/** Changes at times in ms. */
const changes = (...list: readonly (readonly [number, Colour])[]) =>
  list.map(([atMs, colour]) => ({ atUs: atMs * 1000, colour }));

const blinking = changes([0, 'green'], [500, 'off'], [1000, 'green']);

describe('an LED is judged by its changes', () => {
  test.each([
    ['nothing yet', changes(), 0, 'steady off'],
    ['a first light', changes([0, 'green']), 100, 'green, changing'],
    ['a light for just under two seconds', changes([0, 'green']), 1_999.999, 'green, changing'],
    ['a light for two seconds', changes([0, 'green']), 2_000, 'steady green'],
    ['three even changes', blinking, 1_000, 'green, blink 500ms'],
    ['a third half period that lasts 10 % longer', blinking, 1_550, 'green, blink 500ms'],
    ['a third half period that lasts longer than that', blinking, 1_551, 'green, changing'],
    [
      'uneven changes',
      changes([0, 'green'], [400, 'off'], [1000, 'green']),
      1_000,
      'green, changing',
    ],
    [
      'changes within 10 %',
      changes([0, 'red'], [460, 'off'], [960, 'red']),
      960,
      'red, blink 500ms',
    ],
    [
      'two colours by turns',
      changes([0, 'red'], [500, 'green'], [1000, 'red']),
      1_200,
      'green-red, blink 500ms',
    ],
    ['three colours', changes([0, 'red'], [500, 'green'], [1000, 'off']), 1_200, 'off, changing'],
    ['slow turns', changes([0, 'red'], [2100, 'off'], [4200, 'red']), 4_200, 'red, changing'],
  ])('%s', (_what, history, nowMs, words) => {
    expect(describeLamp(viewLamp(history, Math.round(nowMs * 1000)))).toBe(words);
  });
});

describe('a pattern is matched', () => {
  const view = viewLamp(blinking, 1_000_000);
  const turns = viewLamp(changes([0, 'red'], [500, 'green'], [1000, 'red']), 1_000_000);
  const steady = viewLamp(changes([0, 'green']), 9_000_000);
  test.each([
    [view, { colour: 'green', blinkUs: 500_000 }, true],
    [view, { colour: 'green', blinkUs: 450_000 }, false],
    [view, { colour: 'green', blinkUs: 460_000 }, true],
    [view, { colour: 'green' }, false],
    [view, { colour: 'red', blinkUs: 500_000 }, false],
    [view, { colour: 'green-red' }, false],
    [turns, { colour: 'green-red' }, true],
    [turns, { colour: 'green-red', blinkUs: 500_000 }, true],
    [turns, { colour: 'green', blinkUs: 500_000 }, false],
    [steady, { colour: 'green' }, true],
    [steady, { colour: 'green', blinkUs: 500_000 }, false],
    [steady, { colour: 'off' }, false],
  ] as const)('%j as %j: %j', (seen, wanted, isMatch) => {
    expect(isLampView(seen, wanted)).toBe(isMatch);
  });
});
