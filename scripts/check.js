import { report, runStaticChecks } from './static-checks.js';
import { runTests } from './tests.js';

const failedChecks = await runStaticChecks();
const startedAt = performance.now();
const { passed, failed, notes, output } = await runTests({ isQuiet: true });
report({
  name: 'tests',
  problems: failed === 0 ? [] : [output.trim(), ...notes],
  detail: `${passed} passed, ${failed} failed`,
  seconds: ((performance.now() - startedAt) / 1000).toFixed(1),
});
if (failed > 0) failedChecks.push('tests');
console.log(
  failedChecks.length === 0
    ? 'All checks passed.'
    : `${failedChecks.length} of the checks failed: ${failedChecks.join(', ')}.`,
);
process.exitCode = failedChecks.length === 0 ? 0 : 1;
