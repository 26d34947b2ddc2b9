import { describe, expect, it } from 'vitest';
import { isIn, TwoStepRig } from '../two-step/two-step-rig.ts';
import { answerOf, problemOf, statusesOf, webScene, type WebScene } from './web-scene.ts';

const stepMs = 30_000;

/** Whether somebody who knows Maria's password gets in with that proof. */
async function opens(scene: WebScene, proof: object, from?: string): Promise<boolean> {
  const api = scene.api(from);
  const answer = await api.prove(await api.pending('maria'), proof);
  if (answer.status !== 200) expect(problemOf(answer)).toBe('wrong-proof');
  return answer.status === 200;
}

const codeProof = (code: string) => ({ method: 'code', code });

describe('a code that somebody else has seen', () => {
  it('opens nothing once its owner has used it, and the attempt is logged', async () => {
    await using scene = await webScene();
    const proof = codeProof(scene.code('maria'));
    expect(await opens(scene, proof)).toBe(true);
    expect(await opens(scene, proof, '10.0.0.66')).toBe(false);
    expect(scene.logTexts()).toContainEqual(expect.stringContaining('it was used before'));
  });

  it('lets one of two in who give it at the same instant', async () => {
    await using scene = await webScene();
    const clients = [scene.api(), scene.api('10.0.0.66'), scene.api('10.0.0.67')];
    const pending = [];
    for (const client of clients) pending.push(await client.pending('maria'));
    const json = codeProof(scene.code('maria'));
    const answers = await scene.atOnce(
      pending.map((id) => ({ method: 'POST', path: `/api/v1/login/${id}/verify`, json })),
    );
    expect(statusesOf(answers)).toBe('200 401 401');
  });

  it('lets one of two in who give it to the same pending sign-in at the same instant', async () => {
    await using scene = await webScene();
    const path = `/api/v1/login/${await scene.api().pending('maria')}/verify`;
    const json = codeProof(scene.code('maria'));
    const answers = await scene.atOnce([0, 1].map(() => ({ method: 'POST', path, json })));
    expect(statusesOf(answers)).toBe('200 404');
  });

  it('is worth nothing in the name of another user', async () => {
    await using scene = await webScene();
    expect(await opens(scene, codeProof(scene.code('carl')))).toBe(false);
    expect(await opens(scene, codeProof(scene.code('maria')))).toBe(true);
  });
});

describe('a code through HTTP', () => {
  it.each([
    ['a millisecond before the step before its own', -stepMs - 1, false],
    ['from the step before its own on', -stepMs, true],
    ['at the end of the step before its own', -1, true],
    ['at the beginning of its own step', 0, true],
    ['at the end of its own step', stepMs - 1, true],
    ['at the beginning of the step after its own', stepMs, true],
    ['until the step after its own ends', 2 * stepMs - 1, true],
    ['as the step after its own has ended', 2 * stepMs, false],
  ])('is judged to the millisecond: %s', async (_, offsetMs, isTaken) => {
    await using scene = await webScene();
    const stepAtMs = (Math.floor(scene.nowMs / stepMs) + 4) * stepMs;
    await scene.passUntil(stepAtMs);
    const proof = codeProof(scene.code('maria'));
    // Back in time is another board, from the same beginning.
    await using other = await webScene();
    const api = other.api();
    await other.passUntil(stepAtMs + offsetMs - 1_000);
    const pending = await api.pending('maria');
    await other.passUntil(stepAtMs + offsetMs);
    expect(other.nowMs).toBe(stepAtMs + offsetMs);
    expect((await api.prove(pending, proof)).status).toBe(isTaken ? 200 : 401);
  });

  it('is taken on both sides of the instant in 2038 at which 31 bits of seconds end', async () => {
    await using scene = await webScene();
    const endMs = 2 ** 31 * 1000;
    await scene.restartAt(endMs - 120_000);
    await scene.passUntil(endMs - 1);
    expect(await opens(scene, codeProof(scene.code('maria')))).toBe(true);
    await scene.passUntil(endMs);
    expect(await opens(scene, codeProof(scene.code('maria', 1)))).toBe(true);
  });

  it('is taken on both sides of the instant in 2106 at which 32 bits of seconds end', async () => {
    // Beyond what clock chips hold: a person has set the clock.
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    rig.setClock(2 ** 32 * 1000 - 1);
    expect(isIn(rig.signInByCode(maria))).toBe(true);
    await rig.pass(0.001);
    expect(rig.nowMs).toBe(2 ** 32 * 1000);
    expect(isIn(rig.signInByCode(maria, 1))).toBe(true);
  });

  it('is taken where the clock ran a day ahead and came back, and none is taken twice', async () => {
    await using scene = await webScene();
    const day = 86_400_000;
    const present = scene.nowMs;
    const before = codeProof(scene.code('maria'));
    expect(await opens(scene, before)).toBe(true);
    await scene.restartAt(present + day);
    const ahead = codeProof(scene.code('maria'));
    expect(await opens(scene, ahead)).toBe(true);
    await scene.restartAt(present);
    expect(await opens(scene, before)).toBe(false);
    expect(await opens(scene, codeProof(scene.code('maria', 1)))).toBe(true);
    await scene.restartAt(present + day);
    expect(await opens(scene, ahead)).toBe(false);
    expect(await opens(scene, codeProof(scene.code('maria', 1)))).toBe(true);
  });
});

describe('a recovery code', () => {
  it('opens once, and is worth nothing to another user', async () => {
    await using scene = await webScene();
    const [code] = scene.kept.maria.recoveryCodes;
    const [ofCarl] = scene.kept.carl.recoveryCodes;
    expect(await opens(scene, { method: 'recovery-code', code: ofCarl })).toBe(false);
    expect(await opens(scene, { method: 'recovery-code', code })).toBe(true);
    expect(await opens(scene, { method: 'recovery-code', code })).toBe(false);
  });

  it('lets one of two in who give it at the same instant', async () => {
    await using scene = await webScene();
    const [code] = scene.kept.maria.recoveryCodes;
    const pending = [await scene.api().pending('maria'), await scene.api().pending('maria')];
    const json = { method: 'recovery-code', code };
    const answers = await scene.atOnce(
      pending.map((id) => ({ method: 'POST', path: `/api/v1/login/${id}/verify`, json })),
    );
    expect(statusesOf(answers)).toBe('200 401');
  });
});

describe('the answer to a security question', () => {
  it('is worth nothing in the name of another user', async () => {
    await using scene = await webScene();
    expect(await opens(scene, { method: 'question', answer: answerOf('carl') })).toBe(false);
    expect(await opens(scene, { method: 'question', answer: answerOf('maria') })).toBe(true);
  });
});
