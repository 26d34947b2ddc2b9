import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import type { CaseResult, Outcome } from '#sim/scenario/result';
import { tabulate } from '#sim/scenario/sweep-table';
import type { Axis } from '#sim/scenario/sweep';
import { formatCsv } from '#sim/cli/table-csv';
import { plotTable } from '#sim/cli/table-plot';
import { formatTable } from '#sim/cli/table-text';

const axes: readonly Axis[] = [
  { name: 'drift', values: ['50ppm', '-50ppm', '5ppm'] },
  { name: 'interval', values: ['1h', '7d'] },
  { name: 'window', values: [0, 1] },
];

/** A result of one combination. */
function result(
  [drift, interval, window]: readonly [string, string, number],
  refused: number,
  more: { readonly outcome?: Outcome; readonly seed?: number } = {},
): CaseResult {
  return {
    variables: { drift, interval, window },
    seed: 1,
    outcome: 'passed',
    failure: undefined,
    faults: [],
    results: { refused, asked: 20 },
    simulatedUs: 1,
    elapsedMs: 1,
    trace: undefined,
    serialLog: undefined,
    vcd: undefined,
    ...more,
  };
}

const all = [0, 1].flatMap((window) =>
  ['50ppm', '-50ppm', '5ppm'].flatMap((drift, place) => [
    result([drift, '1h', window], place),
    result([drift, '7d', window], 10 * place + window),
  ]),
);
const layout = { rows: 'drift', columns: 'interval', each: 'window', value: 'refused' } as const;

describe('a table on a terminal', () => {
  test('is aligned, a block for each panel, with the values as they are written', () => {
    const table = tabulate({ ...layout, unit: 'of 20 true codes' }, axes, all);
    expect(formatTable(table).join('\n')).toBe(`refused of 20 true codes

window 0
           interval
   drift   1h   7d
   50ppm    0    0
  -50ppm    1   10
    5ppm    2   20

window 1
           interval
   drift   1h   7d
   50ppm    0    1
  -50ppm    1   11
    5ppm    2   21`);
  });

  test('has one column where there is no second list', () => {
    const one = [{ name: 'drift', values: ['1ppm', '2ppm'] }];
    const cases = ['1ppm', '2ppm'].map((drift, place) => ({
      ...result([drift, '1h', 0], place),
      variables: { drift },
    }));
    const table = tabulate({ rows: 'drift', value: 'refused' }, one, cases);
    expect(formatTable(table)).toEqual([
      'refused',
      '',
      '  drift   refused',
      '   1ppm         0',
      '   2ppm         1',
    ]);
  });

  test('shows the mean of several seeds, and says so', () => {
    const seeds = [1, 2, 3].map((seed) => result(['5ppm', '1h', 0], seed === 3 ? 5 : 1, { seed }));
    const lines = formatTable(tabulate(layout, axes, seeds));
    expect(lines[0]).toBe('refused, mean of 3 seeds');
    expect(lines).toContain('    5ppm   2.33    -');
  });

  test('has no number where a case did not pass, or was not run', () => {
    const cases = [
      result(['5ppm', '1h', 0], 3, { outcome: 'failed' }),
      result(['5ppm', '7d', 0], 4),
    ];
    const { panels } = tabulate(layout, axes, cases);
    expect(panels.map(({ cells }) => cells[2])).toEqual([
      [null, 4],
      [null, null],
    ]);
  });
});

describe('a table as CSV', () => {
  test('has a line for each case, with all that was counted', () => {
    const cases = [all[0], result(['5ppm', 'a "b", c', 1], 7, { outcome: 'failed', seed: 4 })];
    expect(formatCsv({ cases: cases.filter((each) => each !== undefined) })).toBe(
      [
        'drift,interval,window,seed,outcome,refused,asked',
        '50ppm,1h,0,1,passed,0,20',
        '5ppm,"a ""b"", c",1,4,failed,,',
        '',
      ].join('\r\n'),
    );
  });
});

describe('a table as a picture', () => {
  const svg = plotTable(tabulate(layout, axes, all), 'Codes');

  test('is well-formed and says all its numbers in words', () => {
    expect(XMLValidator.validate(svg)).toBe(true);
    expect(svg).toContain('window 1, drift -50ppm: 1 at interval 1h, 11 at interval 7d.');
  });

  test('has its rows in order and to scale, whatever their order in the file', () => {
    const [line] = [...svg.matchAll(/d="(M88 [^"]*L[^"]*)"/g)].map(([, d]) => d);
    // 5ppm is at 55 hundredths of the way from -50 to 50.
    expect(line).toMatch(/^M88 [\d.]+L215.6 [\d.]+L320 [\d.]+$/);
  });

  test.each([
    ['that are no numbers', ['good', 'dead', 'removed'], [88, 274, 460]],
    ['that are too close to be drawn to scale', ['3h', '15s', '4m'], [88, 274, 460]],
    ['that are not', ['1m', '30s', '2m'], [88, 212, 460]],
  ])('stands rows %s where they can be read', (_what, values, places) => {
    const rows = [{ name: 'row', values }];
    const cases = values.map((row, place) => ({
      ...result(['', '', 0], place),
      variables: { row },
    }));
    const drawn = plotTable(tabulate({ rows: 'row', value: 'refused' }, rows, cases), 'Rows');
    const [first, second, third] = places;
    expect(drawn).toMatch(new RegExp(`d="M${first} [\\d.]+L${second} [\\d.]+L${third} [\\d.]+"`));
  });

  test('leaves out what has no number', () => {
    const drawn = plotTable(tabulate(layout, axes, all.slice(0, 1)), 'Codes');
    expect(drawn).toContain('- at interval 7d');
    expect(drawn).not.toContain('NaN');
  });
});
