import { describe, expect, it } from 'vitest';
import { gestureOnRelease, thresholdsOf, type EndedHold } from '#firmware/reset/gestures';
import {
  defaultResetProfile,
  withAdvancedFiring,
  type ResetProfile,
} from '#firmware/reset/profile';

const holdOf = (heldMs: number, pressedAtMs = 1_000): EndedHold => ({
  pressedAtMs,
  releasedAtMs: pressedAtMs + heldMs,
});

describe('the default RESET contract on release', () => {
  it.each([
    [0, undefined],
    [2_999, undefined],
    [2_999.999, undefined],
    [3_000, 'basic'],
    [3_001, 'basic'],
    [9_999, 'basic'],
    [9_999.999, 'basic'],
  ])('a hold of %d ms asks for %s', (heldMs, action) => {
    expect(gestureOnRelease(defaultResetProfile, [holdOf(heldMs)])?.action).toBe(action);
  });

  it('takes a hold of exactly 3 s for 3 s, whatever instant it began at', () => {
    for (const pressedAtMs of [0.1, 2_461.111, 123_456.789, 86_400_000.007]) {
      expect(gestureOnRelease(defaultResetProfile, [holdOf(3_000, pressedAtMs)])?.action).toBe(
        'basic',
      );
    }
  });

  it('beeps at 3 s and at 10 s, and fires the advanced reset at 10 s', () => {
    expect(thresholdsOf(defaultResetProfile, [], 0)).toEqual([
      { holdMs: 3_000, beepMs: 500 },
      { holdMs: 10_000, beepMs: 500, action: 'advanced' },
    ]);
  });

  it('fires nothing during the hold where the advanced reset waits for the release', () => {
    const profile = withAdvancedFiring('on-release');
    expect(thresholdsOf(profile, [], 0).map(({ action }) => action)).toEqual([
      undefined,
      undefined,
    ]);
    expect(gestureOnRelease(profile, [holdOf(10_000)])?.action).toBe('advanced');
  });
});

describe('another vendor: 4 s, then again 4 s within 10 s', () => {
  const profile: ResetProfile = {
    debounceMs: 20,
    gestures: [
      { action: 'basic', holds: [{ fromMs: 4_000, beepMs: 500 }], fires: 'on-release' },
      {
        action: 'advanced',
        holds: [{ fromMs: 4_000 }, { fromMs: 4_000, beepMs: 500 }],
        withinMs: 10_000,
        fires: 'on-release',
      },
    ],
  };
  const first = holdOf(4_000, 0);

  it.each([
    ['one hold', [first], 'basic'],
    ['a second hold 10 s after', [first, holdOf(4_000, 14_000)], 'advanced'],
    ['a second hold a millisecond later', [first, holdOf(4_000, 14_001)], 'basic'],
    ['a second hold too short', [first, holdOf(3_999, 8_000)], undefined],
    ['a first hold too short', [holdOf(3_999, 0), holdOf(4_000, 8_000)], 'basic'],
  ] as const)('%s', (_, holds, action) => {
    expect(gestureOnRelease(profile, holds)?.action).toBe(action);
  });
});

describe('another vendor: under 1 s reboot, from 5 s defaults, on release', () => {
  const profile: ResetProfile = {
    debounceMs: 20,
    gestures: [
      { action: 'reboot', holds: [{ fromMs: 0, belowMs: 1_000 }], fires: 'on-release' },
      { action: 'advanced', holds: [{ fromMs: 5_000 }], fires: 'on-release' },
    ],
  };

  it.each([
    [50, 'reboot'],
    [999, 'reboot'],
    [1_000, undefined],
    [4_999, undefined],
    [5_000, 'advanced'],
  ])('a hold of %d ms asks for %s', (heldMs, action) => {
    expect(gestureOnRelease(profile, [holdOf(heldMs)])?.action).toBe(action);
  });
});
