import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Tab } from './tab.ts';

/** Where pictures of the pages are kept; nowhere unless told. */
const pictures = process.env.NASBOARD_PICTURES;

/** Waits for a page with a heading of that name. */
export async function expectHeading({ page }: Tab, name: string): Promise<void> {
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

/** Waits for a text that is read out as it appears. */
export async function expectTold(
  { page }: Tab,
  role: 'alert' | 'status',
  text: string | RegExp,
): Promise<void> {
  await page.getByRole(role).filter({ hasText: text }).first().waitFor();
}

/** Waits for a text. */
export async function expectText({ page }: Tab, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

/** Looks at the page in both themes: nothing may keep anybody from using it. */
export async function expectUsable(tab: Tab, name: string): Promise<void> {
  const { page } = tab;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const rules = colorScheme === 'light' ? {} : { runOnly: 'color-contrast' };
    expect(await tab.findings(rules), `${name}, ${colorScheme}`).toEqual([]);
    if (pictures === undefined) continue;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: null });
}
