/** Two hours of steps. */
const stepsKept = 240;

/** So many are kept however old they are: a clock may have jumped meanwhile. */
const latestKept = 16;

/**
 * The set of used steps with one more: steps of the last two hours, steps of the future (the clock
 * ran ahead once), and the latest few whatever the clock says. So a step is never taken twice, and
 * a clock that ran ahead and came back shuts nobody out: no step is refused for being *older* than
 * one that was used.
 */
export function withUsedStep(
  used: readonly number[],
  step: number,
  nowStep: number,
): readonly number[] {
  const all = [...used.filter((known) => known !== step), step];
  return all.filter(
    (known, place) => known > nowStep - stepsKept || place >= all.length - latestKept,
  );
}
