import { expect } from 'vitest';
import type { Door, Face } from './face.ts';
import { pathText, type Path, type PathEvent } from './paths.ts';
import { other, tryOf, useUp } from './proofs.ts';
import { Scene, type Person, type Stage } from './scene.ts';

/** Opens a way into the appliance of a scene. */
export type Open<F extends Door> = (scene: Scene) => F;

/** What was replayed. */
export interface Figures {
  paths: number;
  steps: number;
}

const kinds = ['code', 'recovery-code', 'answer'] as const;

/** How a path of a chart is replayed on an appliance. */
export interface Replay<E extends PathEvent, F extends Door = Face> {
  readonly stage: Stage;
  /** Before the first step. */
  begin?(scene: Scene, face: F, path: Path<E>): Promise<void>;
  /** Does what the event of that step says, and fails where it does not lead where it must. */
  act(scene: Scene, face: F, path: Path<E>, place: number): Promise<void>;
  /** After the last step. */
  end(scene: Scene, face: F, path: Path<E>): Promise<void>;
}

/** How a failure of `replay` is told from others. */
export const wentAnotherWay = /, (step \d+|the end) of: /;

/** Replays paths, each on a board of its own; the first that goes another way fails. */
export async function replay<E extends PathEvent, F extends Door>(
  paths: readonly Path<E>[],
  open: Open<F>,
  { stage, begin, act, end }: Replay<E, F>,
): Promise<Figures> {
  const figures: Figures = { paths: 0, steps: 0 };
  for (const path of paths) {
    await using scene = await Scene.on(stage);
    const face = open(scene);
    let place = 0;
    try {
      await begin?.(scene, face, path);
      for (; place < path.length; place += 1) await act(scene, face, path, place);
      await end(scene, face, path);
    } catch (error) {
      const where = place < path.length ? `step ${place + 1}` : 'the end';
      throw new Error(
        `${face.name}, ${where} of: ${pathText(path)}\n${String(error)}\n${scene.bench.describe()}`,
        { cause: error },
      );
    }
    figures.paths += 1;
    figures.steps += path.length;
  }
  return figures;
}

/** RESET is held, and what it does is waited for. */
export async function holdReset(
  scene: Scene,
  face: Door,
  kind: 'basic' | 'advanced',
): Promise<void> {
  const { admin } = scene.people;
  await scene.bench.resetButton.hold(kind === 'basic' ? '3s' : '10s');
  if (kind === 'advanced') await scene.bench.until(() => scene.bench.states['appliance'] === 'off');
  await scene.bench.ready();
  admin.password = scene.bench.bench.board.defaultPassword;
  admin.uri = undefined;
  await face.home();
}

/** Whatever went on: RESET for three seconds gives an administrator back; the label says how. */
export async function expectWayBack(scene: Scene, face: Door): Promise<void> {
  await holdReset(scene, face, 'basic');
  expect(await face.begin(scene.people.admin)).toBe('new password');
  await face.home();
}

/**
 * Somebody comes in, as far as the status of their 2-step verification says that they get: with the
 * password alone, to the wizard and no further, or after the second step, for which nothing serves
 * that was given to another. Ends in that session. An undefined status: there is no such user.
 */
export async function arrive(
  scene: Scene,
  face: Face,
  person: Person,
  status: string | undefined = scene.statusOf(person),
): Promise<void> {
  let begun = await face.begin(person);
  if (person.name === 'admin' && person.password === scene.bench.bench.board.defaultPassword) {
    expect(begun).toBe('new password');
    person.password = 'Apple-tart-8';
    begun = await face.replacePassword(person.password);
  }
  if (status === undefined) expect(begun).toBe('refused');
  else if (status === 'disabled') expect(begun).toBe('in');
  else if (status === 'incomplete') {
    expect(begun).toBe('set-up only');
    expect(await face.isConfined()).toBe(true);
  } else {
    expect(begun).toBe('second step');
    for (const kind of person.name === other ? [] : kinds) {
      const isOffered = kind !== 'answer' || person.isAsked;
      const proved = await face.prove(await tryOf(scene, person, kind, "another's"));
      expect(proved).toBe(isOffered ? 'wrong' : 'not taken');
    }
    const tried = await tryOf(scene, person, 'code', 'right');
    expect(await face.prove(tried)).toBe('in');
    useUp(person, tried);
  }
}
