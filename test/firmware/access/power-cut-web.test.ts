import { describe, expect, it } from 'vitest';
import { ConnectionFailed } from '#sim/parts/http-port';
import { mailedCode, passwordOf, webScene, type Api, type WebScene } from '../attacks/web-scene.ts';

const newPassword = 'Another-word-8';

/** A request that changes something, once all is ready for it. */
interface Change {
  /** Who makes it, and what it needs. */
  ready(scene: WebScene): Promise<() => Promise<unknown>>;
  /** What the appliance says of it after a restart. */
  look(scene: WebScene): Promise<unknown>;
}

const ask = async (api: Api, method: string, path: string, json: object): Promise<unknown> => {
  const answer = await api.request(method, path, json);
  if (answer.status >= 300) throw new Error(answer.body);
  return answer;
};

/** What logins of a user there are in the log. */
const logins = (scene: WebScene, name: string): readonly string[] =>
  scene.bench.log
    .filter(({ user, text }) => user === name && text.startsWith('logged in'))
    .map(({ text }) => text);

const isIn = async (scene: WebScene, user: string, password: string): Promise<boolean> =>
  (await scene.api().request('POST', '/login', { user, password })).status === 200;

const changes: Readonly<Record<string, Change>> = {
  'of the own password': {
    async ready(scene) {
      const api = await scene.signedIn('bob');
      const passwords = { currentPassword: passwordOf('bob'), newPassword };
      return () => ask(api, 'PUT', '/me/password', passwords);
    },
    look: async (scene) => [
      await isIn(scene, 'bob', passwordOf('bob')),
      await isIn(scene, 'bob', newPassword),
      scene.logTexts().includes('password of bob changed'),
    ],
  },
  'of enforcement on users and groups': {
    async ready(scene) {
      const api = await scene.signedIn('admin');
      const wanted = { users: ['bob', 'maria'], groups: ['administrators'] };
      return () => ask(api, 'PUT', '/two-step/enforcement', wanted);
    },
    async look(scene) {
      const { body } = await (await scene.signedIn('bob')).request('GET', '/session');
      const isLimited = body.includes('set-up-2sv');
      const entries = scene.logTexts().filter((text) => text.includes('enforced'));
      return [isLimited, entries.length];
    },
  },
  'by a mailed code': {
    async ready(scene) {
      const api = scene.api();
      const pending = await api.pending('nora');
      await api.ask('POST', `/login/${pending}/email-code`);
      const proof = { method: 'email', code: await mailedCode(scene.bench, 'nora') };
      return () => ask(api, 'POST', `/login/${pending}/verify`, { ...proof, remember: true });
    },
    look: async (scene) => {
      const before = logins(scene, 'nora').length;
      const nora = await scene.signedIn('nora');
      const { devices } = await nora.ask<{ devices: readonly unknown[] }>('GET', '/me/devices');
      return [before, devices.length];
    },
  },
};

/** Makes the change with the power failing at that operation; answers whether it was answered. */
async function cutAt(scene: WebScene, change: Change, operation: number): Promise<boolean> {
  const run = await change.ready(scene);
  scene.bench.flash.cutPowerAfterWrites(operation);
  try {
    await run();
    return true;
  } catch (error) {
    if (!(error instanceof ConnectionFailed)) throw error;
    return false;
  }
}

async function restarted(scene: WebScene): Promise<void> {
  scene.bench.flash.cutPowerAfterWrites(1_000_000);
  if (scene.bench.power.isOn) await scene.bench.power.cut();
  await scene.bench.power.on();
  await scene.bench.ready();
}

describe.each(Object.entries(changes))('a change %s through the API', (_, change) => {
  it('is done or not done, wherever the power is cut; one that was answered is done', async () => {
    const looks: string[] = [];
    const cuts: boolean[] = [];
    for (let operation = 1; cuts.at(-1) !== true; operation += 1) {
      await using scene = await webScene();
      const isAnswered = await cutAt(scene, change, operation);
      await restarted(scene);
      looks.push(JSON.stringify(await change.look(scene)));
      cuts.push(isAnswered);
    }
    await using untouched = await webScene();
    await change.ready(untouched);
    await restarted(untouched);
    const before = JSON.stringify(await change.look(untouched));
    const after = looks.at(-1) ?? '';
    expect(after).not.toBe(before);
    expect(cuts.length).toBeGreaterThan(4);
    // Once it is done it stays done: the later the cut, the more has happened.
    const done = looks.indexOf(after);
    const expected = looks.map((_look, place) => (place < done ? before : after));
    expect(looks).toEqual(expected);
  });
});

describe('a mailed code', () => {
  it('opens nothing after a power cut, used or not', async () => {
    for (const operation of [1, 5, 1_000]) {
      await using scene = await webScene();
      const api = scene.api();
      const pending = await api.pending('nora');
      await api.ask('POST', `/login/${pending}/email-code`);
      const proof = { method: 'email', code: await mailedCode(scene.bench, 'nora') };
      scene.bench.flash.cutPowerAfterWrites(operation);
      const used = api.prove(pending, proof).then(
        ({ status }) => status,
        (error: unknown) => error,
      );
      expect([200, expect.any(ConnectionFailed)]).toContainEqual(await used);
      await restarted(scene);
      const again = scene.api();
      expect((await again.prove(await again.pending('nora'), proof)).status).toBe(401);
    }
  });
});
