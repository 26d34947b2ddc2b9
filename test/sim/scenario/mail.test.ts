import { describe, expect, test } from 'vitest';
import { createBench } from '#sim/bench';
import { Interruption, StepContext } from '#sim/scenario/context';
import type { StepFailure } from '#sim/scenario/step';
import { runScenario } from '#sim/scenario/index';
import { sendMail } from '../mail-sender.ts';
import { problemsOf, scenarioOf } from './read.ts';

const code = { to: 'carol@example.org', subject: 'Your code', text: 'The code is 31415926.' };
const alert = { to: 'bob@example.org', subject: 'Wrong code', text: 'Somebody tried.' };

/** Steps on a board that mails every second, first the code and then the alert, and so on. */
async function run(...steps: readonly string[]) {
  const bench = createBench();
  const context = new StepContext({ bench });
  bench.board.powerOn();
  const { world } = bench;
  for (let second = 1; second <= 4; second += 1) {
    world.after(second * 1_000_000, 'test', () => {
      void sendMail(bench, second % 2 === 1 ? code : alert);
    });
  }
  const list = steps.map((step) => `  - ${step}`).join('\n');
  let failure: StepFailure | undefined;
  try {
    for (const step of scenarioOf(list).cases[0]?.steps ?? []) await context.runStep(step);
  } catch (error) {
    if (!(error instanceof Interruption) || error.reason.kind !== 'failed') throw error;
    ({ failure } = error.reason);
  }
  const { captures } = context;
  const spentMs = (world.nowUs - world.startUs) / 1000;
  bench.stop();
  return { failure, captures, spentMs, pending: context.faults.pending.map(({ name }) => name) };
}

describe('expect-mail', () => {
  test('waits for a mail and keeps what it looks for in its text', async () => {
    const { failure, captures, spentMs } = await run(
      'expect-mail: { to: Carol@example.org, subject: "^Your", capture: { code: "code is (\\\\d+)" } }',
    );
    expect(failure).toBeUndefined();
    expect(captures.get('code')).toBe('31415926');
    expect(spentMs).toBeGreaterThan(1_000);
    expect(spentMs).toBeLessThan(1_100);
  });

  test('finds each mail once, from the last one found on', async () => {
    const toCarol = 'expect-mail: { to: carol@example.org, timeout: 3s }';
    expect((await run('delay: 5s', toCarol, toCarol)).failure).toBeUndefined();
    const { failure } = await run('delay: 5s', toCarol, toCarol, toCarol);
    expect(failure).toEqual({
      expected: 'a mail to carol@example.org',
      seen: 'to bob@example.org: "Wrong code"',
    });
  });

  test.each([
    ['{ to: carol, timeout: 5s }', 'a mail to carol'],
    ['{ subject: "^code", timeout: 5s }', 'a mail, subject /^code/m'],
    ['{ text: "code is nothing", timeout: 5s }', 'a mail, text /code is nothing/m'],
    ['{ capture: { n: "n=(.)" }, timeout: 5s }', 'a mail, n /n=(.)/m'],
    ['{ to: carol@example.org, timeout: 900ms }', 'a mail to carol@example.org'],
  ])('%s does not find it', async (wanted, expected) => {
    const { failure } = await run(`expect-mail: ${wanted}`);
    expect(failure?.expected).toBe(expected);
    const three = '… to bob@example.org: "Wrong code" | to carol@example.org: "Your code" | ';
    const seen = wanted.includes('900ms')
      ? 'no new mail'
      : `${three}to bob@example.org: "Wrong code"`;
    expect(failure?.seen).toBe(seen);
  });

  test.each([
    ['expect-mail: {}', 'expect-mail: nothing is said of the mail'],
    ['expect-mail: { timeout: 3s }', 'expect-mail: nothing is said of the mail'],
    ['expect-mail: code', 'expect-mail: expected fields'],
    ['expect-mail: { subject: "(" }', 'expect-mail.subject: the pattern "(" is wrong'],
    ['expect-mail: { capture: { hold: x } }', '"hold" has a meaning already'],
    ['expect-mail: { capture: [x] }', 'expect-mail.capture: expected names with patterns'],
    ['write-serial: "${code}"', '${code} has no value here'],
  ])('is refused before anything runs: %s', (step, problem) => {
    expect(problemsOf(`version: 1\nsteps:\n  - ${step}\n`).join('\n')).toContain(problem);
  });
});

describe('fault smtp', () => {
  const sent = 'expect-mail: { to: carol@example.org, timeout: 2500ms }';
  test.each([
    ['down', 'a mail to carol@example.org'],
    ['silent', 'a mail to carol@example.org'],
    ['{ reject: "550 5.7.1 no" }', 'a mail to carol@example.org'],
    ['{ slow: 2s }', 'a mail to carol@example.org'],
    ['{ slow: 1s }', undefined],
  ])('%s', async (fault, expected) => {
    const { failure, pending } = await run(`fault: { smtp: ${fault} }`, sent);
    expect(failure?.expected).toBe(expected);
    expect(pending).toEqual([]);
    const { failure: after } = await run(
      `fault: { smtp: ${fault} }`,
      'delay: 1500ms',
      'fault: { smtp: up }',
      sent,
    );
    expect(after).toBeUndefined();
  });

  test.each([
    ['smtp: down', ['fault: { smtp: down }', 'delay: 900ms']],
    ['smtp: slow', ['fault: { smtp: { slow: 1s } }', 'fault: { smtp: up }', 'delay: 5s']],
    [
      'smtp: silent',
      ['delay: 1100ms', 'fault: { smtp: silent }', 'fault: { smtp: down }', 'delay: 1s'],
    ],
  ])('that no client meets has not happened: %s', async (name, steps) => {
    expect((await run(...steps)).pending).toEqual([name]);
  });

  test('makes a run invalid where no mail is sent', async () => {
    const result = await runScenario(scenarioOf('  - fault: { smtp: down }\n  - delay: 5s'));
    expect(result.outcome).toBe('invalid');
    expect(result.cases[0]?.failure?.problem).toBe('the fault never took effect: smtp: down');
  });

  test.each([
    ['fault: { smtp: broken }', 'fault.smtp: "broken" is none of down, silent, up'],
    ['fault: { smtp: {} }', 'fault.smtp: one fault of the mail server at a time'],
    ['fault: { smtp: { slow: 1s, reject: "550 no" } }', 'one fault of the mail server at a time'],
    ['fault: { smtp: { slow: 1 } }', 'fault.smtp.slow: "1" has no unit'],
    ['fault: { smtp: { reject: "250 ok" } }', 'fault.smtp.reject: "250 ok" refuses nothing'],
  ])('is refused before anything runs: %s', (step, problem) => {
    expect(problemsOf(`version: 1\nsteps:\n  - ${step}\n`).join('\n')).toContain(problem);
  });
});
