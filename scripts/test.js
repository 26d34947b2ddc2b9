import { passThrough, tool } from './run.js';
import { installDebianPackages } from './debian.js';
import { runStaticChecks } from './static-checks.js';
import { runTests } from './tests.js';

// With parameters (`npm test -- test/sim/kernel`) only those tests; without, everything.
const parameters = process.argv.slice(2);
if (parameters.length > 0) {
  process.exitCode = await passThrough(tool('vitest'), ['run', ...parameters]);
} else {
  installDebianPackages();
  const failedChecks = await runStaticChecks();
  const { passed, failed, notes } = await runTests({ isQuiet: false });
  for (const note of notes) console.log(note);
  if (failedChecks.length > 0) console.log(`checks that failed: ${failedChecks.join(', ')}`);
  const failures = failed + failedChecks.length;
  console.log(`${passed} passed, ${failures} failed`);
  process.exitCode = failures === 0 ? 0 : 1;
}
