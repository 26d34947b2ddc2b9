import { passThrough, tool } from './run.js';

/** Thoroughness takes the time it takes; a test that hangs is noticed all the same. */
const testTimeoutMs = 3_600_000;

/** Tests whose names hold one of these, as thorough as they can be. */
const thoroughly = (...names) =>
  passThrough(tool('vitest'), ['run', ...names, `--testTimeout=${testTimeoutMs}`], {
    env: { ...process.env, NASBOARD_PROOF: 'full' },
  });

/** What takes too long for every change: all of it, one after the other, each even if one fails. */
const proofs = [
  {
    name: 'power cuts, exhaustive',
    run: () =>
      thoroughly('test/firmware/store', 'test/firmware/reset', 'power-cut', 'test/determinism'),
  },
  { name: 'paths through the machines', run: () => thoroughly('test/firmware/model') },
  {
    name: 'traces on other versions of Node',
    run: () => passThrough('npm', ['run', '--silent', 'proof:nodes']),
  },
  {
    name: 'codes of another program',
    run: () => passThrough('npm', ['run', '--silent', 'proof:codes']),
  },
  { name: 'mutants', run: () => passThrough('npm', ['run', '--silent', 'proof:mutants']) },
];

const figures = [];
for (const { name, run } of proofs) {
  console.log(`\n${name}`);
  const startedAt = performance.now();
  const code = await run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  figures.push({ isGood: code === 0, text: `${name.padEnd(34)} ${seconds.padStart(5)} s` });
}
console.log('');
for (const { isGood, text } of figures) console.log(` ${isGood ? '✓' : '✗'} ${text}`);
process.exitCode = figures.every(({ isGood }) => isGood) ? 0 : 1;
