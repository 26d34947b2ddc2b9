import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { qDocRoot } from '#firmware/web/qts/xml';

const parser = new XMLParser({ parseTagValue: false, trimValues: false, ignoreDeclaration: true });

/** What a client finds in an element that holds this text. */
function seenBy(text: string, write = (value: string) => qDocRoot([['username', value]])): unknown {
  const document = write(text);
  if (XMLValidator.validate(document) !== true) return undefined;
  const { QDocRoot: root } = parser.parse(document) as { QDocRoot: Record<string, unknown> };
  const names = Object.keys(root).filter((name) => name !== '#text');
  return names.length === 1 ? root['username'] : names;
}

const tricks = [
  ']]>',
  ']]]]>>',
  ']]',
  ']',
  ']]>]]>',
  '<![CDATA[',
  '<authPassed>1</authPassed>',
  ']]></username><authPassed><![CDATA[1]]></authPassed><username><![CDATA[',
  '&lt;&amp;&#65;',
  '<!-- -->',
  '"\'',
  'Ünïcödé 🔑',
];

describe('an answer', () => {
  it('is a document of its own kind and version', () => {
    expect(qDocRoot([['a', 1]])).toBe(
      '<?xml version="1.0" encoding="UTF-8" ?>\n<QDocRoot version="1.0">\n<a><![CDATA[1]]></a></QDocRoot>\n',
    );
    expect(
      qDocRoot([
        [
          'a',
          [
            ['b', 'c'],
            ['d', []],
          ],
        ],
      ]),
    ).toContain('<a><b><![CDATA[c]]></b><d></d></a>');
  });

  it.each(tricks)('holds %o as text and nothing else', (text) => {
    expect(seenBy(text)).toBe(text);
  });

  it.each([
    ['\0', '\u{FFFD}'],
    ['a\u{1}b', 'a\u{FFFD}b'],
    ['\u{1B}[31m', '\u{FFFD}[31m'],
    ['\u{FFFE}\u{FFFF}', '\u{FFFD}\u{FFFD}'],
    ['\u{D800}', '\u{FFFD}'],
    ['x\u{DC00}y', 'x\u{FFFD}y'],
    ['\t\n', '\t\n'],
  ])('replaces what XML cannot write: %o', (text, written) => {
    expect(seenBy(text)).toBe(written);
  });
});

/** A text that does not come back as it went in, as a report with its seed. */
const broken = (write?: (value: string) => string): string | undefined => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...tricks, '>', ']', '<', '/')).map((parts) => parts.join('')),
  );
  const outcome = fc.check(
    fc.property(text, (value) => {
      const expected = value
        .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
        .replace(/\r\n?/g, '\n');
      const seen = seenBy(value, write);
      expect(typeof seen === 'string' ? seen.replace(/\r\n?/g, '\n') : seen).toBe(expected);
    }),
    { numRuns: 500 },
  );
  return fc.defaultReportMessage(outcome);
};

describe('any text', () => {
  it('comes back from an answer as it went in', () => {
    expect(broken()).toBeUndefined();
  });

  it('would break out of a plain CDATA section: the property sees it', () => {
    const careless = (value: string): string =>
      `<QDocRoot version="1.0"><username><![CDATA[${value}]]></username></QDocRoot>`;
    expect(broken(careless)).toContain('seed');
  });
});
