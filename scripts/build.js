import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { build } from 'esbuild';
import { capture, root, tool } from './run.js';
import { buildUi } from './ui.js';

/**
 * What starts cold, bundled by itself: with the libraries it would be cut into more files, and
 * finding and opening files is much of a cold start.
 */
const programs = ['sim/cli/main'];

/** What else the package offers; every file lands under dist/ at its own path. */
const libraries = [
  'sim/cli/suite-worker',
  'sim/index',
  'sim/testing',
  'sim/testing-vitest',
  'hal/index',
  'hal/conformance/index',
  'hal/drivers/index',
  'hal/linux/index',
  'firmware/index',
];

/**
 * Left out of the bundle: native code, a package that starts its own worker files, the database's
 * binary, and the test runner of whoever uses the matchers. All else is bundled, so that a cold
 * start opens a handful of files instead of some hundred.
 */
const external = [
  '@lydell/node-pty',
  '@node-rs/argon2',
  '@serialport/bindings-cpp',
  '@sqlite.org/sqlite-wasm',
  'koffi',
  'tinypool',
  'vitest',
];

/** CommonJS packages in the bundle reach Node's own modules through `require`. */
const banner = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);`;

/**
 * Commander loads Node's whole machinery for child processes, for a feature that nasboard does not
 * use. Here it is loaded when it is first used.
 */
const lazyChildProcess = {
  name: 'lazy-child-process',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/commander\/lib\/command\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const contents = source
        .replace("const childProcess = require('node:child_process');", '')
        .replaceAll('childProcess.', "require('node:child_process').");
      if (contents === source) throw new Error('commander no longer loads node:child_process');
      return { contents };
    });
  },
};

// Made beside and then moved, so that a running nasboard never sees half a build.
const fresh = join(root, 'node_modules', '.cache', 'nasboard', 'dist');
const dist = join(root, 'dist');
rmSync(fresh, { recursive: true, force: true });
try {
  await bundle(programs);
  await bundle(libraries);
  await buildUi(join(fresh, 'ui'));
  await declare();
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
} catch (error) {
  console.error(error.errors === undefined ? error.message : 'The build failed; see above.');
  process.exitCode = 1;
}

async function bundle(entries) {
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`])),
    outdir: fresh,
    bundle: true,
    // What a run does not import, such as the web server, it does not read either.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // `module`: packages that bundlers can take apart, where they offer that.
    conditions: ['source', 'module'],
    mainFields: ['module', 'main'],
    chunkNames: 'chunks/[name]-[hash]',
    banner: { js: banner },
    // Names stay, so that stacks can be read; less text is less to parse at each start.
    minifyWhitespace: true,
    lineLimit: 200,
    plugins: [lazyChildProcess],
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
