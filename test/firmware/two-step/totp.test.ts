import fc from 'fast-check';
import { Secret, URI } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { base32 } from '#firmware/two-step/base32';
import {
  codeOf,
  matchingSteps,
  otpauthUri,
  skewSteps,
  skewText,
  timeStepOf,
} from '#firmware/two-step/totp';
import { codeAt } from './two-step-rig.ts';

/** The key of RFC 4226 appendix D and RFC 6238 appendix B. */
const secret = new Uint8Array(Buffer.from('12345678901234567890'));
const stepMs = 30_000;

const noticed = (nowMs: number, code: string, window = 1) =>
  matchingSteps({ secret, code, nowMs, window });

describe('a code', () => {
  it.each([
    [0, '755224'],
    [1, '287082'],
    [2, '359152'],
    [3, '969429'],
    [4, '338314'],
    [5, '254676'],
    [6, '287922'],
    [7, '162583'],
    [8, '399871'],
    [9, '520489'],
  ])('of counter %i is that of RFC 4226 appendix D', (counter, code) => {
    expect(codeOf(secret, counter)).toBe(code);
  });

  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i s is that of RFC 6238 appendix B', (seconds, code) => {
    expect(codeOf(secret, timeStepOf(seconds * 1_000))).toBe(code);
    expect(noticed(seconds * 1_000, code, 0)).toEqual([Math.floor(seconds / 30)]);
  });
});

describe('the window', () => {
  const step = 60_000_000;
  const code = codeOf(secret, step);

  it.each([
    { what: 'the first ms of the step before', atMs: (step - 1) * stepMs, isTaken: true },
    { what: 'the ms before that', atMs: (step - 1) * stepMs - 1, isTaken: false },
    { what: 'the first ms of the step', atMs: step * stepMs, isTaken: true },
    { what: 'the last ms of the step', atMs: (step + 1) * stepMs - 1, isTaken: true },
    { what: 'the first ms of the step after', atMs: (step + 1) * stepMs, isTaken: true },
    { what: 'the last ms of the step after', atMs: (step + 2) * stepMs - 1, isTaken: true },
    { what: 'the ms after that', atMs: (step + 2) * stepMs, isTaken: false },
    { what: 'a fraction of a ms before the end', atMs: (step + 2) * stepMs - 0.001, isTaken: true },
  ])('of one step takes a code at $what: $isTaken', ({ atMs, isTaken }) => {
    expect(noticed(atMs, code)).toEqual(isTaken ? [step] : []);
  });

  it('of any size takes what lies in it and nothing else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: -20, max: 20 }),
        fc.integer({ min: 0, max: stepMs - 1 }),
        (window, distance, offsetMs) => {
          const nowMs = (step + distance) * stepMs + offsetMs;
          const isIn = noticed(nowMs, code, window).includes(step);
          expect(isIn).toBe(Math.abs(distance) <= window);
        },
      ),
    );
  });

  it.each([
    ['2038', Date.UTC(2038, 0, 19, 3, 14, 8)],
    ['2106', Date.UTC(2106, 1, 7, 6, 28, 16)],
    ['the first count beyond 32 bit', 2 ** 32 * stepMs],
  ])('holds around %s', (_, timeMs) => {
    for (const distance of [-1, 0, 1]) {
      const there = codeAt(base32(secret), timeMs + distance * stepMs);
      expect(noticed(timeMs, there)).toEqual([timeStepOf(timeMs) + distance]);
    }
    expect(noticed(timeMs, codeAt(base32(secret), timeMs + 2 * stepMs))).toEqual([]);
  });
});

describe('what is no code', () => {
  it.each([
    ['nothing', ''],
    ['too short', '28708'],
    ['too long', '2870822'],
    ['blanks around it', ' 287082'],
    ['a line end', '287082\n'],
    ['a letter', '28708a'],
    ['a sign', '-28708'],
    ['a number of another notation', '2.8e+5'],
    ['Arabic digits', '٢٨٧٠٨٢'],
    ['full-width digits', '２８７０８２'],
    ['a null character', '28708\u0000'],
    ['half a surrogate pair', '28708\ud800'],
    ['a megabyte', '2'.repeat(1_000_000)],
  ])('is wrong, not an error: %s', (_, code) => {
    expect(noticed(59_000, code)).toEqual([]);
    expect(skewSteps({ secret, code, nowMs: 59_000 })).toBeUndefined();
  });

  it.each([[-1], [-1e12], [Number.NaN]])('is any code at a time of %d ms', (nowMs) => {
    expect(noticed(nowMs, '755224', 10)).toEqual([]);
    expect(skewSteps({ secret, code: '755224', nowMs })).toBeUndefined();
  });

  it('is never an error, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.double(), (code, nowMs) => {
        expect(noticed(nowMs, code).every((step) => step >= 0)).toBe(true);
      }),
    );
  });

  it('does not reach before the first step', () => {
    expect(noticed(0, codeOf(secret, 1))).toEqual([1]);
    expect(noticed(0, codeOf(secret, 0))).toEqual([0]);
  });
});

describe('the skew of a wrong code', () => {
  const nowMs = Date.UTC(2026, 10, 24, 10);

  it.each([
    [9, '4 min 30 s ahead of the NAS'],
    [-9, '4 min 30 s behind the NAS'],
    [2, '1 min ahead of the NAS'],
    [1_440, '12 h ahead of the NAS'],
    [-1_440, '12 h behind the NAS'],
    [-121, '1 h 30 s behind the NAS'],
  ])('of %i steps is found and said: %s', (steps, text) => {
    const code = codeOf(secret, timeStepOf(nowMs) + steps);
    expect(skewSteps({ secret, code, nowMs })).toBe(steps);
    expect(skewText(steps)).toBe(text);
  });

  it('is not looked for beyond twelve hours', () => {
    const codes = [-1_441, 1_441].map((steps) => codeOf(secret, timeStepOf(nowMs) + steps));
    for (const code of codes) expect(skewSteps({ secret, code, nowMs })).toBeUndefined();
  });
});

describe('the URI', () => {
  it.each([
    ['TS-453N', 'admin'],
    ['attic', 'maria josé'],
    ['a & b', 'ümlaut@x:y/z?#%'],
  ])('of issuer «%s» and account «%s» is read by another library as meant', (issuer, account) => {
    const secretBase32 = base32(secret);
    const text = otpauthUri({ secretBase32, issuer, account });
    const read = URI.parse(text);
    expect(read).toMatchObject({
      issuer,
      label: account,
      algorithm: 'SHA1',
      digits: 6,
      period: 30,
    });
    expect(read.secret.base32).toBe(secretBase32);
  });

  it('holds Base32 that another library reads as the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        expect([...Secret.fromBase32(base32(bytes)).bytes]).toEqual([...bytes]);
      }),
    );
  });
});
