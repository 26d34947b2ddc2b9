import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { drawYear } from './year-picture.ts';
import { runYear } from './year-run.ts';

const picture = new URL('../../docs/guides/clock-year.svg', import.meta.url);

/** `npx vitest run test/clocks -u` draws the picture anew. */
test('for a year of daily syncs the clock is off by no more than the NAS says of itself', async () => {
  const year = await runYear();
  expect(year).toHaveLength(365);
  const crystals = year.map(({ crystalPpm }) => crystalPpm);
  expect(Math.max(...crystals) - Math.min(...crystals)).toBeGreaterThan(10);
  await expect(drawYear(year)).toMatchFileSnapshot(fileURLToPath(picture));
}, 300_000);

test('a clock that is off by more than that is noticed', async () => {
  await expect(runYear({ days: 20, boundOf: () => 20 })).rejects.toThrow(/^day \d+: .* of 20 ms$/);
});
