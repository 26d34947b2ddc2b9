const limitMs = 20_000;

/** Lets everything else have its turn until it is so; a hard limit says what was waited for. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const startedMs = performance.now();
  while (!isSo()) {
    if (performance.now() - startedMs > limitMs) throw new Error(`${what} never came`);
    await new Promise(setImmediate);
  }
}
