/** Whether all is gone through, which takes minutes, or a part that is the same each time. */
export const isFull = process.env['NASBOARD_PROOF'] === 'full';

/** All where it is to be thorough; else so many, evenly spread, the last among them. */
export function chosen<T>(all: readonly T[], shortMax: number): readonly T[] {
  if (isFull || all.length <= shortMax) return all;
  return Array.from({ length: shortMax }, (_, place) => {
    const from = Math.floor(((place + 1) * all.length) / shortMax) - 1;
    return all[from] as T;
  });
}
