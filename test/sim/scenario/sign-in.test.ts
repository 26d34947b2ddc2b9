import { describe, expect, test } from 'vitest';
import { enrolmentSteps, password } from './enrolment.ts';
import { runCase } from './one-case.ts';
import { problemsOf } from './read.ts';

const signIn = (code: string, more = ''): string =>
  `sign-in: { user: admin, password: ${password}, code: "${code}"${more} }`;
const counted = ', count-refused-as: refused';
const after = [...enrolmentSteps, 'delay: 30s'];

describe('the step sign-in', () => {
  test('signs in with the present code, and out again', async () => {
    const steps = [
      ...after,
      signIn('${totp(a)}', counted),
      'expect-log: "logged in with password and"',
    ];
    const { failure, results, trace = '' } = await runCase(steps, { keepTrace: true });
    expect(failure).toBeUndefined();
    expect(results).toEqual({ refused: 0 });
    expect(trace).toMatch(/"kind":"response","path":"\/api\/v1\/session","status":204}\n$/);
  });

  test('without a code signs in whoever needs none', async () => {
    const steps = [
      'wait-state: { appliance: ready }',
      'sign-in: { user: admin, password: "${label.defaultPassword}" }',
    ];
    expect((await runCase(steps)).failure).toBeUndefined();
  });

  test('counts refused codes, and goes on', async () => {
    const steps = [
      ...after,
      'phone: { skew: 5m }',
      ...Array.from({ length: 3 }, () => signIn('${totp(a)}', counted)),
    ];
    const { failure, results } = await runCase(steps);
    expect(failure).toBeUndefined();
    expect(results).toEqual({ refused: 3 });
  });

  test('counts codes that an unset clock cannot check', async () => {
    const steps = [
      ...after,
      'ntp: { server: all, dns: fails }',
      'rtc: { battery: dead }',
      'power: cycle',
      'wait-state: { appliance: ready }',
    ];
    const { failure, results } = await runCase([...steps, signIn('${totp(a)}', counted)]);
    expect(failure).toBeUndefined();
    expect(results).toEqual({ refused: 1 });
  });

  test.each([
    ['a code', signIn('000000', ', expect-problem: wrong-proof')],
    ['a password', 'sign-in: { user: admin, password: x, expect-problem: wrong-credentials }'],
    [
      'a password, before the code',
      'sign-in: { user: admin, password: x, code: "1", expect-problem: wrong-credentials }',
    ],
  ])('expects that %s is refused', async (_what, step) => {
    expect((await runCase([...after, step])).failure).toBeUndefined();
  });

  test.each([
    [
      'a code that is taken where it is to be refused',
      [signIn('${totp(a)}', ', expect-problem: wrong-proof')],
      'wrong-proof',
      /signed-in/,
    ],
    [
      'another refusal than the one expected',
      [signIn('000000', ', expect-problem: clock-unset')],
      'clock-unset',
      /wrong-proof/,
    ],
    ['a refused code that is not counted', [signIn('000000')], 'to be signed in', /wrong-proof/],
    [
      'a wrong password, though codes are counted',
      [`sign-in: { user: admin, password: x, code: "1"${counted} }`],
      'to be signed in',
      /wrong-credentials/,
    ],
    [
      'a lock-out, which is no refusal of a code',
      [`repeat: { times: 8, steps: [{ ${signIn('000000', counted)} }] }`],
      'to be signed in',
      /too-many-tries/,
    ],
    [
      'a missing code',
      [`sign-in: { user: admin, password: ${password} }`],
      'to be signed in',
      /200/,
    ],
    ['a board that is off', ['power: off', signIn('1')], 'to be asked for a code', /no answer/],
  ])('fails at %s', async (_what, steps, expected, seen) => {
    const { outcome, failure } = await runCase([...after, ...steps]);
    expect(outcome).toBe('failed');
    expect(failure).toMatchObject({ expected, step: { source: 'sign-in: admin' } });
    expect(failure?.seen).toMatch(seen);
    expect(failure?.seen).not.toContain(password);
  });

  test('counts codes only where there is one', () => {
    const step = '  - sign-in: { user: a, password: b, count-refused-as: refused }';
    expect(problemsOf(`version: 1\nsteps:\n${step}\n`)).toEqual([
      'f.yaml:3:14  sign-in: refusals are counted of a code: give one',
    ]);
    const both = signIn('1', `${counted}, expect-problem: wrong-proof`);
    expect(problemsOf(`version: 1\nsteps:\n  - ${both}\n`)).toEqual([
      'f.yaml:3:14  sign-in: a refusal is counted or expected, not both',
    ]);
  });
});
