/** How long to wait, in seconds, rounded up: whoever waits so long has waited enough. */
export function waitText(waitMs: number): string {
  return `Wait ${Math.ceil(waitMs / 1000)} s.`;
}
