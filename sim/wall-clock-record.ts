import type { Firmware } from '#firmware/index';
import { slewPpm } from '#firmware/time/discipline';
import type { SimBoard } from './board.ts';

/**
 * Fields of the trace record `wall-clock`: how far the wall clock is ahead of true time, and how it
 * moves from now on. Undefined where there is no wall clock.
 */
export function clockFields(
  firmware: Firmware,
  { life, world }: SimBoard,
): Readonly<Record<string, number>> | undefined {
  const motion = firmware.clockMotion();
  if (motion === undefined || life === undefined) return undefined;
  const { wallMs, ratePpm, slewMs } = motion;
  return {
    offsetMs: rounded(wallMs - world.nowUs / 1000, 3),
    ratePpm: rounded(ratePpm, 6),
    crystalPpm: rounded(life.crystal.ppm, 6),
    ...(slewMs !== 0 && { slewMs: rounded(slewMs, 3), slewPpm }),
  };
}

/** Finer is noise of the arithmetic. */
function rounded(value: number, digits: number): number {
  const power = 10 ** digits;
  const whole = Math.round(value * power);
  return whole === 0 ? 0 : whole / power;
}
