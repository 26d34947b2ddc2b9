import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { problems, type ProblemName } from '#firmware/web/api/problems';
import { anyRequest, type AnyRequest } from './any-request.ts';
import { apiOperations, problemNamesOf, type Operation } from './api-document.ts';
import { adminPassword, apiAnswerOf, appliance, Browser, type ApiAnswer } from './api-rig.ts';

/** It would end what is tried here, and nothing else; `administration.test.ts` has it. */
const notHere = ['POST /reboot'];

/** After these nothing more is to be had of a board. */
const lost = ['not-signed-in', 'address-not-allowed'];

/** Who makes the requests; somebody else once the session is over. */
class Somebody {
  #admin: Browser | undefined;
  readonly #makes: () => Promise<Browser>;

  constructor(makes: () => Promise<Browser>) {
    this.#makes = makes;
  }

  async send({ operation, path, query, body, contentType }: AnyRequest): Promise<ApiAnswer> {
    this.#admin ??= await this.#makes();
    const { client, csrfToken = '', bench } = this.#admin;
    const raw = await client.request(operation.method, `/api/v1${path}`, {
      query,
      ...(body !== undefined && { body }),
      headers: {
        'x-csrf-token': csrfToken,
        ...(body !== undefined && { 'content-type': contentType }),
      },
    });
    const answer = apiAnswerOf(raw);
    if (bench.states['appliance'] !== 'ready') throw new Error(`not ready: ${operation.path}`);
    // Its own doing ended it, or it locked everybody out: the next one begins on a new board.
    if (lost.includes(answer.problem ?? '') || operation.path === '/session')
      this.#admin = undefined;
    return answer;
  }
}

function expectDocumented({ operation, path }: AnyRequest, answer: ApiAnswer): void {
  const { status, problem } = answer;
  const place = `${operation.method} ${path}`;
  expect(status, place).toBeLessThan(500);
  const isNowhere = problem === 'not-found' && status === 404;
  if (status >= 400 && !isNowhere) {
    expect(problemNamesOf(operation), place).toContain(problem);
    expect(problems[problem as ProblemName][0]).toBe(status);
  }
  if (status < 400) expect(Object.keys(operation.responses), place).toContain(String(status));
  expect(Object.keys(answer.headers)).not.toContain('a');
  expect(answer.raw.body).not.toMatch(/node_modules|\.ts:\d|at \w+ \(/);
}

async function checkAll(
  operations: readonly Operation[],
  send: (request: AnyRequest) => Promise<ApiAnswer>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyRequest(operations), async (request) => {
      expectDocumented(request, await send(request));
    }),
    { numRuns: 1_500 },
  );
}

describe('the API, whatever is asked', () => {
  let operations: readonly Operation[] = [];
  beforeAll(async () => {
    operations = (await apiOperations()).filter(
      ({ method, path }) => !notHere.includes(`${method} ${path}`),
    );
  });

  it('answers an administrator as it is documented, and never fails', async () => {
    const somebody = new Somebody(async () => (await appliance()).admin);
    await checkAll(operations, (request) => somebody.send(request));
  });

  it('answers nobody in particular as it is documented, and never fails', async () => {
    const { bench } = await appliance();
    await checkAll(operations, async (request) => {
      // So slowly that the limit of requests does not answer in place of the API.
      await bench.advance('40ms');
      const stranger = new Somebody(async () => new Browser(bench, '10.0.0.9'));
      const answer = await stranger.send(request);
      if (request.operation['x-access'] !== 'anyone') expect(answer.status).toBeGreaterThan(400);
      return answer;
    });
    const admin = new Browser(bench);
    expect((await admin.logIn('admin', adminPassword)).body.status).toBe('signed-in');
  });

  it('that failed on a text without meaning would be found', async () => {
    const somebody = new Somebody(async () => (await appliance()).admin);
    // The fault to be found: something on the way that chokes on half a character.
    const failing = async (request: AnyRequest): Promise<ApiAnswer> => {
      const answer = await somebody.send(request);
      const isHalf = request.body?.includes('\\ud800') === true;
      return isHalf ? { ...answer, status: 500, problem: 'internal' } : answer;
    };
    await expect(checkAll(operations, failing)).rejects.toThrow(/500/);
  });
});
