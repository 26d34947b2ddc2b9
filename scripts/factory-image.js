import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.js';

// Writes sim/factory-image.ts: the flash as the firmware's own code makes it on a blank one, kept
// so that a run need not make it again. A test holds the file against what the code makes.
const target = join(root, 'sim', 'factory-image.ts');
const program = `
  import { deflateRawSync } from 'node:zlib';
  import { makeFactoryImage } from '#sim/factory';
  import { serialiseFlashImage } from '#sim/parts/flash-image';
  const packed = deflateRawSync(serialiseFlashImage(makeFactoryImage()), { level: 9 });
  process.stdout.write(packed.toString('base64'));
`;
const { stdout, stderr, status } = spawnSync(
  process.execPath,
  ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval', program],
  { cwd: root, encoding: 'utf8' },
);
if (status !== 0) throw new Error(stderr);
const lines = stdout.match(/.{1,96}/g) ?? [];
const text = `/** Made by \`npm run factory-image\`: a flash image, deflated, in base64. */
export const factoryImageBase64 = \`
${lines.join('\n')}
\`;
`;
let before = '';
try {
  before = readFileSync(target, 'utf8');
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
}
if (text !== before) writeFileSync(target, text);
console.log(text === before ? 'sim/factory-image.ts is fresh' : 'sim/factory-image.ts is written');
