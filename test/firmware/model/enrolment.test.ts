import { beforeAll, describe, expect, it } from 'vitest';
import { enrolmentMachine } from '#firmware/two-step/enrolment.machine';
import { enrolmentPaths, enrolmentReplay } from './enrolment-replay.ts';
import { faces, facesOfFlaws } from './faces.ts';
import { withFlaw } from './flaws.ts';
import { endingWith } from './paths.ts';
import { replay, wentAnotherWay } from './replay.ts';
import type { Name, Stage } from './scene.ts';
import { enrolledStage, peopleStage, stageAfter } from './stages.ts';
import { chosen } from './thoroughness.ts';

let people: Stage;

beforeAll(async () => {
  people = await peopleStage();
});

/** Who sets 2-step verification up, and how they stand before. */
const cases: Readonly<Record<string, () => Promise<{ stage: Stage; subject: Name }>>> = {
  'who wants to': async () => ({ stage: people, subject: 'bob' }),
  'who has to': async () => ({
    stage: await stageAfter(people, async (scene, face) => {
      await face.begin(scene.people.olga);
      await face.enforce('user', 'bob', true);
      await face.logOut();
    }),
    subject: 'bob',
  }),
  'who has it already': async () => ({
    stage: await enrolledStage(people, 'bob'),
    subject: 'bob',
  }),
  'who is the default administrator': async () => ({ stage: people, subject: 'admin' }),
};

/** So many paths of each case are enough for every change. */
const shortPaths = 4;

describe.each(faces)('the wizard, at the $face,', ({ open, traits }) => {
  it.each(Object.entries(cases))('goes as the chart says for somebody %s', async (_, make) => {
    const enrolment = await make();
    const paths = chosen(enrolmentPaths(traits), shortPaths);
    const figures = await replay(paths, open, enrolmentReplay(enrolment));
    expect(figures.paths).toBeGreaterThan(shortPaths - 1);
  });
});

describe.each(facesOfFlaws)('the wizard, at the $face,', ({ open, traits }) => {
  const flaws: readonly (readonly [
    flaw: string,
    seenAt: string,
    machine: typeof enrolmentMachine,
  ])[] = [
    [
      'a wrong code that ends it',
      'code.refuted',
      withFlaw(enrolmentMachine, { state: 'checking', event: 'code.refuted', target: 'dropped' }),
    ],
    [
      'a wrong code that serves',
      'question.chosen',
      withFlaw(enrolmentMachine, { state: 'checking', event: 'code.refuted', target: 'confirmed' }),
    ],
    [
      'a Finish that is not the end',
      'finish.done',
      withFlaw(enrolmentMachine, { state: 'finishing', event: 'finish.done', target: 'confirmed' }),
    ],
    [
      'a life that is too short',
      'xstate.after',
      enrolmentMachine.provide({ delays: { enrolmentLife: 9 * 60_000 } }),
    ],
  ];

  it.each(flaws)('is told from a chart with %s', async (_, seenAt, flawed) => {
    const enrolment = { stage: people, subject: 'bob' } as const;
    const paths = endingWith(enrolmentPaths(traits, flawed), seenAt);
    await expect(replay(paths, open, enrolmentReplay(enrolment, flawed))).rejects.toThrow(
      wentAnotherWay,
    );
  });
});
