import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { build } from 'esbuild';
import { capture, root, tool } from './run.js';

/** What the package offers; every file lands under dist/ at its own path. */
const entries = [
  'sim/cli/main',
  'sim/cli/suite-worker',
  'sim/index',
  'sim/testing',
  'sim/testing-vitest',
  'hal/index',
  'hal/conformance/index',
  'firmware/index',
];

/**
 * Left out of the bundle: native code, a package that starts its own worker files, the database's
 * binary, and the test runner of whoever uses the matchers. All else is bundled, so that a cold
 * start opens a handful of files instead of some hundred.
 */
const external = ['@node-rs/argon2', 'tinypool', '@sqlite.org/sqlite-wasm', 'vitest'];

/** CommonJS packages in the bundle reach Node's own modules through `require`. */
const banner = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);`;

// Made beside and then moved, so that a running nasboard never sees half a build.
const fresh = join(root, 'node_modules', '.cache', 'nasboard', 'dist');
const dist = join(root, 'dist');
rmSync(fresh, { recursive: true, force: true });
try {
  await bundle();
  await declare();
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
} catch (error) {
  console.error(error.errors === undefined ? error.message : 'The build failed; see above.');
  process.exitCode = 1;
}

async function bundle() {
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`])),
    outdir: fresh,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['source'],
    mainFields: ['module', 'main'],
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: banner },
    external,
    legalComments: 'linked',
    logLevel: 'warning',
  });
}

/** Declarations; types themselves are checked by `npm run check`. */
async function declare() {
  const folder = join(fresh, 'types');
  const parameters = ['--project', 'tsconfig.build.json', '--outDir', folder];
  const { code, output } = await capture(tool('tsc'), parameters);
  if (code !== 0) throw new Error(`tsc could not write the declarations:\n${output}`);
  for (const path of readdirSync(folder, { recursive: true })) {
    if (path.endsWith('.d.ts')) makeRelative(folder, path);
  }
}

/** `#hal/clock` says something inside this package only; a relative path does anywhere. */
function makeRelative(folder, path) {
  const file = join(folder, path);
  const text = readFileSync(file, 'utf8');
  const from = posix.dirname(path.replaceAll('\\', '/'));
  const changed = text
    .replace(/(['"])#((?:hal|firmware|sim)\/[\w./-]+)\1/g, (_, quote, target) => {
      const there = posix.relative(from, `${target}.js`);
      return `${quote}${there.startsWith('.') ? there : `./${there}`}${quote}`;
    })
    .replace(/((?:from|import)\s*\(?\s*['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2');
  if (changed !== text) writeFileSync(file, changed);
}
