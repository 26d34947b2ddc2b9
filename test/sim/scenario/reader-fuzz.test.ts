import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScenarioError, type ScenarioProblem } from '#sim/scenario/problem';
import { readScenario } from '#sim/scenario/reader';

const folder = new URL('../../../docs/examples/', import.meta.url);
const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));

type Read = typeof readScenario;

/** Reads any text at all: a scenario comes of it, or problems that have a place in the text. */
function expectReadable(text: string, read: Read = readScenario): void {
  let problems: readonly ScenarioProblem[] = [];
  try {
    read(text, 'fuzz.yaml');
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    problems = error.problems;
    if (problems.length === 0) throw new Error('refused without a problem', { cause: error });
  }
  const lines = text.split('\n').length;
  for (const { line, column, text: said } of problems) {
    const hasPlace = line >= 1 && line <= lines && column >= 1;
    if (!hasPlace || said === '') throw new Error(`no place: ${line}:${column} ${said}`);
  }
}

const fragments = [
  '- ',
  '? ',
  ': ',
  '[',
  ']',
  '{',
  '}',
  '&a ',
  '*a',
  '!x ',
  '|\n',
  '>-\n',
  '"',
  "'",
  '#',
  '\t',
  '\n  ',
  '${',
  '}',
  '$${x}',
  '${hold}',
  '${a}',
  'sweep: { a: [1, 2s], hold: [-5ppm], b: [[1]] }\n',
  'table: { rows: a, columns: b, value: refused }\n',
  '${label.mac99}',
  '__proto__: 1\n',
  'constructor',
  '<<: *a',
  '---\n',
  '%YAML 1.1\n',
  'null',
  '.nan',
  '1e999',
  '0x10',
  '-1',
  '3',
  '3s',
  '[3s, 4s]',
  'true',
  'steps:\n',
  'for-each: { as: x, from: 1, to: 99999, steps: [] }',
  'repeat: { times: 2, steps: [',
  '\u0000',
  '\ud800',
];

/** A valid scenario with some pieces cut out, doubled, or put in. */
const mutant = fc
  .tuple(
    fc.constantFrom(...examples),
    fc.array(
      fc.tuple(
        fc.nat(5_000),
        fc.nat(40),
        fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 8 })),
      ),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([example, edits]) =>
    edits.reduce((text, [place, length, piece]) => {
      const at = place % text.length;
      return text.slice(0, at) + piece + text.slice(at + length);
    }, example),
  );

describe('whatever text a scenario file holds, there is a scenario or a problem with its place', () => {
  test('mutated scenarios', () => {
    fc.assert(
      fc.property(mutant, (text) => expectReadable(text)),
      { numRuns: 600 },
    );
  });

  test('random text', () => {
    const pieces = fc.array(fc.oneof(fc.constantFrom(...fragments), fc.string()), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(pieces, (parts) => expectReadable(parts.join(''))),
      { numRuns: 600 },
    );
  });

  test.each([
    ['[', 100_000],
    ['{a: ', 5_000],
    ['- ', 100_000],
    ['? ', 50_000],
    ['- &a ', 5_000],
    ['!a - ', 5_000],
    ["['", 5_000],
    ['- - - -\n', 2_000],
    ['a: ', 2_000],
    ["''", 50_000],
  ])('«%s» %i times', (piece, times) => {
    expectReadable(piece.repeat(times));
  });

  test('a block that is indented ever deeper', () => {
    const lines = Array.from({ length: 700 }, (_, depth) => `${' '.repeat(depth)}a:\n`);
    expectReadable(lines.join(''));
  });

  test('brackets in quotes are no nesting', () => {
    const text = `version: 1\nsteps:\n  - wait-serial: "${'['.repeat(500)}"\n`;
    expect(readScenario(text, 'f').cases).toHaveLength(1);
  });

  test('aliases of aliases, and an alias of itself', () => {
    const level = (name: string, of: string): string =>
      `${name}: &${name} [${Array.from({ length: 9 }, () => of).join(',')}]\n`;
    expectReadable(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g']
        .map((name, depth, all) => level(name, depth === 0 ? 'x' : `*${all[depth - 1] ?? ''}`))
        .join(''),
    );
    expectReadable('steps: &a [*a]');
  });

  test('loops in loops in cases', () => {
    const inner = '{ for-each: { as: b, from: 1, to: 10000, steps: [{ delay: 1s }] } }';
    expectReadable(
      `version: 1\nsteps: [{ for-each: { as: a, from: 1, to: 10000, steps: [${inner}] } }]`,
    );
    const holds = Array.from({ length: 9_999 }, () => '1s').join(', ');
    expectReadable(`version: 1\nsteps: [{ press: { hold: [${holds}] } }, ${inner}]`);
  });

  test('sweeps of many values, with steps that do not fit them', () => {
    const values = Array.from({ length: 100 }, (_, value) => value).join(', ');
    const sweep = `sweep: { a: [${values}], b: [${values}], hold: [1], "__proto__": [1] }`;
    const table = 'table: { rows: constructor, columns: a, each: b, value: __proto__ }';
    const steps = 'steps: [{ delay: "${a}" }, { press: { hold: ["${b}"] } }]';
    for (const board of ['', 'board: "${a}"', 'board: { seed: "${a}", rtc: "${b}" }']) {
      expectReadable(`version: 1\n${sweep}\n${table}\n${board}\n${steps}`);
    }
  });

  test('canary: a reader that crashes, and one that gives no place, are caught', () => {
    const crashes: Read = (text, file) => {
      if (text.includes('${')) throw new TypeError('of undefined');
      return readScenario(text, file);
    };
    const placeless: Read = (text, file) => {
      if (!text.includes('steps'))
        throw new ScenarioError([{ file, line: 0, column: 1, text: 'no' }]);
      return readScenario(text, file);
    };
    for (const read of [crashes, placeless]) {
      const outcome = fc.check(
        fc.property(mutant, (text) => expectReadable(text, read)),
        { numRuns: 600 },
      );
      expect(outcome.failed).toBe(true);
    }
  });
});
