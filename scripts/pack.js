import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { capture, root, tool } from './run.js';

/** Libraries are checked as well: our declarations are the subject, those of others are not. */
const consumerConfig = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  },
  files: ['consumer.ts'],
};

/** Beside the package's own dependencies, a consumer has these. */
const besides = ['@types/node', 'vitest'];

/**
 * The package as a stranger meets it: packed, unpacked in an empty project beside the packages it
 * depends on (linked from here: no network), every export imported and type-checked, the command
 * run. Works on what `npm run build` left. Answers the lines that describe what is wrong.
 */
export async function checkPackage() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'nasboard-pack-'));
  try {
    const installed = await install(folder, manifest);
    if (installed.code !== 0) return { problems: [installed.output.trim()] };
    for (const name of [...Object.keys(manifest.dependencies), ...besides]) link(folder, name);
    const subpaths = Object.keys(manifest.exports).filter((path) => path !== './package.json');
    const results = await Promise.all([
      importAll(folder, manifest.name, subpaths),
      typeCheck(folder, manifest.name, subpaths),
      showVersion(folder, manifest),
    ]);
    return { problems: results.flat(), detail: `${subpaths.length} exports` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function install(folder, { name, version }) {
  const packed = await capture('npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
  if (packed.code !== 0) return packed;
  const target = join(folder, 'node_modules', name);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  const tarball = join(folder, `${name}-${version}.tgz`);
  return capture('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
}

function link(folder, name) {
  const place = join(folder, 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(root, 'node_modules', name), place);
}

/** The matchers extend a running test runner; everything else loads anywhere. */
async function importAll(folder, name, subpaths) {
  const specifiers = subpaths.filter((path) => !path.endsWith('/vitest')).map(own(name));
  writeFileSync(
    join(folder, 'import.js'),
    specifiers
      .map(
        (specifier) =>
          `if (Object.keys(await import('${specifier}')).length === 0) throw new Error('${specifier} exports nothing');`,
      )
      .join('\n'),
  );
  return problemsOf(await capture(process.execPath, ['import.js'], { cwd: folder }));
}

async function typeCheck(folder, name, subpaths) {
  const exported = subpaths.map(
    (path, place) => `export * as m${place} from '${own(name)(path)}';`,
  );
  writeFileSync(join(folder, 'consumer.ts'), exported.join('\n'));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(consumerConfig));
  const { output } = await capture(tool('tsc'), ['--project', folder], { cwd: folder });
  const lines = output.split('\n');
  return lines.filter((line) => /^(consumer\.ts|node_modules\/nasboard\/)|^error/.test(line));
}

async function showVersion(folder, { name, version, bin }) {
  const program = join(folder, 'node_modules', name, bin[name]);
  const shown = await capture(process.execPath, [program, '--version'], { cwd: folder });
  if (shown.code === 0 && shown.output.trim() === version) return [];
  return [`nasboard --version: expected ${version}, seen: ${shown.output.trim()}`];
}

function own(name) {
  return (subpath) => name + subpath.slice(1);
}

function problemsOf({ code, output }) {
  return code === 0 ? [] : [output.trim()];
}
