import { beforeAll, describe, expect, it } from 'vitest';
import { enforcementMachine } from './enforcement.machine.ts';
import { enforcementPaths, enforcementReplay } from './enforcement-replay.ts';
import { faces, facesOfFlaws } from './faces.ts';
import { withFlaw } from './flaws.ts';
import { endingWith } from './paths.ts';
import { replay, wentAnotherWay } from './replay.ts';
import type { Stage } from './scene.ts';
import { peopleStage } from './stages.ts';
import { chosen, isFull } from './thoroughness.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await peopleStage();
});

/** So many transitions are enough for every change. */
const shortPaths = 8;
const acrossFaces = 2;

describe.each(faces)('enforcement, at the $face,', ({ open, traits: { isLasting } }) => {
  it('goes as the model says for a user', async () => {
    const paths = chosen(enforcementPaths('bob', { isLasting }), shortPaths);
    const figures = await replay(paths, open, enforcementReplay({ stage, subject: 'bob' }));
    expect(figures.paths).toBeGreaterThan(shortPaths - 1);
  });

  it('holds at all other ways in', async () => {
    const alsoAt = faces.map((one) => one.open).filter((one) => one !== open);
    const run = enforcementReplay({ stage, subject: 'bob', alsoAt });
    const figures = await replay(chosen(enforcementPaths('bob'), acrossFaces), open, run);
    expect(figures.paths).toBeGreaterThan(acrossFaces - 1);
  });

  it('goes as the model says for the default administrator', async () => {
    const paths = enforcementPaths('admin', {
      isLasting: isFull && isLasting,
      depth: isFull ? 1 : 0,
    });
    const figures = await replay(paths, open, enforcementReplay({ stage, subject: 'admin' }));
    expect(figures.paths).toBeGreaterThan(shortPaths - 1);
  });
});

describe.each(facesOfFlaws)('enforcement, at the $face,', ({ open }) => {
  const flaws: readonly (readonly [
    flaw: string,
    seenAt: string,
    machine: typeof enforcementMachine,
  ])[] = [
    [
      'enforced users who can switch it off',
      'user.disabled',
      enforcementMachine.provide({ guards: { isDisablingRefused: () => false } }),
    ],
    [
      'enforcement that ends with it enabled',
      'user.unnamed',
      withFlaw(enforcementMachine, { state: 'enabled', event: 'user.unnamed', target: 'disabled' }),
    ],
    [
      'a membership that does not count',
      'group.joined',
      enforcementMachine.provide({ guards: { isEnforced: ({ context }) => context.isNamed } }),
    ],
    [
      'a short RESET that leaves it on',
      'reset.basic',
      enforcementMachine.provide({ guards: { isDefaultAdmin: () => false } }),
    ],
    [
      'a log-in that is enough',
      'user.loggedIn',
      withFlaw(enforcementMachine, {
        state: 'incomplete',
        event: 'user.loggedIn',
        target: 'enabled',
      }),
    ],
  ];

  it.each(flaws)('is told from a model with %s', async (_, seenAt, flawed) => {
    const paths = endingWith(enforcementPaths('admin', { machine: flawed }), seenAt);
    const run = enforcementReplay({ stage, subject: 'admin' });
    await expect(replay(paths, open, run)).rejects.toThrow(wentAnotherWay);
  });
});
