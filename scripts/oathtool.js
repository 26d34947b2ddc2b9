import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { root } from './run.js';

// Compares the firmware's codes with those of oathtool (OATH Toolkit), for a thousand random
// secrets and times: another implementation, in another language, by other people.
const count = 1_000;
const parallel = 8;

const program = `
  import { randomBytes, randomInt } from 'node:crypto';
  import { codeOf, timeStepOf } from '#firmware/two-step/totp';
  const cases = Array.from({ length: ${count} }, () => {
    const secret = randomBytes(20);
    // Until the year 2242, which needs more than 32 bit.
    const seconds = randomInt(2 ** 33);
    return { secret: secret.toString('hex'), seconds, code: codeOf(secret, timeStepOf(seconds * 1000)) };
  });
  process.stdout.write(JSON.stringify(cases));
`;

if (spawnSync('oathtool', ['--version']).error !== undefined) {
  console.error('oathtool is not there. On Debian: apt-get install oathtool');
  process.exit(1);
}
const { stdout, stderr, status } = spawnSync(
  process.execPath,
  ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval', program],
  { cwd: root, encoding: 'utf8' },
);
if (status !== 0) throw new Error(stderr);
const cases = JSON.parse(stdout);

const run = promisify(execFile);
const different = [];
let done = 0;
async function work() {
  for (let next = cases.pop(); next !== undefined; next = cases.pop()) {
    const { secret, seconds, code } = next;
    const output = await run('oathtool', ['--totp', `--now=@${seconds}`, secret]);
    const expected = output.stdout.trim();
    if (expected !== code) different.push(`${secret} at ${seconds} s: ${code}, not ${expected}`);
    done += 1;
  }
}
await Promise.all(Array.from({ length: parallel }, work));
for (const line of different.slice(0, 10)) console.error(line);
console.log(`${done - different.length} of ${count} codes are those of oathtool`);
process.exitCode = different.length === 0 && done === count ? 0 : 1;
