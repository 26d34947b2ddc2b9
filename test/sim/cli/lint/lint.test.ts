import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { lintFiles, lintText } from '#sim/cli/lint/lint-app';

const folder = mkdtempSync(join(tmpdir(), 'nasboard-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const scenario = (steps: string, header = 'version: 1'): string => `${header}\nsteps:\n${steps}\n`;

const board = `console: /dev/ttyS0
resetButton: { driver: evdev, device: /dev/input/event0 }
leds: { status: { green: /sys/class/leds/green, red: /sys/class/leds/red } }
storage: flash
`;

/** `line:column severity text [rule]` of all findings. */
function findingsOf(text: string, limitUs?: number): readonly string[] {
  const { findings } = lintText(text, 'f.yaml', limitUs);
  return findings.map((each) => {
    return `${each.line}:${each.column} ${each.severity} ${each.text} [${each.rule}]`;
  });
}

function lint(texts: Readonly<Record<string, string>>, flags: Parameters<typeof lintFiles>[1]) {
  const files = Object.keys(texts).map((name) => join(folder, name));
  Object.values(texts).forEach((text, place) => writeFileSync(files[place] ?? '', text));
  let out = '';
  const io = {
    out: (said: string) => void (out += said),
    err: (said: string) => void (out += said),
  };
  return { code: lintFiles(files, flags, io), out: out.replaceAll(`${folder}/`, '') };
}

describe('a file is known by what is in it', () => {
  test.each([
    ['scenario', scenario('  - delay: 1s')],
    ['scenario', 'steps: 5'],
    ['scenario', 'version: 1'],
    ['board', board],
    ['board', 'leds: 5'],
    ['unknown', 'a: 5'],
    ['unknown', '[1, 2]'],
    ['unknown', ''],
    ['unknown', 'a: ['],
  ])('%s', (kind, text) => {
    expect(lintText(text, 'f.yaml').kind).toBe(kind);
  });
});

describe('advice on a scenario', () => {
  const pin = 'part-id: reset, value: 1';

  test.each([
    [
      `  - set-control: { ${pin}, control: pressed }`,
      '3:46 warning set-control.control',
      'old-name',
    ],
    [`  - expect-pin: { ${pin}, pin: pressed }`, '3:45 warning expect-pin.pin', 'old-name'],
    [
      '  - capture-serial: { pattern: "(x)", as: it }',
      '3:43 warning capture-serial: nothing uses ${it}',
      'unused-capture',
    ],
    [
      '  - phone: { scan: qr-of-console, as: it }',
      '3:39 warning phone: nothing uses ${totp(it)}',
      'unused-capture',
    ],
    [
      '  - http: { path: /a, capture: { it: a.b } }',
      '3:34 warning http: nothing uses ${it}',
      'unused-capture',
    ],
    [
      '  - repeat: { times: 2, steps: [{ expect-mail: { to: a, capture: { it: a } } }] }',
      '3:68 warning expect-mail: nothing uses ${it}',
      'unused-capture',
    ],
  ])('%s', (steps, text, rule) => {
    const [finding = '', ...more] = findingsOf(scenario(steps));
    expect(finding).toContain(text);
    expect(finding).toContain(`[${rule}]`);
    expect(more).toEqual([]);
  });

  test('none on a capture that is used, in base64 too', () => {
    const capture = '  - capture-serial: { pattern: "(x)", as: it }\n';
    for (const use of ['${it}', 'a ${base64(it)}']) {
      expect(findingsOf(scenario(`${capture}  - write-serial: "${use}"`))).toEqual([]);
    }
  });

  test.each([
    ['  - expect-beeps: [1s]', 1],
    ['  - expect-beeps: []', 0],
    ['  - power: on\n  - expect-beeps: [1s]', 0],
    ['  - expect-beeps: [1s]\n  - power: cycle\n  - expect-beeps: [1s]', 1],
    ['  - set-control: { part-id: power, name: on, value: 1 }\n  - expect-beeps: [1s]', 0],
    ['  - power: cut\n  - expect-beeps: [1s]', 1],
  ])('beeps of a board without power: %j', (steps, count) => {
    const found = findingsOf(scenario(steps, 'version: 1\nboard: { power: off }'));
    expect(found).toHaveLength(count);
    for (const each of found) expect(each).toContain('[board-is-off]');
  });

  test.each([
    ['  - wait-serial: a', 30_000_000, 0],
    ['  - wait-serial: a', 29_999_999, 1],
    ['  - wait-serial: { text: a, timeout: 10s }', 10_000_000, 0],
    ['  - wait-serial: { text: a, timeout: 11s }', 10_000_000, 1],
    ['  - expect-log: a', 1_000_000, 0],
    ['  - delay: 10s', 10_000_000, 0],
    ['  - delay: 11s', 10_000_000, 1],
    ['  - press: { hold: 11s }', 10_000_000, 1],
    ['  - wait-serial: a', undefined, 0],
  ])('a wait that outlasts the run: %s within %s us', (steps, limitUs, count) => {
    const found = findingsOf(scenario(steps), limitUs);
    expect(found).toHaveLength(count);
    for (const each of found) expect(each).toContain('[over-limit]');
  });
});

describe('nasboard lint', () => {
  test('tells all mistakes and all advice of all files, in the order of each file', () => {
    const bad = scenario(
      '  - set-control: { part-id: btn1, control: pressed, value: 1 }\n  - delay: 3\n  - touch: {}',
    );
    const { code, out } = lint({ 'bad.yaml': bad, 'board.yaml': `${board}x: 1\n` }, {});
    const places = [...out.matchAll(/^([\w.]+:\d+:\d+) {2}(\w+)/gm)].map(
      ([, place, severity]) => `${place} ${severity}`,
    );
    expect(places).toEqual([
      'bad.yaml:3:18 error',
      'bad.yaml:3:35 warning',
      'bad.yaml:4:12 error',
      'bad.yaml:5:5 error',
      'board.yaml:5:1 error',
    ]);
    expect(out).toContain('  4 |   - delay: 3\n    |            ^\n');
    expect(out).toContain('parts of a Wokwi diagram have other names: its button is reset');
    expect(out).toContain('this board has no touch screen');
    expect(out).toMatch(/2 files: 4 errors, 1 warning\n$/);
    expect(code).toBe(1);
  });

  test.each([
    [{ 'a.yaml': scenario('  - delay: 1s'), 'b.yaml': board }, 0],
    [{ 'a.yaml': scenario('  - expect-pin: { part-id: reset, pin: pressed, value: 0 }') }, 0],
    [{ 'a.yaml': 'a: 1' }, 1],
    [{ 'a.yaml': 'a: [' }, 1],
  ])('%j ends with %i', (texts, code) => {
    expect(lint(texts, {}).code).toBe(code);
  });

  test('a file that is not there ends with 2, the others being told of', () => {
    const there = join(folder, 'there.yaml');
    writeFileSync(there, 'a: 1');
    let out = '';
    const io = { out: (text: string) => void (out += text), err: () => undefined };
    expect(lintFiles([join(folder, 'none.yaml'), there], {}, io)).toBe(2);
    expect(out).toContain('neither a scenario nor a board file');
  });

  test('as JSON it has each file, what it is, and its findings', () => {
    const { out } = lint({ 'a.yaml': scenario('  - delay: 3'), 'b.yaml': board }, { json: true });
    expect(JSON.parse(out)).toMatchObject({
      files: [
        {
          kind: 'scenario',
          findings: [{ line: 3, column: 12, severity: 'error', rule: 'form' }],
        },
        { kind: 'board', findings: [] },
      ],
    });
  });

  test('the examples have no mistakes', () => {
    const examples = new URL('../../../../docs/examples/', import.meta.url);
    const names = readdirSync(examples).filter((name) => name.endsWith('.yaml'));
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const path = new URL(name, examples).pathname;
      expect(lintText(readFileSync(path, 'utf8'), path).findings).toEqual([]);
    }
  });
});

const numRuns = process.env['NASBOARD_PROOF'] === 'full' ? 20_000 : 400;

const pieces = [
  'steps:\n  - ',
  'resetButton: ',
  'leds: { status: { green: ',
  'rtc: { driver: ds3231, bus: ',
  '{ chip: a, line: 1, bias: pull-up }',
  '- expect-beeps: [1s]\n',
  'capture: { a: "${b}" }',
  'part-id: x',
  '&a ',
  '*a',
  '[',
  '}',
  '\n',
  '\t',
  '"',
  '${totp(',
  '__proto__: ',
  'constructor: ',
];

/** A scenario or a board file with pieces put in and cut out. */
const mutant = fc
  .tuple(
    fc.constantFrom(
      board,
      scenario('  - capture-serial: { pattern: a, as: b }\n  - delay: 3s', 'version: 1'),
    ),
    fc.array(
      fc.tuple(
        fc.nat(400),
        fc.nat(12),
        fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 })),
      ),
      { minLength: 1, maxLength: 8 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((before, [place, length, piece]) => {
      const at = place % (before.length + 1);
      return before.slice(0, at) + piece + before.slice(at + length);
    }, text),
  );

