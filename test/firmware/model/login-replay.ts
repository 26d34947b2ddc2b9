import { expect } from 'vitest';
import { loginMachine, type LoginEvent, type LoginSenses } from '#firmware/two-step/login.machine';
import type { Door, Proved, Traits, Try } from './face.ts';
import { delayMsOf, pathsOf, type Leg, type Path } from './paths.ts';
import { otherMailed, tryOf, useUp, type Origin } from './proofs.ts';
import { expectWayBack, type Replay } from './replay.ts';
import type { Name, Scene, Stage } from './scene.ts';

type Kind = Try['kind'];

/** What somebody may type, by the kind of proof. Of the chart's events, `text` says which it is. */
const origins: Readonly<Record<Kind, readonly Origin[]>> = {
  code: ['right', 'made up', "another's", 'used', 'stale'],
  'recovery-code': ['right', 'made up', "another's", 'used'],
  answer: ['right', 'made up', "another's"],
  'email-code': ['right', 'made up', "another's", 'used'],
};

const kinds = Object.keys(origins) as Kind[];

/** The ways that are open to whoever has chosen a security question. */
const usualWays: readonly Kind[] = ['code', 'recovery-code', 'answer'];

/** Mails with codes are so far apart at least, ms. */
const mailGapMs = 30_000;

type Given = LoginEvent & { readonly type: 'proof.given' };

function proofsOf({ offered = usualWays, isWithoutUsed = false }: LoginCase): readonly Given[] {
  return kinds.flatMap((kind) =>
    (offered.includes(kind) ? origins[kind] : (['made up'] as const))
      .filter((text) => text !== 'used' || !isWithoutUsed)
      .map((text) => ({ type: 'proof.given', kind, text }) as const),
  );
}

/** What the check of a proof can come to. */
function outcomesOf(event: LoginEvent): readonly LoginEvent[] {
  if (event.type !== 'proof.given') return [];
  if (event.text === 'right') return [{ type: 'proof.passed' }, { type: 'check.failed' }];
  const isAlternative = event.kind === 'answer' || event.kind === 'email-code';
  return [{ type: isAlternative ? 'answer.refuted' : 'code.refuted' }];
}

const noEffects = { check: () => undefined, tellGivenUp: () => undefined };

function sensesOf({ offered = usualWays, refused = [], isGone = false }: LoginCase): LoginSenses {
  return {
    isUserGood: () => !isGone,
    isOffered: (kind) => offered.includes(kind),
    isRefused: (kind) => refused.includes(kind),
  };
}

/** How an appliance stands to the one who signs in, and what the chart senses of it. */
export interface LoginCase {
  readonly stage: Stage;
  /** Who signs in. */
  readonly subject: Name;
  /** The ways that are open; the usual ones unless told otherwise. */
  readonly offered?: readonly Kind[];
  /** Of those, what is not looked at now. */
  readonly refused?: readonly Kind[];
  /** The user is not the one any more who gave the password. */
  readonly isGone?: boolean;
  /** Nothing that was used before can be typed: it would change how the appliance stands. */
  readonly isWithoutUsed?: boolean;
  /** Happens between the password and the first proof. */
  meanwhile?(scene: Scene): Promise<void>;
  /** Status of the subject after that; enabled unless told otherwise. */
  readonly status?: string;
}

/** The paths of a sign-in between password and second step, as far as they go on at such a face. */
export function loginPaths(
  login: LoginCase,
  traits: Traits,
  { machine = loginMachine, depth = 1 }: { machine?: typeof loginMachine; depth?: 0 | 1 | 2 } = {},
): readonly Path<LoginEvent>[] {
  const paths = pathsOf<LoginEvent>(machine, {
    input: { senses: sensesOf(login), effects: noEffects },
    events: [...proofsOf(login), { type: 'login.cancelled' }],
    outcomes: { 'pending.checking': outcomesOf },
    mark: ({ wrongCodes }) => wrongCodes,
    depth,
  });
  return paths.filter((path) => {
    if (traits.isOneCall) return path.every(({ event }) => event.type === 'proof.given');
    return !path.slice(0, -1).some((leg) => isGivenUp(login, traits, leg));
  });
}

