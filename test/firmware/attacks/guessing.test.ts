import { describe, expect, it } from 'vitest';
import { answerOf, problemOf, webScene } from './web-scene.ts';

describe('guessing codes', () => {
  it('over many addresses and sign-ins is over after a hundred, for true codes as well', async () => {
    await using scene = await webScene();
    const begun = scene.nowMs;
    for (let place = 0; place < 100; place += 1) {
      expect(await scene.guess(place)).toBe('wrong-proof');
    }
    // Growing waits: a hundred guesses take the better part of a day.
    expect(scene.nowMs - begun).toBeGreaterThan(20 * 3_600_000);
    const api = scene.api();
    const blocked = await api.prove(await api.pending('maria'), {
      method: 'code',
      code: scene.code('maria'),
    });
    expect(problemOf(blocked)).toBe('second-step-blocked');
    for (const proof of [
      { method: 'recovery-code', code: scene.kept.maria.recoveryCodes[0] },
      { method: 'question', answer: answerOf('maria') },
    ]) {
      const answer = await api.prove(await api.pending('maria'), proof);
      expect(answer.status, proof.method).not.toBe(200);
    }
    const admin = await scene.signedIn('admin');
    await admin.ask('POST', '/users/maria/two-step/unblock');
    await scene.signedIn('maria');
  });

  it('in one sign-in is over after five', async () => {
    await using scene = await webScene();
    const api = scene.api();
    const pending = await api.pending('maria');
    const proof = { method: 'code', code: scene.wrongCode() };
    for (let place = 0; place < 4; place += 1) {
      const { triesLeft } = (await api.prove(pending, proof)).json<{ triesLeft: number }>();
      expect(triesLeft).toBe(4 - place);
    }
    expect(problemOf(await api.prove(pending, proof))).toBe('wrong-proof');
    const late = await api.prove(pending, { method: 'code', code: scene.code('maria') });
    expect(problemOf(late)).toBe('login-expired');
  });

  it('many at one instant is worth five guesses and no more', async () => {
    await using scene = await webScene();
    const pending = await scene.api().pending('maria');
    const path = `/api/v1/login/${pending}/verify`;
    const answers = await scene.atOnce(
      Array.from({ length: 50 }, (_, place) => {
        const json = { method: 'code', code: scene.wrongCode(place) };
        return { method: 'POST', path, json };
      }),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(45);
  });

  it('many at one instant over many sign-ins is worth no more either', async () => {
    await using scene = await webScene();
    const pending: string[] = [];
    for (let count = 0; count < 8; count += 1) pending.push(await scene.api().pending('maria'));
    const answers = await scene.atOnce(
      Array.from({ length: 40 }, (_, place) => ({
        method: 'POST',
        path: `/api/v1/login/${pending[place % pending.length]}/verify`,
        json: { method: 'code', code: scene.wrongCode(place) },
      })),
    );
    // The sixth begins the wait, in which none is looked at.
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(6);
  });
});

describe('guessing answers', () => {
  it('over many addresses and sign-ins is over after five; the phone still opens', async () => {
    await using scene = await webScene();
    for (let place = 0; place < 5; place += 1) {
      const api = scene.api(`10.2.0.${place + 1}`);
      const answer = await api.prove(await api.pending('maria'), {
        method: 'question',
        answer: `a wrong dog ${place}`,
      });
      expect(problemOf(answer)).toBe('wrong-proof');
    }
    const api = scene.api();
    const right = await api.prove(await api.pending('maria'), {
      method: 'question',
      answer: answerOf('maria'),
    });
    expect(problemOf(right)).toBe('alternative-blocked');
    await scene.signedIn('maria');
  });
});

describe('guessing passwords', () => {
  it('from one address is over after five, also for true ones, whatever a proxy header says', async () => {
    await using scene = await webScene();
    const api = scene.api('10.3.0.1');
    for (let place = 0; place < 5; place += 1) {
      const headers = { 'x-forwarded-for': `10.4.0.${place}`, 'x-real-ip': `10.5.0.${place}` };
      const json = { user: 'maria', password: `wrong-${place}-wrong` };
      const answer = await api.request('POST', '/login', json, { headers });
      expect(problemOf(answer)).toBe('wrong-credentials');
    }
    const headers = { 'x-forwarded-for': '10.4.0.99', forwarded: 'for=10.4.0.99' };
    const json = { user: 'bob', password: 'Pass-of-bob-7' };
    const answer = await api.request('POST', '/login', json, { headers });
    expect(problemOf(answer)).toBe('too-many-tries');
    expect((await scene.api('10.3.0.2').begin('bob')).status).toBe(200);
  });

  it('goes by what an address asks in a second, too', async () => {
    await using scene = await webScene();
    const answers = await scene.atOnce(
      Array.from({ length: 400 }, () => ({ path: '/api/v1/info', from: '10.3.0.9' })),
    );
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(100);
    expect((await scene.api('10.3.0.10').request('GET', '/info')).status).toBe(200);
  });
});
