import { describe, expect, test } from 'vitest';
import { ScenarioError } from '#sim/scenario/problem';
import { readScenario } from '#sim/scenario/reader';
import { runCase } from '#sim/scenario/run-case';
import { defaultWeights } from '#sim/scenario/chance/draw-faults';
import type { CaseResult } from '#sim/scenario/result';

function text(faults: readonly string[], steps: readonly string[], more = ''): string {
  const list = (items: readonly string[]): string => items.map((item) => `  - ${item}\n`).join('');
  return `version: 1\n${more}faults:\n${list(faults)}steps:\n${list(steps)}`;
}

async function run(source: string, options: object = {}): Promise<CaseResult> {
  const [only] = readScenario(source, 'a.yaml').cases;
  if (only === undefined) throw new Error('no case');
  return runCase(only, { seed: 1, keepTrace: true, ...options });
}

describe('a fault of an instant', () => {
  test('happens then, whatever step is under way, and is in trace and result', async () => {
    const result = await run(text(['{ at: 1.5s, power: cycle }'], ['delay: 10s']));
    expect(result.outcome).toBe('passed');
    expect(result.faults).toEqual([{ atUs: 1_500_000, source: 'power: cycle', isFelt: true }]);
    const records = (result.trace ?? '')
      .split('\n')
      .slice(1, -1)
      .map((line) => JSON.parse(line) as { t: number });
    const start = records[0]?.t ?? 0;
    expect(records).toContainEqual(
      expect.objectContaining({
        t: start + 1_500_000,
        source: 'fault',
        kind: 'timed',
        step: 'power: cycle',
      }),
    );
    expect(records).toContainEqual(
      expect.objectContaining({ t: start + 1_500_000, source: 'power', kind: 'off' }),
    );
  });

  test('has to take effect, as any fault that a scenario orders', async () => {
    const faults = ['{ at: 1s, fault: { smtp: down } }'];
    const result = await run(text(faults, ['delay: 2s']));
    expect(result).toMatchObject({ outcome: 'invalid', faults: [{ isFelt: false }] });
  });

  test('may come from the lists of a sweep', async () => {
    const source = text(
      ['{ at: "${when}", power: cut }'],
      ['delay: 2s'],
      'sweep: { when: [1s] }\n',
    );
    expect((await run(source)).faults).toMatchObject([{ atUs: 1_000_000 }]);
  });

  test.each([
    ['faults: 3', 'a.yaml:2:9  faults: expected a list, not "3"'],
    ['faults: [{ power: cut }]', 'a.yaml:2:10  faults: at: expected a duration'],
    ['faults: [{ at: 3, power: cut }]', 'at: "3" has no unit'],
    ['faults: [{ at: 3s }]', 'a fault has "at" and one of fault, power, set-control'],
    ['faults: [{ at: 3s, delay: 2s }]', 'a fault has "at" and one of'],
    ['faults: [{ at: 3s, power: up }]', 'power: "up" is none of on, off, cut, cycle'],
    ['judged-by: luck', 'a.yaml:2:12  judged-by: "luck" is none of steps, invariants, both'],
  ])('is refused with its place: %s', (line, expected) => {
    const read = () => readScenario(`version: 1\n${line}\nsteps: [{ delay: 1s }]\n`, 'a.yaml');
    expect(read).toThrow(ScenarioError);
    expect(read).toThrow(expected);
  });
});

describe('judged by', () => {
  const fails = ['expect-beeps: [9s]'];

  test.each([
    ['steps', 'failed'],
    ['both', 'failed'],
    ['invariants', 'passed'],
  ] as const)('%s, a scenario whose step does not hold has %s', async (judgedBy, outcome) => {
    const source = `version: 1\njudged-by: ${judgedBy}\nsteps: [{ ${fails[0]} }]\n`;
    expect((await run(source)).outcome).toBe(outcome);
  });

  test('invariants, a firmware that breaks has broken', async () => {
    const source = `version: 1\njudged-by: invariants\nsteps: [{ delay: 1s }]\n`;
    const [only] = readScenario(source, 'a.yaml').cases;
    const bug = {
      run: () => {
        throw new Error('a bug');
      },
    };
    const steps = (only?.steps ?? []).map((step) => ({
      ...step,
      definition: { ...step.definition, ...bug },
    }));
    const result = only && (await runCase({ ...only, steps }, { seed: 1 }));
    expect(result).toMatchObject({ outcome: 'broken', failure: { problem: 'a bug' } });
  });
});

describe('random faults', () => {
  test('are the same with the same seed, whatever ran before', async () => {
    const source = text(['{ at: 1s, power: cut }'], ['delay: 20s']);
    const [first, second] = [readScenario(source, 'a.yaml'), readScenario(source, 'a.yaml')];
    const options = { randomFaults: defaultWeights, keepTrace: true };
    const seeds = [4, 9];
    const runs = async ({ cases: [only] }: typeof first, order: readonly number[]) => {
      const found = new Map<number, CaseResult>();
      for (const seed of order) {
        if (only !== undefined) found.set(seed, await runCase(only, { ...options, seed }));
      }
      return seeds.map((seed) => ({ ...found.get(seed), elapsedMs: 0 }));
    };
    const forth = await runs(first, seeds);
    expect(await runs(second, [9, 4])).toEqual(forth);
    expect(forth[0]?.faults).not.toEqual(forth[1]?.faults);
    expect(forth[0]?.faults?.length).toBeGreaterThan(0);
  });
});
