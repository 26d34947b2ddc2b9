import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runFiles, type RunOptions } from '#sim/cli/run-files';
import { fakeRunIo } from './run-io.ts';
import { enrolmentSteps } from '../scenario/enrolment.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-sweep-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

/** Codes of a phone that is off, refused unless the window takes them. */
const swept = `name: Phones that are off
version: 1
sweep: { skew: [0s, 40s], window: [0, 2] }
table: { rows: skew, columns: window, value: refused, unit: of 2 true codes }
steps:
${enrolmentSteps.map((step) => `  - ${step}\n`).join('')}
  - phone: { skew: "\${skew}" }
  - repeat:
      times: 2
      steps:
        - delay: 30s
        - sign-in: { user: admin, password: Owner-2morrow, code: "\${totp(a)}", count-refused-as: refused }
`
  // Set while the password alone gives a session.
  .replace(
    '  - http: { method: POST, path: /api/v1/me/two-step/enrolment,',
    '  - http: { method: PATCH, path: /api/v1/settings, headers: { authorization: "Bearer ${token}" }, json: { twoStep.window: "${window}" }, expect: { status: 200 } }\n$&',
  );

function put(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

async function run(files: readonly string[], options: RunOptions = {}) {
  const io = fakeRunIo();
  const code = await runFiles(files, options, io);
  return { code, ...io.told };
}

describe('a sweep', () => {
  test('is told as a table, and written as CSV, picture and JSON with the same numbers', async () => {
    const options = { csv: at('o.csv'), svg: at('o.svg'), json: at('o.json') };
    const { code, out } = await run([put('phones.yaml', swept)], options);
    expect(code).toBe(0);
    expect(out).toContain(
      [
        '     refused of 2 true codes',
        '',
        '              window',
        '       skew   0   2',
        '         0s   0   0',
        '        40s   2   0',
        '',
      ].join('\n'),
    );
    expect(readFileSync(options.csv, 'utf8')).toBe(
      [
        'skew,window,seed,outcome,refused',
        '0s,0,1,passed,0',
        '0s,2,1,passed,0',
        '40s,0,1,passed,2',
        '40s,2,1,passed,0',
        '',
      ].join('\r\n'),
    );
    expect(readFileSync(options.svg, 'utf8')).toContain('skew 40s: 2 at window 0, 0 at window 2.');
    const { scenarios } = JSON.parse(readFileSync(options.json, 'utf8')) as { scenarios: unknown };
    expect(scenarios).toMatchObject([
      {
        cases: [
          { variables: { skew: '0s', window: 0 }, results: { refused: 0 } },
          {},
          { variables: { skew: '40s', window: 0 }, results: { refused: 2 } },
          {},
        ],
        table: {
          value: 'refused',
          panels: [
            {
              cells: [
                [0, 0],
                [2, 0],
              ],
            },
          ],
        },
      },
    ]);
  });

  test('can be run in part, and its other numbers are then missing', async () => {
    const chosen = { case: { skew: '40s', window: '0' } };
    const { code, out } = await run([put('phones.yaml', swept)], chosen);
    expect(code).toBe(0);
    expect(out).toContain('\n         0s   -   -\n        40s   2   -\n');
    expect(out).toContain('1 case,');
  });

  test('names the case that failed, and the command that repeats it alone', async () => {
    const broken = swept.replace(', count-refused-as: refused', '').replace(/^table:.*\n/m, '');
    const { code, out } = await run([put('phones.yaml', broken)]);
    expect(code).toBe(1);
    expect(out).toContain('case      skew 40s, window 0, seed 1');
    expect(out).toMatch(/again +nasboard run \S+ --seed 1 --case skew=40s --case window=0 --trace/);
  });

  test('of several files, each table has a file of its own', async () => {
    const files = [put('a.yaml', swept), put('plain.yaml', 'version: 1\nsteps: [{ delay: 1s }]\n')];
    await run([...files, put('b.yaml', swept)], { csv: at('o.csv'), svg: at('o.svg') });
    const written = ['o-1.csv', 'o-2.csv', 'o-1.svg', 'o-2.svg', 'o.csv', 'o-3.csv'].map((name) =>
      existsSync(at(name)),
    );
    expect(written).toEqual([true, true, true, true, false, false]);
  });
});

describe('nothing runs', () => {
  const many = [1, 2, 3, 4, 5, 6, 7].map((number) => `${number}s`).join(', ');

  test.each<[string, string, RunOptions, RegExp]>([
    ['where no case has the values', swept, { case: { skew: '1s' } }, /no case has skew=1s\n/],
    ['where no file has a list of that name', swept, { case: { skwe: '0s' } }, /has skwe=0s\n/],
    [
      'where there is no table to write',
      'version: 1\nsteps: [{ delay: 1s }]\n',
      { csv: 'x.csv' },
      /--csv and --svg need a scenario with a "table"\n/,
    ],
    [
      'where a picture would have more lines than can be told apart',
      swept
        .replace('skew: [0s, 40s]', `skew: [${many}]`)
        .replace('rows: skew, columns: window', 'rows: window, columns: skew'),
      { svg: 'x.svg' },
      /phones\.yaml: --svg tells 6 columns apart at most, not 7\n/,
    ],
  ])('%s', async (_what, text, options, problem) => {
    const { code, out, err } = await run([put('phones.yaml', text)], options);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(problem);
  });
});
