import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { root } from './run.js';

const rules = createRequire(import.meta.url)('../.dependency-cruiser.cjs');

/** Fewer modules than this means that the tool did not understand the sources. */
const modulesMin = 50;

/** One breach a rule: a check that cannot fail is worth nothing. */
const planted = {
  'hal-knows-nobody': { 'hal/linux/led.ts': "import type { A } from '#firmware/a';" },
  'contract-stands-alone': { 'hal/led.ts': "import type { Stats } from 'node:fs';" },
  'firmware-knows-its-board-only': { 'firmware/b.ts': "import { a } from '../sim/a.ts';" },
  'firmware-knows-no-host': { 'firmware/c.ts': "import { readFileSync } from 'node:fs';" },
  'the-page-runs-elsewhere': {
    'firmware/web/ui/main.ts': 'export const a = 1;',
    'firmware/d.ts': "import { a } from './web/ui/main.ts';",
  },
  'sources-know-no-tests': { 'sim/b.ts': "import { a } from '../test/a.ts';" },
  'all-resolves': { 'sim/c.ts': "import { a } from './nowhere.ts';" },
};

/** Checks who imports whom. Answers the lines that describe what is wrong. */
export async function checkLayers() {
  const { modules, violations } = await cruiseIn(root, ['hal', 'firmware', 'sim']);
  const problems = violations.map(({ rule, from, to }) => `${rule.name}: ${from} imports ${to}`);
  if (modules < modulesMin) problems.push(`only ${modules} modules seen: the check is blind`);
  const found = await breachesFound();
  for (const name of Object.keys(planted)) {
    if (!found.has(name)) problems.push(`a planted breach of ${name} went unnoticed`);
  }
  return { problems, detail: `${modules} modules` };
}

async function breachesFound() {
  const folder = mkdtempSync(join(tmpdir(), 'layers-'));
  try {
    const files = {
      'package.json': JSON.stringify({
        type: 'module',
        imports: { '#firmware/*': './firmware/*.ts' },
      }),
      'firmware/a.ts': 'export type A = 1;',
      'sim/a.ts': 'export const a = 1;',
      'test/a.ts': 'export const a = 1;',
    };
    Object.assign(files, ...Object.values(planted));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), `${text}\n`);
    }
    const { violations } = await cruiseIn(folder, ['hal', 'firmware', 'sim']);
    return new Set(violations.map(({ rule }) => rule.name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function cruiseIn(baseDir, folders) {
  const { enhancedResolveOptions, ...options } = rules.options;
  const { output } = await cruise(
    folders,
    { ...options, baseDir, validate: true, ruleSet: { forbidden: rules.forbidden } },
    enhancedResolveOptions,
  );
  const modules = output.modules.filter(({ source }) => folders.includes(source.split('/')[0]));
  return { modules: modules.length, violations: output.summary.violations };
}
