import { describe, expect, test } from 'vitest';
import { createBench } from '#sim/bench';
import { runScenario } from '#sim/scenario/index';
import { StepContext } from '#sim/scenario/context';
import type { CaseResult } from '#sim/scenario/result';
import { problemsOf, scenarioOf } from './read.ts';

const key = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
/** The first time of the table of RFC 6238, appendix B, which this key belongs to. */
const header = 'board: { power: off, start: "1970-01-01T00:00:59Z" }';
const add = `phone: { add: ${key}, as: admin }`;

async function run(...steps: readonly string[]): Promise<CaseResult | undefined> {
  const list = steps.map((step) => `  - ${step}`).join('\n');
  return (await runScenario(scenarioOf(list, header))).cases[0];
}

describe('${totp(NAME)}', () => {
  test.each([
    ['is the present code of the account', [], '287082'],
    ['follows true time', ['delay: 1s'], '359152'],
    ['follows the clock of the phone', ['phone: { skew: -30s }'], '755224'],
    ['follows its drift', ['phone: { drift: 100000ppm }', 'delay: 955ms'], '359152'],
  ])('%s', async (_what, steps, code) => {
    // A board that is off says nothing: the failure tells what was waited for.
    const wait = 'wait-serial: { text: "${totp(admin)}", timeout: 0s }';
    const result = await run(add, ...steps, wait);
    expect(result?.failure?.expected).toBe(JSON.stringify(code));
  });

  test('stands in patterns too', async () => {
    const wait = 'wait-serial: { pattern: "^${totp(admin)}$", timeout: 0s }';
    expect((await run(add, wait))?.failure?.expected).toBe('/^287082$/m');
  });
});

describe('a phone step that cannot be done', () => {
  test.each([
    ['a wrong key', 'phone: { add: "hello", as: admin }', /this is no key/],
    ['nothing to scan', 'phone: { scan: qr-of-console, as: admin }', /no QR code is drawn/],
  ])('fails the scenario: %s', async (_what, step, seen) => {
    const result = await run(step);
    expect(result?.outcome).toBe('failed');
    expect(result?.failure?.seen).toMatch(seen);
  });

  test.each([
    ['phone: {}', 'phone: the phone does nothing'],
    ['phone: { add: A, scan: qr-of-console, as: a }', 'phone: add and scan are two steps'],
    ['phone: { scan: qr-of-console }', 'phone: what is added or scanned has a name'],
    ['phone: { as: admin }', 'phone: what is added or scanned has a name'],
    ['phone: { scan: screen, as: admin }', 'phone.scan: "screen" is none of qr-of-console'],
    ['phone: { skew: 90 }', 'phone.skew: "90" has no unit'],
    ['phone: { drift: 20 }', 'phone.drift: "20" is no drift'],
    ['write-serial: "${totp(jane)}"', 'write-serial: the phone has no account "jane" here'],
  ])('is refused before anything runs: %s', (step, problem) => {
    const problems = problemsOf(`version: 1\nsteps:\n  - ${add}\n  - ${step}\n`);
    expect(problems.join('\n')).toContain(problem);
  });
});

describe('states of two-step.NAME', () => {
  test.each([
    ['expect-state: { two-step.: enabled }', '"two-step." is no chart'],
    ['expect-state: { two-steps.admin: enabled }', '"two-steps.admin" is no chart'],
  ])('%s', (step, problem) => {
    expect(problemsOf(`version: 1\nsteps:\n  - ${step}\n`).join('\n')).toContain(problem);
  });

  test('a board that is off, and a user there is none of, have none', async () => {
    const bench = createBench();
    const context = new StepContext({ bench });
    expect(bench.stateOf('two-step.admin')).toBeUndefined();
    bench.board.powerOn();
    await context.waitUntil(() => bench.stateOf('appliance') === 'ready', 10_000_000);
    expect(bench.stateOf('two-step.admin')).toBe('disabled');
    expect(bench.stateOf('two-step.nobody')).toBeUndefined();
    expect(Object.keys(bench.states())).not.toContain('two-step.admin');
    bench.stop();
  });
});
