import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { definitions } from '#firmware/settings/definitions';
import { problems } from '#firmware/web/api/problems';
import { halErrorCodes } from '#hal/errors';
import { exitCode } from '#sim/cli/exit-codes';
import { readScenario, runScenario } from '#sim/scenario/index';
import { powerOn } from '#sim/testing';
import { faultKinds } from '#sim/scenario/chance/fault-kinds';
import { stepDefinitions } from '#sim/scenario/steps/index';
import { apiOperations, routeLines } from './firmware/web/api/api-document.ts';

/**
 * The documents tell the truth. Tables between `<!-- table: NAME -->` and `<!-- end -->` are
 * written anew by `npx vitest run test/docs.test.ts -u`.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path.replaceAll('\\', '/')}`),
];

/** Cells of the rows of all tables of a document, headings left out. */
function tableRows(path: string): string[][] {
  const rows = read(path)
    .split('\n')
    .map((line) => (line.startsWith('| ') ? line.slice(2, -1).split(' | ') : undefined));
  return rows.flatMap((cells, place) =>
    cells === undefined || rows[place - 1] === undefined || /^-{3}/.test(cells[0] ?? '')
      ? []
      : [cells.map((cell) => cell.trim())],
  );
}

function firstColumn(path: string): string[] {
  return tableRows(path).map(([cell = '']) => cell.replaceAll('`', ''));
}

/** Fenced blocks of a language, with where they stand. */
function fences(language: string): { where: string; text: string }[] {
  return documents.flatMap((path) => {
    const text = read(path);
    return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
      (match) => ({
        where: `${path}:${text.slice(0, match.index).split('\n').length}`,
        text: match[1] ?? '',
      }),
    );
  });
}

async function expectTable(path: string, name: string, lines: readonly string[]): Promise<void> {
  await expectTables(path, { [name]: lines });
}

async function expectTables(
  path: string,
  tables: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  let text = read(path);
  for (const [name, lines] of Object.entries(tables)) {
    const frame = new RegExp(`(<!-- table: ${name} -->\n)[^]*?(<!-- end -->)`);
    expect(text).toMatch(frame);
    text = text.replace(frame, (_, start: string, end: string) =>
      [start, ...lines.map((line) => `${line}\n`), end].join(''),
    );
  }
  await expect(text).toMatchFileSnapshot(join(root, path));
}

