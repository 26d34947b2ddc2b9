import { describe, expect, test } from 'vitest';
import { readScenario, type Scenario } from '#sim/scenario/reader';
import { runScenario } from '#sim/scenario/run-scenario';
import { enrolmentSteps } from './enrolment.ts';
import { problemsOf, scenarioOf } from './read.ts';

const variablesOf = ({ cases }: Scenario): readonly unknown[] =>
  cases.map(({ variables }) => variables);

describe('a sweep', () => {
  const header = 'sweep: { drift: [-50ppm, 1ppm], window: [0, 1] }';

  test('makes one case of each combination, the last list changing fastest', () => {
    const steps = '  - rtc: { drift: "${drift}" }\n  - write-serial: "${window}"';
    expect(variablesOf(scenarioOf(steps, header))).toEqual([
      { drift: '-50ppm', window: 0 },
      { drift: '-50ppm', window: 1 },
      { drift: '1ppm', window: 0 },
      { drift: '1ppm', window: 1 },
    ]);
  });

  test('puts its values into the steps, with their types', () => {
    const steps = '  - rtc: { drift: "${drift}" }\n  - write-serial: ["${window}"]';
    const { cases } = scenarioOf(steps, header);
    expect(cases.map((each) => each.steps.map(({ value }) => value))).toEqual([
      [{ drift: -50 }, [0]],
      [{ drift: -50 }, [1]],
      [{ drift: 1 }, [0]],
      [{ drift: 1 }, [1]],
    ]);
  });

  test('puts its values into the board', () => {
    const both = 'sweep: { drift: [2ppm, 3ppm], chance: [8, 9] }';
    const board =
      'board: { seed: "${chance}", crystal-ppm: "${drift}", rtc: { drift: "${drift}" } }';
    const { cases } = scenarioOf('  - delay: 1s', `${both}\n${board}`);
    expect(cases.map((each) => each.board)).toEqual([
      { seed: 8, 'crystal-ppm': 2, rtc: { drift: 2 } },
      { seed: 9, 'crystal-ppm': 2, rtc: { drift: 2 } },
      { seed: 8, 'crystal-ppm': 3, rtc: { drift: 3 } },
      { seed: 9, 'crystal-ppm': 3, rtc: { drift: 3 } },
    ]);
  });

  test('stands beside a list of holds', () => {
    const steps = '  - press: { hold: [1s, 2s] }\n  - delay: "${rest}"';
    expect(variablesOf(scenarioOf(steps, 'sweep: { rest: [3s, 4s] }'))).toEqual([
      { rest: '3s', hold: '1s' },
      { rest: '3s', hold: '2s' },
      { rest: '4s', hold: '1s' },
      { rest: '4s', hold: '2s' },
    ]);
  });

  test('runs all cases, or those with the values that are asked for', async () => {
    const scenario = scenarioOf('  - delay: "${rest}"', 'sweep: { rest: [1s, 2s] }');
    const all = await runScenario(scenario);
    expect(all.cases.map(({ simulatedUs }) => simulatedUs)).toEqual([1_000_000, 2_000_000]);
    const one = await runScenario(scenario, { chosen: { rest: '2s' } });
    expect(one.cases.map(({ variables }) => variables)).toEqual([{ rest: '2s' }]);
  });

  const table = 'table: { rows: rest, value: refused }';
  const counted = 'sign-in: { user: a, password: b, code: "1", count-refused-as: refused }';

  test.each([
    ['no lists', 'sweep: {}', '1:8  sweep: expected lists with names, not a group of fields'],
    ['a list that is none', 'sweep: { rest: 1s }', '1:16  sweep.rest: expected a list of values'],
    ['an empty list', 'sweep: { rest: [] }', '1:16  sweep.rest: expected a list of values, not an'],
    ['a list in a list', 'sweep: { rest: [[1s]] }', '1:17  sweep.rest: expected a plain value'],
    ['a value twice', 'sweep: { rest: [1s, 1s] }', '1:21  sweep.rest: "1s" is in the list already'],
    ['a name of a column', 'sweep: { seed: [1s] }', '1:10  sweep.seed: "seed" has a meaning'],
    [
      'a list and a result of one name',
      'sweep: { rest: [1s], refused: [1] }\nboard: { seed: "${refused}" }\ntable: { rows: rest, columns: refused, value: refused }',
      '3:47  table.value: a list and a result are both called "refused"',
    ],
    ['a name that is taken', 'sweep: { hold: [1s] }', '1:10  sweep.hold: "hold" has a meaning'],
    ['a list that nothing uses', 'sweep: { more: [1] }', '1:10  sweep.more: nothing uses ${more}'],
    ['a wrong value', 'sweep: { rest: [1s, 2] }', '4:12  delay: "2" has no unit'],
    [
      'a wrong value in the board',
      'sweep: { rest: [1s] }\nboard: { seed: "${rest}" }',
      '2:16  board.seed: "1s" is no integer',
    ],
    [
      'an unknown name in the board',
      'sweep: { rest: [1s] }\nboard: { model: "${modle}" }',
      '2:17  board.model: ${modle} has no value here: no list of sweep is called "modle"',
    ],
    [
      'too many cases',
      `sweep: { rest: [${Array.from({ length: 101 }, (_, n) => `${n + 1}s`).join()}], b: [${Array.from({ length: 100 }, (_, n) => n).join()}] }\nboard: { seed: "\${b}" }`,
      '1:8  sweep: 10100 cases: up to 10000 are possible',
    ],
    ['a table of no lists', table, '1:16  table.rows: there is no list "rest"; there are: none'],
    [
      'a table of a list that is none',
      `sweep: { rest: [1s] }\ntable: { rows: rest, columns: colour, value: refused }`,
      '2:31  table.columns: there is no list "colour"; there are: rest',
    ],
    [
      'a list in two places',
      `sweep: { rest: [1s] }\ntable: { rows: rest, columns: rest, value: refused }`,
      '2:31  table.columns: "rest" is the list of rows already',
    ],
    [
      'a list in no place',
      `sweep: { rest: [1s], chance: [1] }\nboard: { seed: "\${chance}" }\n${table}`,
      '3:1  table: the list "chance" is in no place of the table',
    ],
    [
      'a table of a result that no step keeps',
      `sweep: { rest: [1s] }\ntable: { rows: rest, value: rejected }`,
      '2:29  table.value: there is no result "rejected"; there are: refused',
    ],
    [
      'a table with an unknown field',
      `sweep: { rest: [1s] }\ntable: { rows: rest, value: refused, colour: red }`,
      '2:38  table.colour: "colour" is no field here',
    ],
  ])('is refused, with line and column: %s', (_what, top, problem) => {
    const lines = top.split('\n').length;
    const head = `${top}\nversion: 1\nsteps:\n`;
    const problems = problemsOf(`${head}  - delay: "\${rest}"\n  - ${counted}\n`).join('\n');
    const moved = problem.replace(/^4:/, `${lines + 3}:`);
    expect(problems).toContain(`f.yaml:${moved}`);
  });

  test('a name that no list has is refused where it is used', () => {
    const [problem] = problemsOf('version: 1\nsteps:\n  - delay: "${rest}"\n');
    expect(problem).toBe(
      'f.yaml:3:12  delay: ${rest} has no value here: no step before captures "rest", no sweep lists it',
    );
  });
});

