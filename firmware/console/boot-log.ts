/** A line of the boot log: `[    0.120] text`, seconds since power-on. */
export function bootLogLine(sincePowerOnMs: number, text: string): string {
  return `[${(sincePowerOnMs / 1000).toFixed(3).padStart(9)}] ${text}`;
}
