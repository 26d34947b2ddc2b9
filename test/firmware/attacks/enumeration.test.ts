import { createRequire } from 'node:module';
import type * as Argon2 from '@node-rs/argon2';
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import type { TestAnswer } from '#sim/test-kit/http';
import { passwordOf, webScene, type WebScene } from './web-scene.ts';

const argon2 = createRequire(import.meta.url)('@node-rs/argon2') as typeof Argon2;

/** Who tries to get in, and with what: each must look like every other. */
const tries = [
  ['nobody', 'eve', passwordOf('eve')],
  ['nobody, with a password of somebody', 'eve', passwordOf('bob')],
  ['a name that cannot be', 'a/b\u0000', passwordOf('bob')],
  ['no name', '', passwordOf('bob')],
  ['a user without 2-step verification', 'bob', 'wrong-password-1'],
  ['a user with 2-step verification', 'maria', 'wrong-password-1'],
  ['a user with 2-step verification in capitals', 'MARIA', 'wrong-password-1'],
  ['a user who must set it up', 'dora', 'wrong-password-1'],
  ['a disabled user', 'zoe', 'wrong-password-1'],
  ['a disabled user, with the right password', 'zoe', passwordOf('zoe')],
  ['an administrator', 'admin', 'wrong-password-1'],
  ['somebody without any password', 'maria', ''],
  ['somebody with an endless password', 'maria', 'x'.repeat(500)],
] as const;

/** Adds Dora, on whom 2-step verification is enforced, and Zoe, who is disabled. */
async function sceneOfAll(): Promise<WebScene> {
  const scene = await webScene();
  const admin = await scene.signedIn('admin');
  for (const name of ['dora', 'zoe']) {
    await admin.ask('POST', '/users', { name, password: passwordOf(name) });
  }
  await admin.ask('PUT', '/two-step/enforcement', { users: ['dora'], groups: [] });
  await admin.ask('PATCH', '/users/zoe', { disabled: true });
  await admin.ask('DELETE', '/session');
  return scene;
}

/** All that a client sees. */
function seen({ status, headers, body }: TestAnswer): string {
  return JSON.stringify({ status, headers: { ...headers, date: undefined }, body });
}

let spies: readonly MockInstance[] = [];
beforeEach(() => {
  spies = [vi.spyOn(argon2, 'hashSync'), vi.spyOn(argon2, 'verifySync')];
});
afterEach(() => vi.restoreAllMocks());

function computations(): number {
  return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
}

describe('a refused login through HTTP', () => {
  it('looks the same and costs the same hash, whoever it is for', async () => {
    await using scene = await sceneOfAll();
    const different = new Map<string, string[]>();
    for (const [place, [who, user, password]] of tries.entries()) {
      const before = computations();
      const api = scene.api(`10.6.0.${place + 1}`);
      const answer = await api.request('POST', '/login', { user, password });
      expect(answer.status).toBe(401);
      const look = `${seen(answer)} after ${computations() - before} hashes`;
      different.set(look, [...(different.get(look) ?? []), who]);
    }
    expect([...different.values()]).toEqual([tries.map(([who]) => who)]);
    expect([...different.keys()][0]).toMatch(/after 1 hashes$/);
  });

  it('looks the same where the account is blocked after failures', async () => {
    await using scene = await webScene();
    const admin = await scene.signedIn('admin');
    await admin.ask('PATCH', '/settings', { 'protection.account.enabled': true });
    const wrong = { user: 'bob', password: 'wrong-password-1' };
    const looks = new Set<string>();
    for (let place = 1; place <= 12; place += 1) {
      const api = scene.api(`10.6.1.${place}`);
      looks.add(seen(await api.request('POST', '/login', wrong)));
    }
    const right = await scene.api('10.6.1.99').begin('bob');
    looks.add(seen(right));
    const nobody = { user: 'eve', password: passwordOf('bob') };
    looks.add(seen(await scene.api('10.6.1.98').request('POST', '/login', nobody)));
    expect(looks.size).toBe(1);
    expect(scene.logTexts()).toContainEqual(expect.stringContaining('the account is blocked'));
  });

  it('says nothing of the second step, its methods or its question', async () => {
    await using scene = await webScene();
    const wrong = { user: 'maria', password: 'wrong-password-1' };
    const { body } = await scene.api().request('POST', '/login', wrong);
    expect(body).not.toMatch(/second|method|question|pending|code|maria/i);
  });
});

describe('the second step through HTTP', () => {
  it('answers the same whether the sign-in it is for has ended or never was', async () => {
    await using scene = await webScene();
    const api = scene.api();
    const ended = await api.pending('maria');
    await api.ask('DELETE', `/login/${ended}`);
    const never = 'A'.repeat(ended.length);
    const proof = { method: 'code', code: scene.code('maria') };
    expect(seen(await api.prove(ended, proof))).toBe(seen(await api.prove(never, proof)));
    const show = async (id: string) => seen(await api.request('GET', `/login/${id}`));
    expect(await show(ended)).toBe(await show(never));
  });
});
