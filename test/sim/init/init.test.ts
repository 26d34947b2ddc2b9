import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { initProject } from '#sim/init/init';
import { templates } from '#sim/init/templates';
import { readScenario, runScenario } from '#sim/scenario/index';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-init-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function project(manifest: object): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}

describe('a project', () => {
  it('gets a scenario, a test and a workflow, and hears what to install', () => {
    project({});
    const outcome = initProject(folder);
    expect(outcome.missing).toEqual(['nasboard']);
    expect(outcome.files).toEqual(templates('node').map(({ path }) => ({ path, isNew: true })));
    for (const { path, text } of templates('node')) {
      expect(readFileSync(join(folder, path), 'utf8')).toBe(text);
    }
  });

  it('that tests with vitest gets a test for it', () => {
    project({ devDependencies: { vitest: '^4', nasboard: '^0.1' } });
    const { runner, missing, files } = initProject(folder);
    expect({ runner, missing }).toEqual({ runner: 'vitest', missing: [] });
    expect(files.map(({ path }) => path)).toContain('test/nasboard/reset.test.ts');
  });

  it('keeps the files that it has', () => {
    project({});
    initProject(folder);
    const path = join(folder, 'test/nasboard/reset.yaml');
    writeFileSync(path, 'mine');
    expect(initProject(folder).files.every(({ isNew }) => !isNew)).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it.each([
    ['without package.json', undefined, /holds no package.json: go to the project's root/],
    ['whose package.json is broken', '{', /package.json is no JSON/],
  ])('%s is refused, and nothing is written', (_, manifest, message) => {
    if (manifest !== undefined) writeFileSync(join(folder, 'package.json'), manifest);
    expect(() => initProject(folder)).toThrow(message);
    expect(() => readFileSync(join(folder, 'test/nasboard/reset.yaml'))).toThrow('ENOENT');
  });
});

describe('the sample', () => {
  it('is a scenario that passes', async () => {
    const [scenario] = templates('node');
    const result = await runScenario(readScenario(scenario?.text ?? '', 'reset.yaml'));
    expect(result.outcome).toBe('passed');
  });

  it.each(['node', 'vitest'] as const)('has a workflow that runs it: %s', (runner) => {
    const workflow = templates(runner).find(({ path }) => path.endsWith('.yml'));
    const jobs = (parse(workflow?.text ?? '') as { jobs: Record<string, { steps: object[] }> })
      .jobs;
    expect(JSON.stringify(jobs['appliance']?.steps)).toContain('npx nasboard run');
  });

  it('has a test that passes: node', () => {
    project({ type: 'module' });
    initProject(folder, 'node');
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/nasboard'));
    const output = execFileSync(
      process.execPath,
      [
        '--preserve-symlinks',
        '--conditions=source',
        '--import',
        `${root}/node_modules/tsx/dist/esm/index.mjs`,
        '--test',
        'test/nasboard/reset.test.mjs',
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(output).toMatch(/# pass 3\n# fail 0/);
  });
});