/** Replays such paths; the password has been typed when a path begins. */
export function loginReplay(login: LoginCase, machine = loginMachine): Replay<LoginEvent, Door> {
  const { stage, subject, status = 'enabled' } = login;
  const loginsBefore = new WeakMap<Scene, number>();
  return {
    stage,
    async begin(scene, face, path) {
      await prepare(scene, face, { path, subject });
      loginsBefore.set(scene, loginsOf(scene, subject));
      expect(await face.begin(scene.people[subject])).toBe('second step');
      await login.meanwhile?.(scene);
    },
    async act(scene, face, path, place) {
      const leg = path[place] as Leg<LoginEvent>;
      const { event, state } = leg;
      const delayMs = delayMsOf(machine, event.type);
      if (delayMs !== undefined) await scene.pass(delayMs);
      else if (event.type === 'login.cancelled') await face.giveUp();
      else if (event.type === 'proof.given') {
        const person = scene.people[subject];
        const origin = event.text as Origin;
        if (event.kind === 'email-code' && leg.outcome !== undefined) {
          await haveMailed(scene, face, origin);
        }
        const tried = await tryOf(scene, person, event.kind, origin);
        if (leg.outcome?.type === 'check.failed') scene.bench.flash.failWrites(1);
        const verdict = verdictOf(leg);
        expect(await face.prove(tried)).toBe(told(verdict, face.traits));
        if (verdict === 'in') useUp(person, tried);
      }
      const logins = loginsOf(scene, subject) - (loginsBefore.get(scene) ?? 0);
      expect(logins).toBe(state === 'signedIn' ? 1 : 0);
      expect(scene.statusOf(scene.people[subject])).toBe(status);
    },
    async end(scene, face, path) {
      const person = scene.people[subject];
      const last = path.at(-1);
      if (last?.state === 'signedIn') await face.logOut();
      // What has ended takes nothing any more, not even what is right; what has not, does.
      const isOver = last?.snapshot.status === 'done';
      const kind = openKind(login);
      const isTold = !face.traits.isOneCall && !isGivenUp(login, face.traits, last);
      if (kind !== undefined && (isOver ? !face.traits.isOneCall : isTold)) {
        const tried = await tryOf(scene, person, kind, 'right');
        expect(await face.prove(tried)).toBe(isOver ? 'expired' : 'in');
      }
      await expectWayBack(scene, face);
      expect(scene.statusOf(person)).toBe(subject === 'admin' ? 'disabled' : status);
      if (subject === 'admin' || status !== 'enabled') return;
      expect(await face.begin(person)).toBe('second step');
    },
  };
}

/** A kind of proof that is looked at where the login is not over. */
function openKind({ offered = usualWays, refused = [] }: LoginCase): Kind | undefined {
  return offered.find((kind) => !refused.includes(kind));
}

/** Whether the login is given up, at such a face, where the chart goes on. */
function isGivenUp(login: LoginCase, { isGivingUp }: Traits, leg?: Leg<LoginEvent>): boolean {
  const isAllRefused = openKind(login) === undefined && leg?.event.type === 'proof.given';
  return isGivingUp && (isAllRefused || leg?.outcome?.type === 'check.failed');
}

/** A path with something that was used already needs that it was. */
async function prepare(
  scene: Scene,
  face: Door,
  { path, subject }: { readonly path: Path<LoginEvent>; readonly subject: Name },
): Promise<void> {
  const person = scene.people[subject];
  const isTyped = (kind: Kind, origin: Origin): boolean =>
    path.some(
      ({ event, outcome }) =>
        event.type === 'proof.given' &&
        event.kind === kind &&
        event.text === origin &&
        outcome !== undefined,
    );
  if (isTyped('email-code', "another's")) {
    expect(await face.begin(scene.people[otherMailed])).toBe('second step');
    await haveMailed(scene, face, 'right');
    await face.giveUp();
  }
  for (const kind of ['recovery-code', 'email-code', 'code'] as const) {
    if (!isTyped(kind, 'used')) continue;
    expect(await face.begin(person)).toBe('second step');
    if (kind === 'email-code') await haveMailed(scene, face, 'right');
    const tried = await tryOf(scene, person, kind, 'right');
    expect(await face.prove(tried)).toBe('in');
    useUp(person, tried);
    await face.logOut();
  }
}

/** A code is mailed, as each face does before it takes one; the right one is a new one. */
async function haveMailed(scene: Scene, face: Door, origin: Origin): Promise<void> {
  if (origin === 'right') await scene.pass(mailGapMs);
  const before = scene.bench.mailbox.messages.length;
  if ((await face.askForMail()) === 'sent') await scene.untilMailed(before);
}

function verdictOf({ outcome, state }: Leg<LoginEvent>): Proved {
  if (outcome === undefined) return state === 'ended' ? 'expired' : 'not taken';
  if (outcome.type === 'proof.passed') return 'in';
  if (outcome.type === 'check.failed') return 'failed';
  return state === 'ended' ? 'over' : 'wrong';
}

/** A verdict as it is told at such a face. */
function told(verdict: Proved, { isOneCall }: Traits): Proved {
  return isOneCall && (verdict === 'over' || verdict === 'not taken') ? 'wrong' : verdict;
}

/** How often somebody got in, as the event log has it. */
function loginsOf(scene: Scene, name: Name): number {
  return scene.bench.log.filter(
    ({ user, text }) => user === name && text.startsWith('logged in with'),
  ).length;
}
