import { describe, expect, it } from 'vitest';
import { webScene, type WebScene } from './web-scene.ts';

const address = 'maria.of@example.org';

/** Maria has an address for notices. */
async function sceneWithAddress(): Promise<WebScene> {
  const scene = await webScene();
  const admin = await scene.signedIn('admin');
  await admin.ask('PATCH', '/users/maria', { email: address });
  await admin.ask('DELETE', '/session');
  return scene;
}

/** Subjects of the mails to her, once all are handed in. */
async function told(scene: WebScene): Promise<readonly string[]> {
  await scene.bench.advance('10s');
  return scene.bench.mailbox.unread
    .filter(({ envelope }) => envelope.to.includes(address))
    .map(({ subject }) => subject.replace(/^\[[^\]]*\] /, ''));
}

describe('the owner of an account is told by mail', () => {
  it.each(['wrong', 'used'])('that somebody had the right password and a %s code', async (kind) => {
    await using scene = await sceneWithAddress();
    const code = kind === 'wrong' ? scene.wrongCode() : scene.code('maria');
    const proof = { method: 'code', code };
    const maria = scene.api();
    if (kind === 'used') await maria.prove(await maria.pending('maria'), proof);
    const thief = scene.api('10.0.0.66');
    await thief.prove(await thief.pending('maria'), proof);
    expect(await told(scene)).toEqual(['Right password, wrong security code']);
  });

  it('that a recovery code was used', async () => {
    await using scene = await sceneWithAddress();
    const thief = scene.api('10.0.0.66');
    const [code] = scene.kept.maria.recoveryCodes;
    await thief.prove(await thief.pending('maria'), { method: 'recovery-code', code });
    expect(await told(scene)).toEqual([expect.stringMatching(/recovery code/i)]);
  });

  it('that an administrator has switched 2-step verification off', async () => {
    await using scene = await sceneWithAddress();
    const admin = await scene.signedIn('admin');
    await admin.ask('POST', '/users/maria/two-step/reset');
    expect(await told(scene)).toEqual(['2-step verification was reset']);
  });

  it('that the password is a new one', async () => {
    await using scene = await sceneWithAddress();
    const admin = await scene.signedIn('admin');
    await admin.ask('PATCH', '/users/maria', { password: 'Marias-new-0ne' });
    expect(await told(scene)).toEqual(['Your password was changed']);
  });

  it('that after a hundred wrong codes no code is taken any more', async () => {
    await using scene = await sceneWithAddress();
    for (let place = 0; place < 100; place += 1) await scene.guess(place);
    const subjects = await told(scene);
    expect(subjects.at(-1)).toBe('2-step verification is blocked');
    // The others are not a hundred: whoever guesses does not fill the mailbox.
    expect(subjects.length).toBeLessThan(90);
  });

  it('nothing where only the password was wrong', async () => {
    await using scene = await sceneWithAddress();
    const wrong = { user: 'maria', password: 'wrong-password-1' };
    await scene.api().request('POST', '/login', wrong);
    expect(await told(scene)).toEqual([]);
  });
});
