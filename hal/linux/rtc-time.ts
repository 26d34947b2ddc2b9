import { HalError } from '../errors.ts';

const firstMs = Date.UTC(2000, 0, 1);
const endMs = Date.UTC(2100, 0, 1);

/** What is told in place of registers that the kernel will not show: a new chip's first day. */
export const unknownTimeMs = firstMs;

/** Whether a clock chip may be set to it, or believed when it shows it. */
export function isChipTime(timeMs: number): boolean {
  return timeMs >= firstMs && timeMs < endMs;
}

/** Whole seconds, rounded down. Throws a HalError `bad-argument` for no time of a clock chip. */
export function chipSeconds(timeMs: number): number {
  if (isChipTime(timeMs)) return Math.floor(timeMs / 1000);
  throw new HalError('bad-argument', 'rtc', `${timeMs} ms is not in 2000 to 2099`);
}

/** The error of a system call that sets the chip, which takes more than the right to its node. */
export function settingRefused(device: string, cause: unknown): HalError {
  const detail =
    `cannot set ${device}: that takes the capability CAP_SYS_TIME, whoever owns the device; give ` +
    'it to the service (`AmbientCapabilities=CAP_SYS_TIME`, docs/guides/hardware.md)';
  return new HalError('permission', 'rtc', detail, { cause });
}
