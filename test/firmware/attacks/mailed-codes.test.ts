import { describe, expect, it } from 'vitest';
import { codeAt } from '../two-step/two-step-rig.ts';
import {
  mailedCode,
  passwordOf,
  problemOf,
  statusesOf,
  webScene,
  type Api,
  type WebScene,
} from './web-scene.ts';

/** Has a code mailed for a sign-in of Nora. */
async function mailed(
  scene: WebScene,
  from?: string,
): Promise<{ api: Api; pending: string; code: string }> {
  const api = scene.api(from);
  const pending = await api.pending('nora');
  await api.ask('POST', `/login/${pending}/email-code`);
  return { api, pending, code: await mailedCode(scene.bench, 'nora') };
}

const proof = (code: string) => ({ method: 'email', code });

/** Whether somebody who knows Nora's password gets in with that code. */
async function opens(scene: WebScene, code: string, from?: string): Promise<boolean> {
  const api = scene.api(from);
  return (await api.prove(await api.pending('nora'), proof(code))).status === 200;
}

const wrongOf = (code: string, place: number): string =>
  String((Number(code) + 1 + place) % 100_000_000).padStart(8, '0');

describe('a mailed code', () => {
  it('opens once', async () => {
    await using scene = await webScene();
    const { code } = await mailed(scene);
    expect(await opens(scene, code)).toBe(true);
    expect(await opens(scene, code)).toBe(false);
  });

  it('lets one of two in who give it at the same instant', async () => {
    await using scene = await webScene();
    const { code, pending } = await mailed(scene);
    const other = await scene.api().pending('nora');
    const answers = await scene.atOnce(
      [pending, other].map((id) => ({
        method: 'POST',
        path: `/api/v1/login/${id}/verify`,
        json: proof(code),
      })),
    );
    expect(statusesOf(answers)).toBe('200 401');
  });

  it.each([
    [599_999, true],
    [600_000, false],
  ])('is taken after %i ms: %s', async (ms, isTaken) => {
    await using scene = await webScene();
    const begunMs = scene.nowMs;
    const { code } = await mailed(scene);
    const lateMs = scene.nowMs - begunMs;
    const api = scene.api();
    await scene.passUntil(begunMs + ms - 1_000);
    const pending = await api.pending('nora');
    // It lives from the instant at which it was made, which is that of the request.
    await scene.passUntil(begunMs + ms);
    expect(lateMs).toBeLessThan(1_000);
    expect((await api.prove(pending, proof(code))).status).toBe(isTaken ? 200 : 401);
  });

  it('is void once another was mailed, and they are half a minute apart', async () => {
    await using scene = await webScene();
    const { api, pending, code } = await mailed(scene);
    const early = await api.request('POST', `/login/${pending}/email-code`);
    expect(problemOf(early)).toBe('too-many-tries');
    await scene.bench.advance('30s');
    const second = await mailed(scene);
    expect(await opens(scene, code)).toBe(false);
    expect(await opens(scene, second.code)).toBe(true);
  });

  it('is guessed at five times, over sign-ins, addresses and codes; a new one clears nothing', async () => {
    await using scene = await webScene();
    const first = await mailed(scene);
    for (let place = 0; place < 3; place += 1) {
      expect(await opens(scene, wrongOf(first.code, place), `10.8.0.${place + 1}`)).toBe(false);
    }
    await scene.bench.advance('30s');
    const second = await mailed(scene);
    for (let place = 3; place < 5; place += 1) {
      expect(await opens(scene, wrongOf(second.code, place), `10.8.0.${place + 1}`)).toBe(false);
    }
    const api = scene.api();
    const right = await api.prove(await api.pending('nora'), proof(second.code));
    expect(problemOf(right)).toBe('alternative-blocked');
    const again = await api.request('POST', `/login/${await api.pending('nora')}/email-code`);
    expect(['alternative-blocked', 'method-not-offered']).toContain(problemOf(again));
    await scene.signedIn('nora');
  });

  it('dies with a new password and with a restart', async () => {
    await using scene = await webScene();
    const { code } = await mailed(scene);
    const admin = await scene.signedIn('admin');
    await admin.ask('PATCH', '/users/nora', { password: 'Another-word-8' });
    await admin.ask('PATCH', '/users/nora', { password: passwordOf('nora') });
    expect(await opens(scene, code)).toBe(false);
    await scene.bench.advance('30s');
    const second = await mailed(scene);
    await scene.restartAt(scene.nowMs);
    expect(await opens(scene, second.code)).toBe(false);
  });

  it('is none for who did not choose it, nor without the password', async () => {
    await using scene = await webScene();
    const maria = scene.api();
    const pending = await maria.pending('maria');
    const asked = await maria.request('POST', `/login/${pending}/email-code`);
    expect(problemOf(asked)).toBe('method-not-offered');
    const { code } = await mailed(scene);
    expect((await maria.prove(pending, proof(code))).status).not.toBe(200);
    const before = scene.bench.mailbox.messages.length;
    await scene.bench.advance('31s');
    const form = { user: 'nora', pwd: 'd3Jvbmctd29yZC0x', send_mail: '1' };
    await scene.api().client.post('/cgi-bin/authLogin.cgi', { form });
    await scene.bench.advance('1m');
    expect(scene.bench.mailbox.messages).toHaveLength(before);
  });

  it('goes only to an address that was confirmed by a code first', async () => {
    await using scene = await webScene();
    const path = '/me/two-step/enrolment';
    const bob = await scene.signedIn('bob');
    const { key } = await bob.ask<{ key: string }>('POST', path, { password: passwordOf('bob') });
    await bob.ask('POST', `${path}/confirm`, { code: codeAt(key, scene.nowMs) });
    const address = 'somebody.else@example.org';
    await bob.ask('PUT', `${path}/alternative`, { method: 'email', address });
    await bob.ask('POST', `${path}/finish`);
    const begun = await scene.api().begin('bob');
    const { pending, methods } = begun.json<{ pending: string; methods: readonly string[] }>();
    expect(methods).not.toContain('email');
    const asked = await scene.api().request('POST', `/login/${pending}/email-code`);
    expect(problemOf(asked)).toBe('method-not-offered');
  });
});
