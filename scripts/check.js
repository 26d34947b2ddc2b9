import { installDebianPackages } from './debian.js';
import { prepareRig, runShortRig } from './rig.js';
import { report, runStaticChecks } from './static-checks.js';
import { runTests } from './tests.js';

installDebianPackages();
prepareRig();
const failedChecks = await runStaticChecks();
await Promise.all([reported('tests', runTests({ isQuiet: true })), reported('rig', runShortRig())]);
console.log(
  failedChecks.length === 0
    ? 'All checks passed.'
    : `${failedChecks.length} of the checks failed: ${failedChecks.join(', ')}.`,
);
process.exitCode = failedChecks.length === 0 ? 0 : 1;

async function reported(name, running) {
  const startedAt = performance.now();
  const { passed, failed, notes, output } = await running;
  report({
    name,
    problems: failed === 0 ? [] : [output.trim(), ...notes],
    detail: [`${passed} passed, ${failed} failed`, ...notes].join('; '),
    seconds: ((performance.now() - startedAt) / 1000).toFixed(1),
  });
  if (failed > 0) failedChecks.push(name);
}
