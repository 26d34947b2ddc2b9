import { describe, expect, test } from 'vitest';
import { createBench, type Bench } from '#sim/bench';
import { Interruption, StepContext } from '#sim/scenario/context';
import type { StepFailure } from '#sim/scenario/step';
import { runCase } from './one-case.ts';
import { problemsOf, scenarioOf } from './read.ts';

interface Run {
  readonly bench: Bench;
  readonly failure: StepFailure | undefined;
  /** Faults that have not taken effect. */
  readonly pending: readonly string[];
}

/** Steps at a bench whose board is off; `use` has it do something afterwards. */
async function run(
  steps: readonly string[],
  use: (bench: Bench) => Promise<void> = async () => undefined,
): Promise<Run> {
  const bench = createBench();
  const context = new StepContext({ bench });
  const list = steps.map((step) => `  - ${step}`).join('\n');
  let failure: StepFailure | undefined;
  try {
    for (const step of scenarioOf(list).cases[0]?.steps ?? []) await context.runStep(step);
  } catch (error) {
    if (!(error instanceof Interruption) || error.reason.kind !== 'failed') throw error;
    ({ failure } = error.reason);
  }
  await use(bench);
  const pending = context.faults.pending.map(({ name }) => name);
  bench.stop();
  return { bench, failure, pending };
}

/** A client of another make asks a server of the bench, whatever the firmware does. */
async function ask(bench: Bench, server: string): Promise<void> {
  bench.board.install((board) => {
    const { signal } = new AbortController();
    board.ntp.query(server, { signal }).catch(() => undefined);
    return { stop: () => undefined };
  });
  bench.board.powerOff();
  bench.board.powerOn();
  await bench.world.runFor(5_000_000);
}

const asking = (server: string) => (bench: Bench) => ask(bench, server);

