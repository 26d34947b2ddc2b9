import { expect } from 'vitest';
import { enrolmentMachine, type EnrolmentEvent } from '#firmware/two-step/enrolment.machine';
import type { Done, Face, Traits } from './face.ts';
import { delayMsOf, pathsOf, type Leg, type Path } from './paths.ts';
import { tryOf, type Origin } from './proofs.ts';
import { arrive, expectWayBack, type Replay } from './replay.ts';
import type { Name, Person, Scene, Stage } from './scene.ts';

/** What somebody may type; `code` says which it is. The right one is of the key just shown. */
const origins = ['right', 'made up', "another's", 'stale'] as const satisfies readonly Origin[];

const events: readonly EnrolmentEvent[] = [
  ...origins.map((code) => ({ type: 'code.given', code }) as const),
  { type: 'question.chosen', choice: { number: 1, answer: 'the dog' } },
  { type: 'question.chosen', choice: { number: 1, answer: 'the cat' } },
  { type: 'finish.asked' },
  { type: 'wizard.left' },
];

const outcomes = {
  checking: (event: EnrolmentEvent): readonly EnrolmentEvent[] =>
    event.type === 'code.given' && event.code === 'right'
      ? [{ type: 'code.confirmed' }]
      : [{ type: 'code.refuted' }],
  finishing: (): readonly EnrolmentEvent[] => [{ type: 'finish.done' }, { type: 'finish.failed' }],
};

const noEffects = {
  checkCode: () => undefined,
  keepQuestion: () => undefined,
  finish: () => undefined,
};

/** The paths through the wizard, each step after each other step, as far as a face allows. */
export function enrolmentPaths(
  { isFinishAfterChoice }: Traits,
  machine: typeof enrolmentMachine = enrolmentMachine,
): readonly Path<EnrolmentEvent>[] {
  const paths = pathsOf<EnrolmentEvent>(machine, {
    input: { senses: { isClockUnset: () => false }, effects: noEffects },
    events,
    outcomes,
    depth: 2,
  });
  return isFinishAfterChoice ? paths.filter(isFinishedAfterChoice) : paths;
}

/** Finish comes after a choice only, and where the appliance fails at it the wizard is left. */
function isFinishedAfterChoice(path: Path<EnrolmentEvent>): boolean {
  const isOf = (type: EnrolmentEvent['type']) => (leg: Leg<EnrolmentEvent>) =>
    leg.event.type === type;
  const finish = path.findIndex(isOf('finish.asked'));
  if (finish === -1) return true;
  return finish === path.length - 1 && path.slice(0, finish).some(isOf('question.chosen'));
}

/** Replays such paths as `subject`, who has just opened the wizard when a path begins. */
export function enrolmentReplay(
  { stage, subject }: { readonly stage: Stage; readonly subject: Name },
  machine = enrolmentMachine,
): Replay<EnrolmentEvent> {
  const atFirst = new WeakMap<Scene, Before>();
  return {
    stage,
    async begin(scene, face) {
      const person = scene.people[subject];
      const status = scene.statusOf(person);
      await arrive(scene, face, person);
      const code = status === 'enabled' ? await scene.freshCode(person) : undefined;
      const wizard = await face.openWizard(person, code);
      if (typeof wizard === 'string') throw new Error(`the wizard did not open: ${wizard}`);
      const { uri, answer, isAsked } = person;
      atFirst.set(scene, { status, person: { uri, answer, isAsked } });
      person.isAsked = false;
      await scene.scan(person, wizard.uri);
      person.uri = wizard.uri;
    },
    async act(scene, face, path, place) {
      const leg = path[place] as Leg<EnrolmentEvent>;
      const person = scene.people[subject];
      expect(await done(leg, { scene, face, person, machine })).toBe(verdictOf(leg));
      const isFinished = leg.state === 'finished';
      expect(scene.statusOf(person)).toBe(isFinished ? 'enabled' : atFirst.get(scene)?.status);
    },
    async end(scene, face, path) {
      const person = scene.people[subject];
      const before = atFirst.get(scene);
      const isFinished = path.at(-1)?.state === 'finished';
      // What was dropped takes nothing any more, not even what is right.
      if (path.at(-1)?.state === 'dropped') {
        expect(await face.confirm(scene.code(person))).toBe('expired');
      }
      await face.home();
      if (!isFinished && before !== undefined) {
        Object.assign(person, before.person);
        if (person.uri !== undefined) await scene.scan(person, person.uri);
      }
      await arrive(scene, face, person);
      await face.home();
      if (person.isAsked) {
        await face.begin(person);
        expect(await face.prove(await tryOf(scene, person, 'answer', 'right'))).toBe('in');
        await face.home();
      }
      await expectWayBack(scene, face);
    },
  };
}

/** What the user had before the wizard was opened. */
interface Before {
  readonly status: string | undefined;
  readonly person: Pick<Person, 'uri' | 'answer' | 'isAsked'>;
}

interface Acting {
  readonly scene: Scene;
  readonly face: Face;
  readonly person: Person;
  readonly machine: typeof enrolmentMachine;
}

async function done(
  { event, outcome }: Leg<EnrolmentEvent>,
  { scene, face, person, machine }: Acting,
): Promise<Done> {
  const delayMs = delayMsOf(machine, event.type);
  if (delayMs !== undefined) await scene.pass(delayMs);
  else if (event.type === 'wizard.left') await face.leaveWizard();
  else if (event.type === 'code.given') {
    const { text } = await tryOf(scene, person, 'code', event.code as Origin);
    return face.confirm(text);
  } else if (event.type === 'question.chosen') {
    person.answer = event.choice.answer;
    person.isAsked = true;
    return face.chooseQuestion(event.choice.answer);
  } else if (event.type === 'finish.asked') {
    if (outcome?.type === 'finish.failed') scene.bench.flash.failWrites(1);
    const codes = await face.finish();
    if (typeof codes === 'string') return codes;
    expect(new Set(codes).size).toBe(10);
    person.recoveryCodes = [...codes];
  }
  return 'done';
}

function verdictOf({ outcome }: Leg<EnrolmentEvent>): Done {
  if (outcome?.type === 'code.refuted') return 'wrong';
  return outcome?.type === 'finish.failed' ? 'failed' : 'done';
}
