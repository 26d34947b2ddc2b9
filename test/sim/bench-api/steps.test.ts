import { describe, expect, it } from 'vitest';
import { ApiRig } from './api-rig.ts';

describe('POST /steps', () => {
  it('does one step, with its simulated time', async () => {
    await using rig = await ApiRig.start();
    const startedAt = rig.bench.world.nowUs;
    expect(await rig.steps({ press: { 'part-id': 'reset', hold: '3s' } })).toMatchObject({
      t: startedAt + 3_000_000,
      outcome: 'passed',
      steps: [{ index: 0, step: 'press', outcome: 'passed', startedAt, endedAt: startedAt + 3e6 }],
    });
    const after = await rig.steps({ 'wait-state': { appliance: 'resetting-basic' } });
    expect(after.outcome).toBe('passed');
  });

  it('does a list, and ends it at the step that does not hold', async () => {
    await using rig = await ApiRig.start();
    const { outcome, steps } = await rig.steps([
      { delay: '1s' },
      { name: 'the lamp', 'expect-led': { 'part-id': 'status', colour: 'red' } },
      { delay: '1h' },
    ]);
    expect(outcome).toBe('failed');
    expect(steps).toMatchObject([
      { outcome: 'passed' },
      { name: 'the lamp', outcome: 'failed', expected: 'steady red', seen: 'steady green' },
      { index: 2, step: 'delay', outcome: 'not-run' },
    ]);
  });

  it('names an instant in one request and comes back to it in another', async () => {
    await using rig = await ApiRig.start();
    const t = rig.bench.world.nowUs;
    expect((await rig.steps({ snapshot: 'here' })).outcome).toBe('passed');
    const away = [{ press: { 'part-id': 'reset', hold: '3s' } }, { delay: '10s' }];
    expect((await rig.steps(away)).t).toBe(t + 13_000_000);
    expect(await rig.steps({ restore: 'here' })).toMatchObject({ outcome: 'passed', t });
    expect(rig.bench.world.nowUs).toBe(t);
    expect((await rig.steps({ 'expect-state': { appliance: 'ready' } })).outcome).toBe('passed');
  });

  it.each<[string, unknown, string, RegExp]>([
    [
      'a duration without unit',
      { press: { 'part-id': 'reset', hold: 3 } },
      '/0/press/hold',
      /"3" has no unit; write 3s/,
    ],
    [
      'a step there is not',
      [{ delay: '1s' }, { dance: 1 }],
      '/1/dance',
      /there is no step "dance"; there are: delay/,
    ],
    ['two steps in one', { delay: '1s', power: 'on' }, '/0', /make two steps of it/],
    ['no step at all', {}, '/0', /a key that says what it does/],
    [
      'a name that nothing captures',
      { 'write-serial': '${code}' },
      '/0/write-serial',
      /no value here/,
    ],
    [
      'a field there is not',
      { press: { 'part-id': 'reset', hold: '3s', holds: 1 } },
      '/0/press/holds',
      /is no field here/,
    ],
    [
      'what is nested in a loop',
      { repeat: { times: 2, steps: [{ delay: 'x' }] } },
      '/0/repeat/steps/0/delay',
      /is no duration/,
    ],
  ])('refuses %s, before anything is done', async (_, body, pointer, detail) => {
    await using rig = await ApiRig.start();
    const { nowUs } = rig.bench.world;
    const answer = await rig.ask('/steps', { method: 'POST', body });
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({
      type: 'urn:nasboard:bench:problem:invalid',
      errors: [{ in: 'body', pointer, detail: expect.stringMatching(detail) as string }],
    });
    expect(rig.bench.world.nowUs).toBe(nowUs);
  });

  it.each([
    ['text', '"text"'],
    ['a number', '42'],
    ['nothing', 'null'],
    ['a list of numbers', '[1]'],
    ['what is no JSON', '[[['],
    ['a field that is there twice in disguise', '{"__proto__": {}}'],
  ])('refuses %s', async (_, body) => {
    await using rig = await ApiRig.start({ isOff: true });
    const answer = await rig.ask('/steps', { method: 'POST', body });
    expect([400, 422]).toContain(answer.statusCode);
  });

  it('reads no file of the machine', async () => {
    await using rig = await ApiRig.start({ isOff: true });
    const body = { stimulus: { file: '/etc/passwd' } };
    const answer = await rig.ask('/steps', { method: 'POST', body });
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('it reads a file');
  });

  it('refuses what is nested too deeply to be walked through', async () => {
    await using rig = await ApiRig.start({ isOff: true });
    const body = `{"press":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const answer = await rig.ask('/steps', { method: 'POST', body });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ errors: [{ detail: 'nested deeper than 64 levels' }] });
  });

  it('remembers what was captured, and tells it', async () => {
    await using rig = await ApiRig.start();
    const first = await rig.steps([
      { 'write-serial': 'admin\r' },
      { 'capture-serial': { pattern: '(Pass\\w+):', as: 'prompt' } },
    ]);
    expect(first.captures).toEqual({ prompt: 'Password' });
    const second = await rig.steps({ 'fail-serial': 'never ${prompt}' });
    expect(second).toMatchObject({ outcome: 'passed', captures: {} });
  });

  it('forbids the console something for its own list only', async () => {
    await using rig = await ApiRig.start();
    const forbid = { 'fail-serial': 'Password' };
    const type = [{ 'write-serial': 'admin\r' }, { delay: '1s' }];
    expect((await rig.steps([forbid, ...type])).outcome).toBe('failed');
    expect((await rig.steps([forbid, { delay: '1s' }])).outcome).toBe('passed');
    expect((await rig.steps([{ 'write-serial': 'x\r' }, { delay: '9s' }, ...type])).outcome).toBe(
      'passed',
    );
  });

  it('names faults that have not taken effect', async () => {
    await using rig = await ApiRig.start();
    const { pendingFaults } = await rig.steps({ fault: { flash: { 'fail-writes': 1 } } });
    expect(pendingFaults).toEqual([expect.stringContaining('fail-writes')]);
  });

  it('has the steps of several callers follow one another', async () => {
    await using rig = await ApiRig.start();
    const { nowUs } = rig.bench.world;
    const answers = await Promise.all([1, 2, 3].map(() => rig.steps({ delay: '10s' })));
    expect(answers.map(({ t }) => t)).toEqual([1, 2, 3].map((place) => nowUs + place * 10e6));
  });

  it('runs at once where it is asked to, and time goes on at its speed after that', async () => {
    await using rig = await ApiRig.start();
    rig.live.pacer.resume();
    const { nowUs } = rig.bench.world;
    const { t } = await rig.steps({ delay: '1d' }, '?at-once=true');
    expect(t).toBe(nowUs + 86_400e6);
    expect(rig.live.pacer.isPaused).toBe(false);
    await rig.clock.advance(2_000);
    expect(rig.live.pacer.presentUs).toBe(t + 2_000_000);
  });

  it('keeps two benches apart', async () => {
    await using one = await ApiRig.start({ seed: 1 });
    await using other = await ApiRig.start({ seed: 2 });
    const { nowUs } = other.bench.world;
    await one.steps([{ power: 'off' }, { delay: '1h' }]);
    expect(other.bench.world.nowUs).toBe(nowUs);
    expect(await one.json('/board')).toMatchObject({ seed: 1, charts: { appliance: 'off' } });
    expect(await other.json('/board')).toMatchObject({ seed: 2, charts: { appliance: 'ready' } });
  });
});
