import { checkLayers } from './layers.js';
import { checkPackage } from './pack.js';
import { capture, tool } from './run.js';

/** What is checked without running the tests: name, and a function that answers problems. */
const staticChecks = [
  { name: 'format', run: () => runTool('oxfmt', ['--check']), mend: 'npm run format' },
  { name: 'lint', run: () => runTool('oxlint', ['--format=unix']) },
  { name: 'types', run: () => runTool('tsc', ['--project', 'tsconfig.json']) },
  // A browser's globals are none of the firmware's.
  { name: 'ui types', run: () => runTool('tsc', ['--project', 'firmware/web/ui']) },
  { name: 'layers', run: checkLayers },
  { name: 'unused', run: () => runTool('knip', ['--no-progress']) },
  {
    name: 'build',
    run: async () => problemsOf(await capture(process.execPath, ['scripts/build.js'])),
  },
  { name: 'package', run: checkPackage },
];

async function runTool(name, parameters) {
  return problemsOf(await capture(tool(name), parameters));
}

function problemsOf({ code, output }) {
  return { problems: code === 0 ? [] : [output.trim() || `ended with ${code}`] };
}

/** Runs the static checks, one line each; answers the names of those that failed. */
export async function runStaticChecks() {
  const failed = [];
  for (const { name, run, mend } of staticChecks) {
    const startedAt = performance.now();
    const { problems, detail } = await run();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    report({ name, problems, detail: detail ?? '', seconds, mend });
    if (problems.length > 0) failed.push(name);
  }
  return failed;
}

/** Prints the one line of a check, and below it what is wrong. */
export function report({ name, problems, detail, seconds, mend }) {
  const isGood = problems.length === 0;
  console.log(
    `${isGood ? ' ✓' : ' ✗'} ${name.padEnd(10)} ${`${seconds} s`.padStart(7)}   ${detail}`,
  );
  if (isGood) return;
  console.log(problems.join('\n').replace(/^/gm, '     '));
  if (mend !== undefined) console.log(`     mended by: ${mend}`);
}
