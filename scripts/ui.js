import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { root } from './run.js';

const sources = join(root, 'firmware', 'web', 'ui');

/** Where the firmware finds the web UI: `#ui/*` of package.json. */
const built = join(root, 'dist', 'ui');

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Builds the appliance's web UI into a folder: the page, its parts under names that tell their
 * content, and `files.json`, which tells the firmware what to answer for which path.
 */
export async function buildUi(folder) {
  // Loaded where something is built, for it is large.
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: sources,
    logLevel: 'warn',
    envDir: false,
    // Whatever NODE_ENV says, as a test runner sets it: always the same files.
    resolve: { conditions: ['production', 'browser', 'module'] },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      // The first browsers that know `light-dark()`, of 2023 and 2024.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      // The page's security policy takes no data but pictures.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      license: { fileName: 'licenses.md' },
    },
  });
  writeFileSync(join(folder, 'files.json'), JSON.stringify(describe(folder), undefined, 1));
}

/** Builds it where a source is newer than what was built. */
export async function freshUi() {
  if (newest(sources) <= newest(built)) return;
  const beside = `${built}-${process.pid}`;
  mkdirSync(dirname(built), { recursive: true });
  await buildUi(beside);
  rmSync(built, { recursive: true, force: true });
  renameSync(beside, built);
}

/** What is answered: by path, the file, its media type and a name for its content. */
function describe(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => types[extname(path)] !== undefined)
    .sort();
  return Object.fromEntries(
    files.map((file) => {
      const content = readFileSync(join(folder, file));
      const etag = createHash('sha256').update(content).digest('base64url').slice(0, 22);
      const path = file === 'index.html' ? '/' : `/${file}`;
      return [path, { file, type: types[extname(file)], etag }];
    }),
  );
}

/** When the newest file of a folder was written, ms; 0 where there is none. */
function newest(folder) {
  try {
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return Math.max(0, ...paths.map((path) => statSync(join(folder, path)).mtimeMs));
  } catch (error) {
    if (error.code === 'ENOENT') return 0;
    throw error;
  }
}
