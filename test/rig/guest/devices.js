import { readFileSync, readdirSync } from 'node:fs';

/** The input device that is our RESET key, by the name of its driver and what it can send. */
export function resetKey() {
  for (const name of readdirSync('/sys/class/input')) {
    if (!name.startsWith('event')) continue;
    const label = readFileSync(`/sys/class/input/${name}/device/name`, 'utf8').trim();
    if (label === 'nas-keys') return { device: `/dev/input/${name}` };
  }
  throw new Error('no input device «nas-keys»');
}