describe('ntp', () => {
  test.each<[string, object]>([
    ['offset: +1d', { offsetMs: 86_400_000 }],
    ['offset: -2.5ms', { offsetMs: -2.5 }],
    ['drift: 12.5ppm', { driftPpm: 12.5 }],
    ['delay: 30ms, jitter: 5ms, asymmetry: -0.5', { delayUs: 30_000, jitterUs: 5_000 }],
    ['loss: 0.25, duplicate: 30%, reorder: 1', { loss: 0.25, duplicate: 0.3, reorder: 1 }],
    ['reachable: false, silent: true, garbled: true', { reachable: false, silent: true }],
    ['dns: fails, stratum: 16, leap: insert', { dns: 'fails', stratum: 16, leap: 'insert' }],
    ['kiss: RATE', { kiss: 'RATE' }],
    ['kiss: none, spoof: none', { kiss: undefined, spoof: undefined }],
    ['spoof: -1h', { spoof: { offsetMs: -3_600_000, flaw: 'originate' } }],
    ['spoof: { offset: 1s, flaw: source }', { spoof: { offsetMs: 1_000, flaw: 'source' } }],
  ])('sets a server to { %s }', async (fields, behaviour) => {
    const { bench, failure } = await run([`ntp: { server: ntp2.example, ${fields} }`]);
    expect(failure).toBeUndefined();
    expect(bench.timeServers.get('ntp2.example').behaviour).toMatchObject(behaviour);
    expect(bench.timeServers.get('ntp1.example').behaviour).toMatchObject({ offsetMs: 0 });
  });

  test('sets all servers, and adds one', async () => {
    const { bench } = await run([
      'ntp: { add: time.example, stratum: 1 }',
      'ntp: { server: all, offset: 3s }',
    ]);
    const { all } = bench.timeServers;
    expect(all.map(({ behaviour }) => behaviour.offsetMs)).toEqual([3_000, 3_000, 3_000, 3_000]);
    expect(all.at(-1)).toMatchObject({ name: 'time.example', behaviour: { stratum: 1 } });
    const stimuli = bench.trace.records.filter(
      ({ source, stimulus }) => stimulus && source === 'ntp',
    );
    expect(stimuli.map(({ kind }) => kind)).toEqual(['add', 'set', 'set', 'set', 'set', 'set']);
    expect(stimuli.at(-1)).toMatchObject({ server: 'time.example', offsetMs: 3_000 });
  });

  test('the header says it of all servers from the start, and nobody has to meet that', async () => {
    const boot = ['delay: 1s', 'expect-log: { pattern: "cannot be looked up" }'];
    const header = 'board: { ntp: { dns: fails } }';
    expect(await runCase([...boot], { header })).toMatchObject({ outcome: 'passed' });
    const off = 'board: { power: off, ntp: { offset: 1d } }';
    expect(await runCase(['delay: 1s'], { header: off })).toMatchObject({ outcome: 'passed' });
    expect(problemsOf(`board: { ntp: { offset: 1 } }\n`).join()).toContain('board.ntp.offset: "1"');
  });

  test('fails where there is no such server', async () => {
    expect((await run(['ntp: { server: nobody, silent: true }'])).failure).toEqual({
      expected: 'a time server of this world: ntp1.example, ntp2.example, ntp3.example, or all',
      seen: 'nobody',
    });
  });

  const at = (fields: string) => `ntp: { server: ntp1.example, ${fields} }`;

  test.each<[string, readonly string[], readonly string[]]>([
    ['a lie', [at('offset: 1d')], ['ntp: offset of ntp1.example']],
    [
      'two faults at once',
      [at('silent: true, stratum: 16')],
      ['ntp: silent of ntp1.example', 'ntp: stratum of ntp1.example'],
    ],
    ['a fault taken back', [at('kiss: DENY'), at('kiss: none')], ['ntp: kiss of ntp1.example']],
  ])('%s that no client meets has not happened', async (_what, steps, pending) => {
    expect((await run(steps, asking('ntp2.example'))).pending).toEqual(pending);
  });

  test('a fault that was met and then taken back has happened', async () => {
    const bench = createBench();
    const context = new StepContext({ bench });
    const steps = scenarioOf(`  - ${at('kiss: DENY')}\n  - ${at('kiss: none')}`).cases[0]?.steps;
    for (const step of steps ?? []) {
      await context.runStep(step);
      await ask(bench, 'ntp1.example');
    }
    expect(context.faults.pending).toEqual([]);
    bench.stop();
  });

  test.each([
    'offset: -1h',
    'drift: 100ppm',
    'asymmetry: 1',
    'loss: 100%',
    'duplicate: 1',
    'reorder: 0.5',
    'reachable: false',
    'silent: true',
    'dns: fails',
    'dns: silent',
    'stratum: 16',
    'leap: insert',
    'kiss: RATE',
    'spoof: 1d',
    'garbled: true',
  ])('{ %s } has happened once a client meets it, and not before', async (fields) => {
    expect((await run([at(fields)])).pending).toHaveLength(1);
    expect((await run([at(fields)], asking('ntp3.example'))).pending).toHaveLength(1);
    expect((await run([at(fields)], asking('ntp1.example'))).pending).toEqual([]);
  });

  test('what makes no difference to a client is no fault of a server', async () => {
    const fields = 'delay: 1s, jitter: 3ms, offset: 0s, reachable: true, stratum: 1, spoof: none';
    expect((await run([at(fields)])).pending).toEqual([]);
  });

  test('a lie behind a name that is not found was never heard', async () => {
    const { pending } = await run([at('offset: 1d, dns: fails')], asking('ntp1.example'));
    expect(pending).toEqual(['ntp: offset of ntp1.example']);
  });

  test.each([
    ['ntp: { offset: 1s }', 'say which server'],
    ['ntp: { server: ntp1.example }', 'nothing is changed'],
    ['ntp: { server: ntp1.example, add: x }', 'say which server'],
    ['ntp: { server: ntp1.example, offset: 1 }', 'ntp.offset: "1" has no unit'],
    ['ntp: { server: ntp1.example, loss: 2 }', 'ntp.loss: "2" is no share'],
    ['ntp: { server: ntp1.example, loss: 101% }', 'ntp.loss: "101%" is no share'],
    ['ntp: { server: ntp1.example, asymmetry: 2 }', 'ntp.asymmetry: "2" is no number from -1'],
    ['ntp: { server: ntp1.example, stratum: 0 }', 'ntp.stratum: "0" is no integer'],
    ['ntp: { server: ntp1.example, kiss: rate }', 'ntp.kiss: "rate" is no kiss code'],
    ['ntp: { server: ntp1.example, leap: maybe }', 'ntp.leap: "maybe" is none of'],
    ['ntp: { server: ntp1.example, spoof: 1 }', 'ntp.spoof: "1" has no unit'],
    ['ntp: { server: ntp1.example, lies: true }', 'ntp.lies: "lies" is no field here'],
  ])('is refused before anything runs: %s', (step, problem) => {
    expect(problemsOf(`version: 1\nsteps:\n  - ${step}\n`).join('\n')).toContain(problem);
  });
});

