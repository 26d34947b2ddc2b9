import type { Face } from './face.ts';
import { ConsoleFace } from './console-face.ts';
import { groupName, Scene, type Name, type Person, type Stage } from './scene.ts';

/** A day: nobody is logged out for typing nothing in a path. */
const idleMinutes = 1_440;

/**
 * Everybody has an account and a password of their own, and `carol` has 2-step verification. What
 * blocks addresses is off: it is no part of the charts.
 */
export async function peopleStage(): Promise<Stage> {
  await using scene = await Scene.new();
  const { admin, olga, bob, carol } = scene.people;
  const face = new ConsoleFace(scene.bench);
  await face.begin(admin);
  admin.password = 'Apple-tart-7';
  if ((await face.replacePassword(admin.password)) !== 'in') throw new Error('no new password');
  await face.createUser(olga, 'administrators');
  await face.createUser(bob);
  await face.createUser(carol);
  await face.command(`group create ${groupName}`);
  await face.command(`setting set console.idleMinutes ${idleMinutes}`);
  await face.command('setting set protection.ip.enabled no');
  await face.logOut();
  await face.begin(carol);
  await enrol(scene, face, carol);
  return await scene.asStage();
}

/** Goes on from a stage: what was done before paths begin. */
export async function stageAfter(
  stage: Stage,
  act: (scene: Scene, face: ConsoleFace) => Promise<void>,
): Promise<Stage> {
  await using scene = await Scene.on(stage);
  await act(scene, new ConsoleFace(scene.bench));
  return await scene.asStage();
}

/** Somebody has 2-step verification, with a security question. */
export function enrolledStage(stage: Stage, name: Name): Promise<Stage> {
  return stageAfter(stage, async (scene, face) => {
    const person = scene.people[name];
    await face.begin(person);
    await enrol(scene, face, person);
  });
}

/** `bob` and `olga` have 2-step verification, with codes by e-mail as the other way. */
export function mailedStage(stage: Stage): Promise<Stage> {
  return stageAfter(stage, async (scene, face) => {
    const { olga, bob } = scene.people;
    await face.begin(olga);
    await face.command('mail add main mail.example 25 none nas@people.example');
    await face.logOut();
    for (const person of [bob, olga]) {
      await face.begin(person);
      const wizard = await face.openWizard(person);
      if (typeof wizard === 'string') throw new Error(`the wizard did not open: ${wizard}`);
      await scene.scan(person, wizard.uri);
      expectDone(await face.confirm(scene.code(person)));
      const mails = scene.bench.mailbox.messages.length;
      const codes = await face.finishWithEmail(scene.addressOf(person), async () => {
        await scene.untilMailed(mails);
        return scene.mailedCode(person) ?? '';
      });
      person.uri = wizard.uri;
      person.recoveryCodes = [...codes];
    }
  });
}

/** In a session of the person: walks the wizard to its end, which ends the session. */
export async function enrol(scene: Scene, face: Face, person: Person): Promise<void> {
  const code = person.uri === undefined ? undefined : await scene.freshCode(person);
  const wizard = await face.openWizard(person, code);
  if (typeof wizard === 'string') throw new Error(`the wizard did not open: ${wizard}`);
  await scene.scan(person, wizard.uri);
  expectDone(await face.confirm(scene.code(person)));
  expectDone(await face.chooseQuestion(person.answer));
  const codes = await face.finish();
  if (typeof codes === 'string') throw new Error(`the wizard did not finish: ${codes}`);
  person.uri = wizard.uri;
  person.recoveryCodes = [...codes];
  person.isAsked = true;
  person.usedRecoveryCode = undefined;
}

function expectDone(outcome: string): void {
  if (outcome !== 'done') throw new Error(`what had to be done was ${outcome}`);
}