/** Every finding has a place inside of the text. */
function expectPlaced(text: string, look: typeof lintText = lintText): void {
  const lines = text.split('\n').length;
  for (const { line, column, text: said } of look(text, 'f.yaml', 1_000_000).findings) {
    if (line < 1 || line > lines || column < 1 || said === '') {
      throw new Error(`no place: ${line}:${column} ${said}`);
    }
  }
}

describe('whatever text a file holds, lint has an answer', () => {
  test('changed scenarios and board files', () => {
    fc.assert(
      fc.property(mutant, (text) => expectPlaced(text)),
      { numRuns },
    );
  });

  test.each([
    ['[', 20_000],
    ['leds: {', 8_000],
    ['- ', 20_000],
  ])('«%s» %i times', (piece, times) => {
    expectPlaced(piece.repeat(times));
  });

  test('aliases of aliases in a board file', () => {
    const level = (name: string, of: string): string =>
      `${name}: &${name} [${Array.from({ length: 9 }, () => of).join(',')}]\n`;
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const text = names.map((name, place) =>
      level(name, place === 0 ? 'x' : `*${names[place - 1]}`),
    );
    expectPlaced(`${board}${text.join('')}`);
  });

  test('canary: findings without a place are caught', () => {
    const placeless: typeof lintText = (text, file, limitUs) => {
      const linted = lintText(text, file, limitUs);
      return { ...linted, findings: linted.findings.map((each) => ({ ...each, line: 0 })) };
    };
    const outcome = fc.check(
      fc.property(mutant, (text) => expectPlaced(text, placeless)),
      { numRuns: 400 },
    );
    expect(outcome.failed).toBe(true);
  });
});
