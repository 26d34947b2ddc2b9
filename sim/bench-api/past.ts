import * as v from 'valibot';
import { UsageError } from '../kernel/invariant.ts';
import { duration, instant } from '../scenario/schema.ts';
import type { Desk } from './desk.ts';
import { momentFields, momentOf } from './moment.ts';
import { problem } from './problems.ts';
import type { Routes } from './route.ts';

const name = v.pipe(
  v.string(),
  v.regex(/^[\w.-]{1,64}$/, 'a name has 1 to 64 letters, digits or . _ -'),
);

const snapshot = v.strictObject({ ...momentFields, name: v.string() });

const snapshots = v.strictObject({
  ...momentFields,
  /** The earliest instant that there is a way back to. */
  earliest: v.strictObject(momentFields),
  /** Named instants on the way to the present, the oldest first. */
  snapshots: v.array(snapshot),
  /** Ways that were left by going back; their snapshots can be restored too. */
  branches: v.array(v.strictObject({ name: v.string(), snapshots: v.array(snapshot) })),
});

const moment = v.strictObject(momentFields);

const backTo = v.pipe(
  v.strictObject({
    by: v.optional(duration),
    to: v.optional(instant),
    before: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(1_000))),
  }),
  v.check(
    (body) => Object.values(body).filter((each) => each !== undefined).length === 1,
    'say one of by, to and before',
  ),
);

/** Instants that have passed, and the ways back to them. */
export function addPast(routes: Routes, desk: Desk): void {
  addSnapshots(routes, desk);
  routes.add({
    method: 'POST',
    path: '/clock/back',
    tag: 'time',
    summary: 'Goes back in time: by a duration, to an instant, or before something happened',
    description:
      '`{"by": "30s"}`, `{"to": "2026-11-24T10:00:00Z"}` (true time), or `{"before": PATTERN}`: the ' +
      'last instant before the newest entry of the event log or record of the trace that matches. ' +
      'What has happened since is undone, and kept as a branch.',
    body: backTo,
    answer: moment,
    problems: ['not-possible'],
    handle: async ({ body }) => {
      const to = await targetOf(desk, body);
      if (to === undefined) return problem('not-possible', { detail: 'Nothing matches that.' });
      await desk.live.goBack(to);
      return desk.act(({ world }) => momentOf(world.nowUs));
    },
  });
}

function addSnapshots(routes: Routes, desk: Desk): void {
  routes.add({
    method: 'GET',
    path: '/snapshots',
    tag: 'states',
    summary: 'The instants that were named, and how far back there is a way',
    answer: snapshots,
    handle: () =>
      desk.act(({ world }) => {
        const { history } = desk.live;
        return {
          ...momentOf(world.nowUs),
          earliest: momentOf(history.startUs),
          snapshots: history.marks.map(viewOf),
          branches: history.branches.map((branch) => ({
            name: branch.name,
            snapshots: branch.marks.map(viewOf),
          })),
        };
      }),
  });
  routes.add({
    method: 'POST',
    path: '/snapshots',
    tag: 'states',
    summary: 'Names the present instant, to come back to it; a name is there once, and moves',
    body: v.strictObject({ name }),
    answer: snapshot,
    handle: ({ body }) => desk.act(() => viewOf(desk.live.history.mark(body.name))),
  });
  routes.add({
    method: 'POST',
    path: '/snapshots/:name/restore',
    tag: 'states',
    summary: 'Goes back to a named instant, the whole world of it',
    params: v.strictObject({ name }),
    body: v.optional(v.strictObject({})),
    answer: moment,
    problems: ['not-found', 'not-possible'],
    handle: async ({ params }) => {
      const { history } = desk.live;
      const marks = [history.marks, ...history.branches.map((branch) => branch.marks)].flat();
      if (marks.every((mark) => mark.name !== params.name)) {
        return problem('not-found', { detail: 'GET /api/v1/snapshots lists those there are.' });
      }
      await desk.live.goBack(params.name);
      return desk.act(({ world }) => momentOf(world.nowUs));
    },
  });
}

async function targetOf(
  desk: Desk,
  { by, to, before }: v.InferOutput<typeof backTo>,
): Promise<number | undefined> {
  if (to !== undefined) return to;
  if (by !== undefined) return desk.act(({ world }) => world.nowUs - by);
  const pattern = patternOf(before ?? '');
  const foundUs = await desk.act(() => desk.live.history.find(pattern));
  return foundUs === undefined ? undefined : foundUs - 1;
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, 'iu');
  } catch (cause) {
    throw new UsageError(`"${text}" is no regular expression`, { cause });
  }
}

function viewOf({ name: called, t }: { readonly name: string; readonly t: number }) {
  return { ...momentOf(t), name: called };
}
