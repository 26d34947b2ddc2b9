import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { startChromium } from '../ui/chromium.ts';
import { startNas } from '../ui/nas.ts';
import { type Figure, median } from './measure.ts';

const visits = 9;
const kibibyte = 1024;
const weightMax = 150 * kibibyte;
const usableMsMax = 1_000;

/** The NAS's own pages in a browser on loopback: what they weigh, and when they can be used. */
export async function measurePages(): Promise<readonly Figure[]> {
  const [nas, browser] = await Promise.all([startNas(), startChromium()]);
  try {
    const [url = ''] = /http:\S+/.exec(nas.web.where) ?? [];
    const seen = [];
    for (let visit = 0; visit < visits; visit += 1) seen.push(await visitPage(browser, url));
    const [first] = seen;
    const weight = first?.bytes ?? Number.NaN;
    const usableMs = median(seen.map((each) => each.usableMs));
    return [
      {
        what: 'first page of the NAS, compressed',
        seen: `${(weight / kibibyte).toFixed(1)} kB`,
        beside: `${first?.files} files`,
        wanted: `under ${weightMax / kibibyte} kB`,
        isMet: weight < weightMax,
      },
      {
        what: 'from the address to a name that can be typed, nothing kept',
        seen: `${Math.round(usableMs)} ms`,
        beside: `${visits} visits, slowest ${Math.round(Math.max(...seen.map((each) => each.usableMs)))} ms`,
        wanted: `under ${usableMsMax} ms`,
        isMet: usableMs < usableMsMax,
      },
    ];
  } finally {
    await browser.close();
    await nas.end();
  }
}

/** One visit by a browser that has never been there. */
async function visitPage(
  browser: Browser,
  url: string,
): Promise<{ readonly bytes: number; readonly files: number; readonly usableMs: number }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const bodies: Promise<Buffer>[] = [];
  page.on('response', (response) => void bodies.push(response.body()));
  const startedMs = performance.now();
  await page.goto(url);
  await page.getByLabel('User name').fill('admin');
  const usableMs = performance.now() - startedMs;
  const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
  await context.close();
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), files: sizes.length, usableMs };
}
