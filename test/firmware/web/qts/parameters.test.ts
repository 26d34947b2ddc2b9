import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joined, parseParameters, type Parameters } from '#firmware/web/qts/parameters';

const parse = (text: string): Record<string, string> | undefined => {
  const parameters = parseParameters(text);
  return parameters && Object.fromEntries(parameters);
};

describe('parameters', () => {
  it.each([
    ['', {}],
    ['user=admin', { user: 'admin' }],
    ['user=admin&pwd=YWRtaW4%3D', { user: 'admin', pwd: 'YWRtaW4=' }],
    ['&&user=a&', { user: 'a' }],
    ['user', { user: '' }],
    ['user=', { user: '' }],
    ['=x', { '': 'x' }],
    ['pwd=a=b==', { pwd: 'a=b==' }],
    ['user=a+b%20c%2Bd', { user: 'a b c+d' }],
    ['us%65r=%C3%A4', { user: 'ä' }],
    ['user=ä', { user: 'ä' }],
    ['user=%00', { user: '\0' }],
    ['user=a%26pwd%3Db', { user: 'a&pwd=b' }],
    ['user=a;pwd=b', { user: 'a;pwd=b' }],
    ['user=%2525', { user: '%25' }],
    ['__proto__=x', Object.fromEntries([['__proto__', 'x']])],
  ])('of %o are %o', (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    'user=%',
    'user=%4',
    'user=%zz',
    '%zz=a',
    'user=%ff',
    'user=%c3%28',
    'user=%ed%a0%80',
    'user=%c0%80',
    'user=%u0041',
    'user=a&user=b',
    'user=a&user=a',
    'user=a&us%65r=b',
    'user&user',
    Array.from({ length: 65 }, (_, place) => `p${place}=`).join('&'),
  ])('are none in %o', (text) => {
    expect(parseParameters(text)).toBeUndefined();
  });

  it('are joined where no name comes in both', () => {
    const [one, other] = [new Map([['a', '1']]), new Map([['b', '2']])];
    expect(joined(one, other)).toEqual(new Map([...one, ...other]));
    expect(joined(one, new Map([['a', '1']]))).toBeUndefined();
  });
});

/** Where a parser does not read what the platform writes, as a report with its seed. */
const disagreement = (parser: (text: string) => Parameters | undefined): string | undefined => {
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.string({
      unit: fc.constantFrom(' ', '+', '%', '&', '=', '#', 'a', 'ä', '🔑'),
      maxLength: 8,
    }),
  );
  const outcome = fc.check(
    fc.property(fc.uniqueArray(fc.tuple(name, name), { selector: ([key]) => key }), (pairs) => {
      const read = parser(new URLSearchParams(pairs).toString());
      expect(read && [...read]).toEqual(pairs);
    }),
    { numRuns: 300 },
  );
  return fc.defaultReportMessage(outcome);
};

describe('any parameters', () => {
  it('are read back as they were written', () => {
    expect(disagreement(parseParameters)).toBeUndefined();
  });

  it('would be missed by a parser that takes a plus sign as it is: the property sees it', () => {
    const careless = (text: string): Parameters =>
      new Map(
        text
          .split('&')
          .filter((pair) => pair !== '')
          .map((pair) => {
            const [name = '', value = ''] = pair.split('=').map(decodeURIComponent);
            return [name, value];
          }),
      );
    expect(disagreement(careless)).toContain('seed');
  });

  it('never throw, whatever comes', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('%', '&', '=', '+', 'a', 'f', '0', 'c', '3', 'ä') }),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const parameters = parseParameters(text);
        for (const value of parameters?.values() ?? []) expect(value.includes('%zz')).toBe(false);
      }),
    );
  });
});
