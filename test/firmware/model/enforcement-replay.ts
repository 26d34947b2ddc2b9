import { expect } from 'vitest';
import {
  enforcementEvents,
  enforcementMachine,
  enforcementMark,
  lastingMark,
  type EnforcementEvent,
  type Kept,
} from './enforcement.machine.ts';
import type { Done, Face } from './face.ts';
import { pathsOf, type Leg, type Path } from './paths.ts';
import { other } from './proofs.ts';
import { arrive, expectWayBack, holdReset, type Open, type Replay } from './replay.ts';
import { groupName, type Name, type Person, type Scene, type Stage } from './scene.ts';
import { enrol } from './stages.ts';

/** The paths of the model: each transition; each state where `depth` is 0. */
export function enforcementPaths(
  subject: Name,
  {
    depth = 1,
    isLasting = false,
    machine = enforcementMachine,
  }: {
    depth?: 0 | 1;
    /** Where sessions can be left open. */
    isLasting?: boolean;
    machine?: typeof enforcementMachine;
  } = {},
): readonly Path<EnforcementEvent>[] {
  return pathsOf<EnforcementEvent>(machine, {
    input: { isDefaultAdmin: subject === 'admin' },
    events: enforcementEvents,
    mark: isLasting ? lastingMark : enforcementMark,
    depth,
  });
}

interface Acting {
  readonly scene: Scene;
  readonly face: Face;
  readonly person: Person;
}

/** Replays such paths on `subject`. Nobody is logged in between two steps. */
export function enforcementReplay({
  stage,
  subject,
  alsoAt = [],
}: {
  readonly stage: Stage;
  readonly subject: Name;
  /** Where else is looked at what came of each step. */
  readonly alsoAt?: readonly Open<Face>[];
}): Replay<EnforcementEvent> {
  return {
    stage,
    async begin(scene, face) {
      if (face.lasting === undefined) return;
      await arrive(scene, face, scene.people[other]);
      face.lasting.keep(other);
    },
    async act(scene, face, path, place) {
      const { event, state, snapshot } = path[place] as Leg<EnforcementEvent>;
      const person = scene.people[subject];
      const { isRefused, kept } = snapshot.context as Said;
      const seen = await actions[event.type]({ scene, face, person });
      expect(seen).toBe(isRefused ? 'refused' : 'done');
      await face.home();
      expect(scene.statusOf(person)).toBe(shownOf(state, subject));
      if (state !== 'factory') await expectLasting({ scene, face, person }, { state, kept });
      for (const one of [face, ...alsoAt.map((open) => open(scene))]) {
        await arrive(scene, one, person, shownOf(state, subject));
        await one.home();
      }
    },
    async end(scene, face) {
      await expectWayBack(scene, face);
    },
  };
}

/** What the model says beside the state. */
interface Said {
  readonly isRefused: boolean;
  readonly kept: Kept;
}

/**
 * Sessions left open, and devices: a device takes the place of the second step as long as the
 * session is good that it was remembered in. What another has is not touched, and of no use.
 */
async function expectLasting(
  { face, person }: Acting,
  { state, kept }: { readonly state: string; readonly kept: Kept },
): Promise<void> {
  const { lasting } = face;
  if (lasting === undefined) return;
  expect(await lasting.kept(person.name)).toBe(kept);
  expect(await lasting.kept(other)).toBe('free');
  if (state !== 'enabled') return;
  expect(await lasting.beginAtDevice(person, other)).toBe('second step');
  const begun = await lasting.beginAtDevice(person, person.name);
  expect(begun).toBe(kept === 'over' ? 'second step' : 'in');
  await face.home();
}

/** After the advanced reset there is `admin`, and nobody else. */
function shownOf(state: string, subject: Name): string | undefined {
  if (state !== 'factory') return state;
  return subject === 'admin' ? 'disabled' : undefined;
}

const actions: Readonly<Record<EnforcementEvent['type'], (acting: Acting) => Promise<Done>>> = {
  'user.named': (acting) => asOlga(acting, ({ name }) => acting.face.enforce('user', name, true)),
  'user.unnamed': (acting) =>
    asOlga(acting, ({ name }) => acting.face.enforce('user', name, false)),
  'group.named': (acting) => asOlga(acting, () => acting.face.enforce('group', groupName, true)),
  'group.unnamed': (acting) => asOlga(acting, () => acting.face.enforce('group', groupName, false)),
  'group.joined': (acting) =>
    asOlga(acting, ({ name }) => acting.face.setMember(groupName, name, true)),
  'group.left': (acting) =>
    asOlga(acting, ({ name }) => acting.face.setMember(groupName, name, false)),
  'administrator.disabled': (acting) => asOlga(acting, (person) => disableOther(acting, person)),
  'user.loggedIn': async ({ scene, face, person }) => {
    await arrive(scene, face, person);
    face.lasting?.keep(person.name);
    return 'done';
  },
  'user.enrolled': async ({ scene, face, person }) => {
    await arrive(scene, face, person);
    await enrol(scene, face, person);
    return 'done';
  },
  'user.disabled': async ({ scene, face, person }) => {
    await arrive(scene, face, person);
    const code = person.uri === undefined ? '' : await scene.freshCode(person);
    const outcome = await face.disable(person, code);
    if (outcome === 'done') person.uri = undefined;
    return outcome;
  },
  'reset.basic': async ({ scene, face }) => {
    await holdReset(scene, face, 'basic');
    return 'done';
  },
  'reset.advanced': async ({ scene, face }) => {
    await holdReset(scene, face, 'advanced');
    return 'done';
  },
};

/** The second administrator does it. */
async function asOlga(
  { scene, face, person }: Acting,
  act: (person: Person) => Promise<Done>,
): Promise<Done> {
  expect(await face.begin(scene.people.olga)).toBe('in');
  const outcome = await act(person);
  await face.logOut();
  return outcome;
}

async function disableOther({ face }: Acting, person: Person): Promise<Done> {
  const outcome = await face.disableOther(person.name);
  if (outcome === 'done') Object.assign(person, { uri: undefined, recoveryCodes: [] });
  return outcome;
}
