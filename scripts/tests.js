import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, passThrough, tool } from './run.js';

/**
 * Runs the whole of vitest. Counts come from its JSON report; a file that could not be loaded and
 * an error outside any test count as failures, and so does a run without a single test.
 */
export async function runTests({ isQuiet }) {
  const folder = mkdtempSync(join(tmpdir(), 'nasboard-test-'));
  try {
    const reportFile = join(folder, 'report.json');
    const parameters = [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
    ];
    const { code, output } = isQuiet
      ? await capture(tool('vitest'), parameters)
      : { code: await passThrough(tool('vitest'), parameters), output: '' };
    return { ...count(reportFile, code), output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function count(reportFile, code) {
  let result;
  try {
    result = JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch (error) {
    return { passed: 0, failed: 1, notes: [`the tests left no report: ${error.message}`] };
  }
  const notes = [];
  const unloaded = result.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  );
  for (const { name } of unloaded) notes.push(`could not be run to its end: ${name}`);
  const skipped = result.numPendingTests + result.numTodoTests;
  if (skipped > 0) notes.push(`${skipped} tests did not run`);
  let failed = result.numFailedTests + unloaded.length + skipped;
  if (result.numPassedTests === 0) notes.push('no test ran');
  if (failed === 0 && (code !== 0 || result.numPassedTests === 0)) failed = 1;
  return { passed: result.numPassedTests, failed, notes };
}
