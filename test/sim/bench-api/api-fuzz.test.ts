import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problems, type ProblemName } from '#sim/bench-api/problems';
import { stepDefinitions } from '#sim/scenario/steps/index';
import { anyRequest, type AnyRequest } from '../../firmware/web/api/any-request.ts';
import {
  operationsOf,
  problemNamesOf,
  type ApiDocument,
  type Operation,
} from '../../firmware/web/api/api-document.ts';
import { isFull } from '../../firmware/model/thoroughness.ts';
import { ApiRig } from './api-rig.ts';

const numRuns = isFull ? 5_000 : 300;

let rig: ApiRig;
let operations: readonly Operation[];

// Each has a board whose time stands still: who lets it go on would wait for the host's clock.
beforeEach(async () => {
  rig = await ApiRig.start();
  operations = operationsOf(await rig.json<ApiDocument>('/openapi.json'));
});

afterEach(async () => {
  await rig[Symbol.asyncDispose]();
});

/** The answer is one of those that the document has, and the bench lives. */
async function expectDocumented({ operation, path, query, body, contentType }: AnyRequest) {
  const search = new URLSearchParams(query).toString();
  const answer = await rig.ask(`${path}${search === '' ? '' : `?${search}`}`, {
    method: operation.method as 'GET',
    ...(body !== undefined && { body: body }),
    headers: body === undefined ? {} : { 'content-type': contentType },
  });
  const place = `${operation.method} ${path} ${body}: ${answer.body.slice(0, 300)}`;
  expect(answer.statusCode, place).toBeLessThan(500);
  expect(rig.bugs).toEqual([]);
  if (answer.statusCode < 400) {
    expect(Object.keys(operation.responses), place).toContain(String(answer.statusCode));
  } else if (answer.statusCode !== 404) {
    const { type } = answer.json<{ type: string }>();
    const name = type.slice(type.lastIndexOf(':') + 1);
    expect(problemNamesOf(operation), place).toContain(name);
    expect(problems[name as ProblemName][0]).toBe(answer.statusCode);
  }
  expect(answer.body).not.toMatch(/node_modules|\.ts:\d|at \w+ \(/);
}

const keys = fc.constantFrom(...stepDefinitions.keys(), 'snapshot', 'restore', '__proto__', 'x');

/** Words and numbers that steps are made of, in wrong places mostly. */
const word = fc.constantFrom(
  ...'reset status on off cut cycle 1s 20ms -90s 20ppm green ready ntp1.example'.split(' '),
  ...'dead login: ${totp(x)} ${now} /(a/ GET / '.split(' '),
);

const fields = fc.constantFrom(
  ...'part-id hold name value colour server offset text pattern as timeout method'.split(' '),
  ...'path steps times drift battery flash uart scan'.split(' '),
);

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    word,
    fc.integer({ min: -2, max: 5 }),
    fc.constantFrom(null, true, false, 0.5, 1e300),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fields, tie('any'), { maxKeys: 3 }),
  ),
})).any;

/** Steps that are right, so that others meet a board in any state; they take little time. */
const rightStep = fc.constantFrom<object>(
  { power: 'on' },
  { power: 'off' },
  { power: 'cut' },
  { delay: '1s' },
  { press: { 'part-id': 'reset', hold: '3s' } },
  { 'write-serial': 'admin\r' },
  { 'wait-serial': { text: 'login', timeout: '1s' } },
  { 'wait-state': { appliance: 'ready', timeout: '1s' } },
  { http: { method: 'GET', path: '/' } },
  { fault: { flash: { 'fail-writes': 1 } } },
  { rtc: { battery: 'dead' } },
);

const anyStep = fc.oneof(
  { weight: 3, arbitrary: rightStep },
  { weight: 2, arbitrary: fc.dictionary(keys, value, { minKeys: 1, maxKeys: 2 }) },
  { weight: 1, arbitrary: value },
);

describe('any request', () => {
  it('gets one of the answers that the document has', async () => {
    await fc.assert(
      fc.asyncProperty(anyRequest(operations), (request) => expectDocumented(request)),
      { numRuns },
    );
  });

  it('of any steps is answered, and the bench goes on', async () => {
    const operation = operations.find(({ path }) => path === '/steps') as Operation;
    const steps = fc.array(anyStep, { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(steps, async (body) => {
        const text = JSON.stringify(body);
        const contentType = 'application/json';
        await expectDocumented({ operation, path: '/steps', query: {}, body: text, contentType });
        expect((await rig.steps({ delay: '1ms' })).outcome).toBe('passed');
      }),
      { numRuns },
    );
  });
});
