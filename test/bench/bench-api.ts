import fastify, { type FastifyInstance } from 'fastify';
import { createBenchApi } from '#sim/bench-api/app';
import { Desk } from '#sim/bench-api/desk';
import { LiveBench } from '#sim/cli/live/live-bench';
import { defaultStartUs } from '#sim/kernel/world';
import { type Figure, timeByTurns } from './measure.ts';

const step = { 'expect-state': { appliance: 'ready' } };

/** Steps over the bench API, beside a bare route of the same framework that answers at once. */
export async function measureBenchApi(): Promise<readonly Figure[]> {
  const live = new LiveBench({ startUs: defaultStartUs, speed: 1 });
  const desk = new Desk(live);
  const onBug = (error: unknown): void => {
    throw error;
  };
  const app = await createBenchApi({
    desk,
    access: { host: '127.0.0.1', token: undefined },
    onBug,
  });
  const bare = fastify();
  bare.post('/', () => ({ outcome: 'passed' }));
  try {
    await post(app, '/api/v1/steps', [{ power: 'on' }, { 'wait-state': { appliance: 'ready' } }]);
    const list = Array.from({ length: 100 }, () => step);
    const times = await timeByTurns(
      {
        one: () => post(app, '/api/v1/steps', step),
        list: () => post(app, '/api/v1/steps', list),
        bare: () => post(bare, '/', step),
      },
      { rounds: 9, callsPerRound: 50 },
    );
    const { one = 0, list: ofList = 0, bare: ofBare = 0 } = times;
    return [figure('one a request', one, ofBare), figure('100 a request', ofList / 100, ofBare)];
  } finally {
    desk.close();
    await app.close();
    await bare.close();
    await live.end();
  }
}

function figure(how: string, ms: number, bareMs: number): Figure {
  return {
    what: `steps over the bench API, ${how}`,
    seen: `${Math.round(1000 / ms).toLocaleString('en')} a second`,
    beside: `${Math.round(1000 / bareMs).toLocaleString('en')} requests a second of a bare route`,
    wanted: '',
    isMet: undefined,
  };
}

async function post(app: FastifyInstance, url: string, body: object): Promise<void> {
  const answer = await app.inject({
    method: 'POST',
    url,
    headers: { host: '127.0.0.1' },
    payload: body,
  });
  if (!answer.body.includes('"outcome":"passed"')) throw new Error(answer.body);
}
