import { beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { holdReset } from './replay.ts';
import { HttpFace } from './http-face.ts';
import { Scene, type Name, type Stage } from './scene.ts';
import { peopleStage, stageAfter } from './stages.ts';

let people: Stage;

beforeAll(async () => {
  people = await peopleStage();
});

interface Operation {
  readonly method: string;
  /** Below the prefix, its parameters filled in. */
  readonly path: string;
}

/** Whatever the API document names that takes a session. */
async function operationsWithSession(client: ApiClient): Promise<readonly Operation[]> {
  const { body } = await client.request('GET', '/openapi.json');
  const paths = body['paths'] as Readonly<
    Record<string, Readonly<Record<string, { readonly security: readonly unknown[] }>>>
  >;
  return Object.entries(paths).flatMap(([url, operations]) =>
    Object.entries(operations)
      .filter(([, { security }]) => security.length > 0)
      .map(([method]) => ({
        method: method.toUpperCase(),
        path: url.replace('/api/v1', '').replaceAll(/\{[^}]+\}/g, 'admin'),
      })),
  );
}

/** What gets one out of it. */
const waysOut: Readonly<Record<string, RegExp>> = {
  'set-up only': /^(GET|DELETE) \/session$|^\w+ \/me\/two-step\/enrolment(\/|$)/,
  'new password': /^(GET|DELETE) \/session$|^PUT \/me\/password$/,
};

const limits: readonly {
  readonly limit: string;
  readonly subject: Name;
  readonly make: () => Promise<Stage>;
}[] = [
  {
    limit: 'set-up only',
    subject: 'bob',
    make: () =>
      stageAfter(people, async (scene, face) => {
        await face.begin(scene.people.olga);
        await face.enforce('user', 'bob', true);
        await face.logOut();
      }),
  },
  {
    limit: 'new password',
    subject: 'admin',
    make: () => stageAfter(people, (scene, face) => holdReset(scene, face, 'basic')),
  },
];

describe('a session with one thing to do', () => {
  it.each(limits)('can do nothing else of all the API: $limit', async (one) => {
    await using scene = await Scene.on(await one.make());
    const client = new ApiClient(scene.bench);
    const operations = await operationsWithSession(client);
    const { name, password } = scene.people[one.subject];
    expect(await new HttpFace(scene.bench).begin({ name, password })).toBe(one.limit);
    await client.request('POST', '/login', { user: name, password });
    const open: string[] = [];
    for (const { method, path } of operations) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      if (`${method} ${path}` === 'DELETE /session') continue;
      const { problem } = await client.request(method, path, body);
      if (problem !== 'session-limited') open.push(`${method} ${path}`);
    }
    const way = waysOut[one.limit] as RegExp;
    expect(open.filter((operation) => !way.test(operation))).toEqual([]);
    expect(open).toContain('GET /session');
    expect(operations.length).toBeGreaterThan(40);
  });
});