describe('the documents', () => {
  it('link to what is there', () => {
    const broken = documents.flatMap((path) =>
      [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
        if (/^(https?|mailto):/.test(target)) return [];
        const [file = '', anchor] = target.split('#');
        const place = file === '' ? join(root, path) : resolve(root, dirname(path), file);
        const isThere = existsSync(place) && (anchor === undefined || hasAnchor(place, anchor));
        return isThere ? [] : [`${path}: ${target}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('are all reachable from the README', () => {
    const seen = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const [, target = ''] of read(path).matchAll(/\]\(([^)#\s]+\.md)/g)) {
        if (!target.includes(':')) visit(relative(root, resolve(root, dirname(path), target)));
      }
    };
    visit('README.md');
    expect(documents.filter((path) => !seen.has(path))).toEqual([]);
  });

  it.each(fences('yaml'))('hold a scenario that passes: $where', async ({ where, text }) => {
    const result = await runScenario(readScenario(text, where));
    expect(result.outcome).toBe('passed');
  });

  it('show the boot as it is', async () => {
    await using bench = await powerOn({ start: '2026-11-24T10:00:00Z' });
    const shown = read('README.md')
      .split('\n')
      .filter((line) => /^\[ +\d+\.\d{3}\] /.test(line));
    expect(shown).toEqual(bench.serial.output.split('\r\n').slice(0, -1));
    expect(read('README.md')).toContain(`serial ${bench.label.serialNumber} `);
    expect(read('README.md')).toContain(`password of admin: ${bench.label.defaultPassword} `);
  });

  it('name only commands of package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = documents.flatMap((path) =>
      [...read(path).matchAll(/`npm run ([\w:-]+)/g)].map(([, name = '']) => name),
    );
    expect(named).not.toEqual([]);
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

function hasAnchor(file: string, anchor: string): boolean {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm);
  return [...headings].some(
    ([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-') === anchor,
  );
}

describe('the guides', () => {
  it('have every kind of fault that chance gives, and no other', async () => {
    await expectTable('docs/guides/qa.md', 'fault-kinds', [
      '| kind | what happens |',
      '| --- | --- |',
      ...faultKinds.map(({ name, about }) => `| \`${name}\` | ${about} |`),
    ]);
  });
});

describe('the reference', () => {
  it('has every operating error, and no other', async () => {
    await expectTable('docs/reference/hal-errors.md', 'hal-errors', [
      '| code | means |',
      '| --- | --- |',
      ...Object.entries(halErrorCodes).map(([code, text]) => `| \`${code}\` | ${text} |`),
    ]);
  });

  it('has every setting, and no other', async () => {
    await expectTable('docs/reference/settings.md', 'settings', [
      '| key | meaning | default | basic reset |',
      '| --- | --- | --- | --- |',
      ...Object.entries(definitions).map(
        ([key, { label, default: value, restoredByBasicReset }]) =>
          `| \`${key}\` | ${label} | \`${JSON.stringify(value)}\` | ${restoredByBasicReset ? 'yes' : ''} |`,
      ),
    ]);
  });

  it('has every step with what is typed at the prompt, and no other', () => {
    const rows = tableRows('docs/reference/scenario-steps.md').map(([key, , usage = '']) => [
      key?.replaceAll('`', ''),
      usage.replace(/^`|`$/g, ''),
    ]);
    const known = [...stepDefinitions.values()].map(({ key, usage = '' }) => [key, usage]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(known));
    expect(rows).toHaveLength(known.length);
  });

  it('has every request of the JSON API and every problem, and no others', async () => {
    await expectTables('docs/reference/json-api.md', {
      routes: routeLines(await apiOperations()),
      problems: [
        '| problem | status | means |',
        '| --- | --- | --- |',
        ...Object.entries(problems).map(
          ([name, [status, title]]) => `| \`${name}\` | ${status} | ${title} |`,
        ),
      ],
    });
  });

  it('has every exit code, and no other', () => {
    const rows = tableRows('docs/reference/exit-codes.md').map(([code, name]) => [
      name?.replaceAll('`', ''),
      Number(code),
    ]);
    expect(Object.fromEntries(rows)).toEqual(exitCode);
  });
});

describe('the requirements of standards', () => {
  const rows = tableRows('docs/reference/requirements.md').filter(([number = '']) =>
    /^\d+$/.test(number),
  );
  it('are all there, each once and in order', () => {
    expect(rows.map(([number]) => Number(number))).toEqual(
      Array.from({ length: 92 }, (_, place) => place + 1),
    );
  });

  it('are met by tests that are there', () => {
    expect(rows.flatMap(([number, , , , cell = '']) => missingProofs(number, cell))).toEqual([]);
  });

  it('say what is proved, and why what is not met is not', () => {
    const silent = rows.flatMap(([number, , , status = '', cell = '']) => {
      const proofs = proofsOf(cell);
      const reason = cell.replace(/`[\w/.-]+\.test\.ts` «[^]*$/, '');
      const isSaid = status === 'met' ? proofs.length > 0 : reason.length > 5;
      const isProved = status === 'not' || proofs.length > 0;
      return ['met', 'partly', 'not'].includes(status) && isSaid && isProved ? [] : [number];
    });
    expect(silent).toEqual([]);
  });
});

describe('the rules of 2-step verification', () => {
  const rows = tableRows('docs/reference/two-step-rules.md').filter(([number = '']) =>
    /^\d+$/.test(number),
  );

  it('are all there, each once and in order', () => {
    expect(rows.map(([number]) => Number(number))).toEqual(
      Array.from({ length: 40 }, (_, place) => place + 1),
    );
  });

  it('are each shown by tests that are there', () => {
    expect(rows.flatMap(([number, , cell = '']) => missingProofs(number, cell))).toEqual([]);
    expect(rows.filter(([, , cell = '']) => proofsOf(cell).length === 0)).toEqual([]);
  });
});

/** The tests that a cell of a table names. */
function proofsOf(cell: string): { file: string; title: string }[] {
  return [...cell.matchAll(/`([\w/.-]+\.test\.ts)` «([^]*?)»(?=;|\.| *$)/g)].map(
    ([, file = '', title = '']) => ({ file, title }),
  );
}

/** Those of them that are not there. */
function missingProofs(number: string | undefined, cell: string): string[] {
  return proofsOf(cell).flatMap(({ file, title }) => {
    const path = existsSync(join(root, 'test/firmware', file)) ? `test/firmware/${file}` : file;
    const titles = existsSync(join(root, path)) ? titlesOf(read(path)) : [];
    return titles.includes(title) ? [] : [`${number}: ${file} «${title}»`];
  });
}

/** Titles of the tests of a file, as they are written. */
function titlesOf(source: string): string[] {
  const calls = source.matchAll(/\(\s*(['"`])((?:\\.|(?!\1).)+)\1,\s*(?:async )?\(/g);
  return [...calls].map(([, , title = '']) => title);
}

describe('the decision on dependencies', () => {
  it('has a line for every package, and for no other', () => {
    const own = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const used = [
      ...Object.keys(own['dependencies'] ?? {}),
      ...Object.keys(own['optionalDependencies'] ?? {}),
      ...Object.keys(own['devDependencies'] ?? {}),
    ];
    const named = firstColumn('docs/decisions/0002-dependencies.md').flatMap((cell) =>
      cell.split(', '),
    );
    expect(named.toSorted()).toEqual(used.toSorted());
  });
});

describe('the command line', () => {
  const run = promisify(execFile);
  const program = join(root, 'bin/nasboard.js');

  it.each([
    [['--bogus'], 2, /unknown option '--bogus'/],
    [['run'], 2, /missing required argument/],
    [['run', 'no-such-file.yaml'], 2, /no-such-file\.yaml/],
  ])('%j ends with %i and says why, without a stack', async (words, code, text) => {
    const failure = await run(process.execPath, [program, ...words]).then(
      () => undefined,
      (error: { code: number; stderr: string }) => error,
    );
    expect(failure?.code).toBe(code);
    expect(failure?.stderr).toMatch(text);
    expect(failure?.stderr).not.toMatch(/^\s+at /m);
  });

  it('the example for another test runner works on the built package', async () => {
    const { stdout } = await run(process.execPath, ['--test', 'docs/examples/with-node-test.mjs'], {
      cwd: root,
    });
    expect(stdout).toMatch(/^# fail 0$|ℹ fail 0/m);
  });
});
