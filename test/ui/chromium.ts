import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const program = process.env.NASBOARD_CHROMIUM ?? '/usr/bin/chromium';

/** Nothing is asked of the network, and the sandbox of a container has to do. */
const parameters = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser without a window. */
export async function startChromium(): Promise<Browser> {
  if (!existsSync(program)) {
    throw new Error(
      `${program} is missing. On Debian, as root: apt-get install chromium. ` +
        'Another one: NASBOARD_CHROMIUM=/path/to/chromium',
    );
  }
  return chromium.launch({ executablePath: program, args: parameters });
}
