import { beforeAll, describe, expect, it } from 'vitest';
import { loginMachine } from '#firmware/two-step/login.machine';
import { freeWrongCodes } from '#firmware/two-step/throttle';
import { doors, facesOfFlaws } from './faces.ts';
import { withFlaw } from './flaws.ts';
import { loginPaths, loginReplay, type LoginCase } from './login-replay.ts';
import { tryOf } from './proofs.ts';
import { endingWith } from './paths.ts';
import { replay, wentAnotherWay } from './replay.ts';
import type { Stage } from './scene.ts';
import { enrolledStage, mailedStage, peopleStage, stageAfter } from './stages.ts';
import { chosen, isFull } from './thoroughness.ts';

/** More than any wait that wrong codes have cost so far. */
const longWaitMs = 15 * 60_000;

let people: Stage;
let bobs: Stage;

beforeAll(async () => {
  people = await peopleStage();
  bobs = await enrolledStage(people, 'bob');
});

/** So many wrong proofs of a kind were given, whatever waits that cost. */
function afterWrong(kind: 'code' | 'answer', count: number): Promise<Stage> {
  return stageAfter(bobs, async (scene, face) => {
    const { bob } = scene.people;
    for (let given = 0; given < count; given += 1) {
      await scene.pass(longWaitMs);
      await face.home();
      await face.begin(bob);
      expect(await face.prove(await tryOf(scene, bob, kind, 'made up'))).toMatch(/wrong|over/);
    }
    await face.home();
  });
}

const cases: Readonly<Record<string, () => Promise<LoginCase>>> = {
  'who has all ways open': async () => ({ stage: bobs, subject: 'bob' }),
  'the default administrator': async () => ({
    stage: await enrolledStage(people, 'admin'),
    subject: 'admin',
  }),
  'who gets codes by e-mail': async () => ({
    stage: await mailedStage(people),
    subject: 'bob',
    offered: ['code', 'recovery-code', 'email-code'],
  }),
  'where questions are switched off': async () => ({
    stage: await stageAfter(bobs, async (scene, face) => {
      await face.begin(scene.people.olga);
      await face.command('setting set twoStep.allowQuestions no');
      await face.logOut();
    }),
    subject: 'bob',
    offered: ['code', 'recovery-code'],
  }),
  'where the clock is not set': async () => ({
    stage: await stageAfter(bobs, async (scene) => {
      scene.bench.ntp.set('all', { dns: 'fails' });
      scene.bench.rtc.setBattery(false);
      await scene.bench.power.cycle();
      await scene.bench.ready();
    }),
    subject: 'bob',
    refused: ['code'],
  }),
  'after ten wrong codes': async () => ({
    stage: await afterWrong('code', 10),
    subject: 'bob',
    refused: ['code', 'recovery-code'],
  }),
  'after five wrong answers': async () => ({
    stage: await afterWrong('answer', 5),
    subject: 'bob',
    refused: ['answer'],
    isWithoutUsed: true,
  }),
  ...(isFull && {
    'after a hundred wrong codes': async () => ({
      stage: await afterWrong('code', 100),
      subject: 'bob',
      refused: ['code', 'recovery-code', 'answer'],
    }),
  }),
  'whose account was reset meanwhile': async () => ({
    stage: await enrolledStage(people, 'admin'),
    subject: 'admin',
    isGone: true,
    status: 'disabled',
    async meanwhile({ bench, people: { admin } }) {
      await bench.resetButton.hold('3s');
      await bench.ready();
      admin.uri = undefined;
    },
  }),
};

/** With these, each step is seen after each other step where all is gone through. */
const thorough = ['who has all ways open', 'who gets codes by e-mail'];

/** So many paths of a case are enough for every change; where there are many, twice as many. */
const shortPaths = 3;
const manyPaths = 60;

describe.each(doors)('a login, at the $face,', ({ open, traits }) => {
  it.each(Object.entries(cases))('of somebody %s goes as the chart says', async (name, make) => {
    const login = await make();
    const depth = isFull && thorough.includes(name) ? 2 : 1;
    const paths = loginPaths(login, traits, { depth });
    const shortMax = paths.length > manyPaths ? 2 * shortPaths : shortPaths;
    const figures = await replay(chosen(paths, shortMax), open, loginReplay(login));
    expect(figures.paths).toBeGreaterThan(shortMax - 1);
  });
});

describe.each(facesOfFlaws)('a login, at the $face,', ({ open, traits }) => {
  /** By the event or answer that the flaw is seen at. */
  const flaws: readonly (readonly [flaw: string, seenAt: string, machine: typeof loginMachine])[] =
    [
      [
        'a sixth try',
        'code.refuted',
        loginMachine.provide({
          guards: { isLastTry: ({ context }) => context.wrongCodes === freeWrongCodes },
        }),
      ],
      [
        'a fourth try as the last',
        'code.refuted',
        loginMachine.provide({
          guards: { isLastTry: ({ context }) => context.wrongCodes + 2 === freeWrongCodes },
        }),
      ],
      [
        'a life that is too short',
        'xstate.after',
        loginMachine.provide({ delays: { pendingLife: 4 * 60_000 } }),
      ],
      [
        'a wrong answer that ends it',
        'answer.refuted',
        withFlaw(loginMachine, {
          state: 'pending.checking',
          event: 'answer.refuted',
          target: '#login.ended',
        }),
      ],
      [
        'a right proof that is not enough',
        'proof.passed',
        withFlaw(loginMachine, {
          state: 'pending.checking',
          event: 'proof.passed',
          target: 'awaitingProof',
        }),
      ],
      [
        'a login that cannot be given up',
        'login.cancelled',
        withFlaw(loginMachine, {
          state: 'pending',
          event: 'login.cancelled',
          target: '.awaitingProof',
        }),
      ],
    ];

  it.each(flaws)('is told from a chart with %s', async (_, seenAt, flawed) => {
    const login: LoginCase = { stage: bobs, subject: 'bob' };
    const paths = endingWith(loginPaths(login, traits, { machine: flawed }), seenAt);
    await expect(replay(paths, open, loginReplay(login, flawed))).rejects.toThrow(wentAnotherWay);
  });
});
