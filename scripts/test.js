import { passThrough, tool } from './run.js';
import { installDebianPackages } from './debian.js';
import { prepareRig, runShortRig } from './rig.js';
import { runStaticChecks } from './static-checks.js';
import { runTests } from './tests.js';

// With parameters (`npm test -- test/sim/kernel`) only those tests; without, everything.
const parameters = process.argv.slice(2);
if (parameters.length > 0) {
  process.exitCode = await passThrough(tool('vitest'), ['run', ...parameters]);
} else {
  installDebianPackages();
  prepareRig();
  const failedChecks = await runStaticChecks();
  // Much of the rig is waiting: for downloads, and for holds that last as long as they last.
  const [tests, rig] = await Promise.all([runTests({ isQuiet: false }), runShortRig()]);
  console.log(rig.output);
  for (const note of [...tests.notes, ...rig.notes]) console.log(note);
  if (failedChecks.length > 0) console.log(`checks that failed: ${failedChecks.join(', ')}`);
  const failures = tests.failed + rig.failed + failedChecks.length;
  console.log(`${tests.passed + rig.passed} passed, ${failures} failed`);
  process.exitCode = failures === 0 ? 0 : 1;
}