const ready = 'wait-state: { appliance: ready }';
const on = 'power: on';

/** How far the appliance's clock is ahead of true time. */
function aheadMs(bench: Bench): number {
  const wallMs = bench.firmware?.wallClockMs();
  if (wallMs === undefined) throw new Error('the board has no clock');
  return wallMs - bench.world.nowUs / 1000;
}

describe('clock', () => {
  test('drift: the crystal is off at once', async () => {
    const { bench } = await run([on, 'clock: { drift: -50ppm }']);
    expect(bench.board.crystalPpm).toBe(-50);
  });

  test('jitter: it wanders by chance, within what is said, from interval to interval', async () => {
    const seen = new Set<number>();
    const steps = [on, 'clock: { drift: 100ppm, jitter: 5ppm, every: 10s }'];
    const { pending } = await run(steps, async ({ world, board }) => {
      for (let turn = 0; turn < 20; turn += 1) {
        await world.runFor(10_000_000);
        seen.add(board.life?.crystal.ppm ?? 0);
      }
    });
    expect(pending).toEqual([]);
    expect(seen.size).toBe(20);
    expect(Math.min(...seen)).toBeGreaterThan(94.9);
    expect(Math.max(...seen)).toBeLessThan(105.1);
    expect(Math.max(...seen) - Math.min(...seen)).toBeGreaterThan(3);
  });

  test('jitter: ends with 0ppm, and has not happened before its first interval', async () => {
    const steps = [on, 'clock: { jitter: 5ppm, every: 10s }', 'delay: 9s'];
    expect((await run(steps)).pending).toEqual(['clock: jitter']);
    const ended = [...steps, 'delay: 9s', 'clock: { jitter: 0ppm }'];
    const { pending } = await run(ended, async ({ world, board }) => {
      await world.runFor(60_000_000);
      expect(board.life?.crystal.ppm).toBeCloseTo(0, 6);
    });
    expect(pending).toEqual([]);
  });

  test.each([
    ['jump: +5s', 5_000],
    ['jump: -1h', -3_600_000],
    ['slew: +4s, over: 30s', 4_000],
    ['slew: -1s, over: 1500ms', -1_000],
  ])('%s moves the wall clock by %d ms', async (fields, byMs) => {
    let movedMs = Number.NaN;
    // What time servers tell moves the clock, too: there are none.
    const boot = ['ntp: { server: all, dns: fails }', on, ready];
    const { bench, pending } = await run(boot, async (present) => {
      const beforeMs = aheadMs(present);
      const context = new StepContext({ bench: present });
      const [step] = scenarioOf(`  - clock: { ${fields} }`).cases[0]?.steps ?? [];
      if (step !== undefined) await context.runStep(step);
      await context.pass(present.world.nowUs + 30_000_000);
      expect(context.faults.pending).toEqual([]);
      movedMs = aheadMs(present) - beforeMs;
    });
    expect(movedMs).toBeCloseTo(byMs, 0);
    expect(pending).toEqual([]);
    const jumps = bench.trace.records.filter(
      ({ source, kind }) => source === 'clock' && kind === 'jump',
    );
    expect(jumps.reduce((sum, each) => sum + Number(each['byMs']), 0)).toBeCloseTo(byMs, 6);
  });

  test.each([
    ['a jump of a board that is off', ['clock: { jump: 5s }'], ['clock: jump']],
    ['a slew that is not over', [on, ready, 'clock: { slew: 5s, over: 30s }'], ['clock: slew']],
  ])('%s has not happened', async (_what, steps, pending) => {
    expect((await run(steps)).pending).toEqual(pending);
  });

  test.each([
    ['clock: {}', 'clock: nothing is changed'],
    ['clock: { jitter: 5ppm }', 'clock: jitter says how far and how often'],
    ['clock: { every: 5m }', 'clock: jitter says how far and how often'],
    ['clock: { jitter: -5ppm, every: 5m }', 'clock: jitter says how far and how often'],
    ['clock: { slew: 4s }', 'clock: a slew takes its time'],
    ['clock: { over: 4s }', 'clock: a slew takes its time'],
    ['clock: { jump: 0s }', 'clock: a jump by nothing is none'],
    ['clock: { jump: 5 }', 'clock.jump: "5" has no unit'],
    ['clock: { drift: 5 }', 'clock.drift: "5" is no drift'],
  ])('is refused before anything runs: %s', (step, problem) => {
    expect(problemsOf(`version: 1\nsteps:\n  - ${step}\n`).join('\n')).toContain(problem);
  });
});
