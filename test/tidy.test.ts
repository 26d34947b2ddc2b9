import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { firmwareVersion } from '#firmware/version';
import { version } from '#sim/cli/version';

/** The rules of the house that no tool knows. Each check is tried on a breach of its own rule. */

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const folders = ['bin', 'docs', 'firmware', 'hal', 'scripts', 'sim', 'test'];
const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
);
const sources = files.filter((path) => /^(firmware|hal|sim)\/.*\.ts$/.test(path));
const code = files.filter((path) => /\.(ts|js)$/.test(path));

/** Lines of a text that break a rule, as `path:line`. */
function breaches(path: string, text: string, isBreach: (line: string) => boolean): string[] {
  return text
    .split('\n')
    .flatMap((line, place) => (isBreach(line) ? [`${path}:${place + 1}`] : []));
}

interface LineRule {
  readonly rule: string;
  readonly paths: readonly string[];
  readonly isBreach: (line: string) => boolean;
  readonly breach: string;
}

const lineRules: readonly LineRule[] = [
  {
    rule: 'no comment is wider than 100 columns',
    paths: code,
    isBreach: (line) => /^\s*(\*|\/\/|\/\*)/.test(line) && [...line].length > 100,
    breach: `// ${'x'.repeat(98)}`,
  },
  {
    rule: 'the firmware never asks the host for the date',
    paths: sources.filter((path) => path.startsWith('firmware/')),
    isBreach: (line) => /\bnew Date\(\s*\)|(?<!new )\bDate\(/.test(line),
    breach: 'const now = new Date();',
  },
  {
    rule: 'the firmware loads nothing while it runs',
    paths: sources.filter((path) => path.startsWith('firmware/')),
    isBreach: (line) => /\bimport\(\s*[^'")]|\bimport\('node:|\brequire\(/.test(line),
    breach: "const fs = await import('node:fs');",
  },
  {
    rule: 'the contract of the board imports nothing but types',
    paths: sources.filter((path) => /^hal\/[^/]+\.ts$/.test(path)),
    isBreach: (line) => /^import (?!type\b)/.test(line),
    breach: "import { readFileSync } from 'node:fs';",
  },
  {
    rule: 'no test is left out or run alone',
    paths: files.filter((path) => path.endsWith('.test.ts')),
    isBreach: (line) =>
      /\b(?:it|test|describe)(?:\.\w+)*\.(?:only|skip|todo|skipIf|fails)\b/.test(line),
    breach: ['it', "skip('works', () => {});"].join('.'),
  },
  {
    rule: 'no test sleeps',
    paths: files.filter((path) => path.endsWith('.test.ts')),
    isBreach: (line) => /node:timers\/promises|\bnew Promise\(.*\bsetTimeout\(/.test(line),
    breach: ['await new Promise((done) => set', 'Timeout(done, 50));'].join(''),
  },
];

describe('tidy', () => {
  it('sees the sources', () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  it.each(lineRules)('$rule', ({ paths, isBreach, breach }) => {
    expect(paths).not.toEqual([]);
    expect(isBreach(breach)).toBe(true);
    expect(paths.flatMap((path) => breaches(path, read(path), isBreach))).toEqual([]);
  });

  it('every exported name of the sources has a doc line', () => {
    expect(undocumented('x', '\nexport const a = 1;\n')).toEqual(['x:2 a']);
    expect(undocumented('x', '/** One. */\nexport const a = 1;\n')).toEqual([]);
    expect(sources.flatMap((path) => undocumented(path, read(path)))).toEqual([]);
  });

  it('files are named in lower case, words joined by hyphens', () => {
    const isNamedSo = (path: string): boolean =>
      /(^|\/)[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.(ts|js)$/.test(path);
    expect(isNamedSo('sim/ResetButton.ts')).toBe(false);
    expect(code.filter((path) => !isNamedSo(path))).toEqual([]);
  });

  it('one version, wherever it is written', () => {
    const ofPackage = (JSON.parse(read('package.json')) as { version: string }).version;
    const ofLock = (JSON.parse(read('package-lock.json')) as { version: string }).version;
    expect([version, firmwareVersion, ofLock]).toEqual([ofPackage, ofPackage, ofPackage]);
  });
});

/** Names exported where they are declared, without a comment that ends on the line above. */
function undocumented(path: string, text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, place) => {
    const name =
      /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const) (\w+)/.exec(
        line,
      )?.[1];
    if (name === undefined) return [];
    const above = lines[place - 1] ?? '';
    const isOverload = above.startsWith(`export function ${name}`);
    return above.trimEnd().endsWith('*/') || isOverload ? [] : [`${path}:${place + 1} ${name}`];
  });
}

const forbiddenInFirmware: readonly (readonly [string, string])[] = [
  ['the time of day', 'export const a = Date.now();'],
  ['a timer of the host', 'export const a = setTimeout(String, 1);'],
  ['a repeating timer of the host', 'export const a = setInterval(String, 1);'],
  ['the clock of the host', 'export const a = performance.now();'],
  ['chance', 'export const a = Math.random();'],
  ['the chance of the crypto module', "export { randomBytes } from 'node:crypto';"],
  ['the process', 'export const a = process.pid;'],
  ['a way round', 'export const a = globalThis.process;'],
  ['files', "export { readFileSync } from 'node:fs';"],
  ['files, by the old name', "export { readFileSync } from 'fs';"],
  ['sockets', "export { connect } from 'node:net';"],
  ['datagrams', "export { createSocket } from 'node:dgram';"],
  ['other programs', "export { spawn } from 'node:child_process';"],
  ['the operating system', "export { hostname } from 'node:os';"],
  ['the simulator', "export { World } from '#sim/kernel/world';"],
];

describe('the linter', () => {
  let found = '';

  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'nasboard-lint-'));
    const config = JSON.parse(read('.oxlintrc.json')) as { options: Record<string, unknown> };
    // Rules about the form of the code need no types, and types need a whole project.
    config.options = {};
    mkdirSync(join(folder, 'firmware'), { recursive: true });
    writeFileSync(join(folder, '.oxlintrc.json'), JSON.stringify(config));
    forbiddenInFirmware.forEach(([, line], place) =>
      writeFileSync(join(folder, `firmware/planted-${place}.ts`), `${line}\n`),
    );
    const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
    const { stdout } = spawnSync(process.execPath, [oxlint, '--format=unix'], {
      cwd: folder,
      encoding: 'utf8',
    });
    found = stdout;
    rmSync(folder, { recursive: true });
  });

  it.each(forbiddenInFirmware.map(([what], place) => [what, place] as const))(
    'keeps the firmware from %s',
    (_what, place) => {
      expect(found).toMatch(new RegExp(`planted-${place}\\.ts:.*no-restricted-`));
    },
  );
});