describe('a table of a sweep', () => {
  /** Where the cell is dead the clock is unset after a restart, and every code refused. */
  const text = (table: string): string => `version: 1
sweep: { battery: [good, dead], tries: [1, 2], chance: [3, 4] }
board: { seed: "\${chance}" }
table: ${table}
steps:
${enrolmentSteps.map((step) => `  - ${step}`).join('\n')}
  - ntp: { server: all, dns: fails }
  - rtc: { battery: "\${battery}" }
  - power: cycle
  - wait-state: { appliance: ready }
  - for-each:
      as: try
      from: 1
      to: "\${tries}"
      steps:
        - delay: 30s
        - sign-in: { user: admin, password: Owner-2morrow, code: "\${totp(a)}", count-refused-as: refused }
`;

  test('has the counts of all cases, each in its place', async () => {
    const scenario = readScenario(
      text('{ rows: tries, columns: battery, each: chance, value: refused, unit: of some }'),
      't.yaml',
    );
    const { table, cases, outcome } = await runScenario(scenario);
    expect(cases.map(({ failure }) => failure?.seen)).toEqual(cases.map(() => undefined));
    expect(outcome).toBe('passed');
    expect(table).toEqual({
      rows: { name: 'tries', values: ['1', '2'] },
      columns: { name: 'battery', values: ['good', 'dead'] },
      each: { name: 'chance', values: ['3', '4'] },
      value: 'refused',
      unit: 'of some',
      seeds: 2,
      panels: [
        {
          each: '3',
          cells: [
            [0, 1],
            [0, 2],
          ],
        },
        {
          each: '4',
          cells: [
            [0, 1],
            [0, 2],
          ],
        },
      ],
    });
    expect(cases[0]?.results).toEqual({ refused: 0 });
  });
});
