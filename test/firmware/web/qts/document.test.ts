import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const folder = join(root, 'firmware/web/qts');
const source = readdirSync(folder)
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n');
const document = readFileSync(join(root, 'docs/reference/qts-api.md'), 'utf8');

/** What the first column of the tables with this heading names; `N` counts. */
function named(heading: string): readonly string[] {
  const tables = [...document.matchAll(new RegExp(`^\\| ${heading} \\|[^]*?\\n\\n`, 'gm'))];
  const rows = tables.flatMap(([table]) => table.split('\n').slice(2));
  const names = rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)]);
  return [...new Set(names.map(([, name = '']) => name))].toSorted();
}

const found = (pattern: RegExp): readonly string[] =>
  [...source.matchAll(pattern)].map(([, name = '']) => name);

describe('the reference of the QTS API', () => {
  it('names every parameter that is looked at, and no other', () => {
    const read = [
      ...found(/parameters\.(?:get|has)\('(\w+)'\)/g),
      ...found(/(?:isOn|wholeNumber)\(call, '(\w+)'\)/g),
      ...found(/'(client_app|client_agent|device)'/g),
    ];
    expect(named('parameter')).toEqual([...new Set(read)].toSorted());
  });

  it('names every element that is answered, and no other', () => {
    const written = [
      ...found(/\[\s*'(\w+)',/g),
      ...found(/: XmlElement = \[\s*'(\w+)'/g),
      ...found(/\[`(\w+\$\{[^`]*)`,/g).map((name) =>
        name.replace(/\$\{(?:number|place \+ 1)\}/, 'N'),
      ),
      ...['cpu', 'sys'].flatMap((of) => [`${of}_tempc`, `${of}_tempf`]),
    ];
    const constants = new Set(['client_app', 'GET', '1', '2', '3']);
    const elements = written.filter((name) => !constants.has(name) && !name.startsWith('${'));
    expect(named('element')).toEqual([...new Set(elements)].toSorted());
  });
});
