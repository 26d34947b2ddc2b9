import { writeFileSync } from 'node:fs';
import { exampleCases, goldenFile, goldenOf, readGolden, type GoldenTrace } from './traces.ts';

/** `npm run golden`: keeps the traces of the examples as they are now. */
const before = readGolden();
const after: Record<string, GoldenTrace> = {};
for (const { name, trace } of exampleCases()) after[name] = goldenOf(await trace());
writeFileSync(goldenFile, `${JSON.stringify(after, undefined, 2)}\n`);

const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
const changed = names.filter((name) => before[name]?.sha256 !== after[name]?.sha256);
for (const name of changed) {
  const verb = before[name] === undefined ? 'new' : after[name] === undefined ? 'gone' : 'changed';
  process.stdout.write(`${verb.padEnd(7)} ${name}\n`);
}
process.stdout.write(`${changed.length} of ${names.length} traces differ from those kept before\n`);
