import type { Button, ButtonEdge } from '../button.ts';
import { checksOf, type ConformanceSuite, expectSame, expectThat } from './suite.ts';

/** What a rig can do around a button. */
export interface ButtonActs {
  /** Presses and settles: the line has its new level and every edge has been delivered. */
  press(): Promise<void>;
  /** Lets go and settles. */
  release(): Promise<void>;
  /** `Clock.now` of the same board. */
  nowMs(): number;
  /** Lets so much time pass by the board's clock, at least. */
  pass(ms: number): Promise<void>;
  /** Restarts the board with the button released and answers the port of the new life. */
  restart(): Promise<Button>;
}

const check = checksOf<Button, ButtonActs>();

/** Clock readings are doubles: one microsecond is as exact as they are compared. */
const clockSlackMs = 0.001;

interface Recording {
  readonly edges: readonly ButtonEdge[];
  readonly stop: () => void;
}

function record(button: Button): Recording {
  const edges: ButtonEdge[] = [];
  const stop = button.onEdge((edge) => void edges.push(edge));
  return { edges, stop };
}

const levels = [
  check('knows its level without an edge', ['press', 'release'], async ({ port, act }) => {
    expectSame('pressed before', port.isPressed(), false);
    await act.press();
    expectSame('pressed while held', port.isPressed(), true);
    await act.release();
    expectSame('pressed after', port.isPressed(), false);
  }),
  check('delivers edges that alternate in level', ['press', 'release'], async ({ port, act }) => {
    const { edges, stop } = record(port);
    await act.press();
    await act.release();
    await act.press();
    await act.release();
    stop();
    expectThat(edges.length >= 4, 'edges', { expected: 'at least 4', seen: edges.length });
    edges.forEach((edge, place) => expectSame(`edge ${place}`, edge.pressed, place % 2 === 0));
  }),
  check('has the level of the last edge delivered', ['press', 'release'], async ({ port, act }) => {
    const { edges, stop } = record(port);
    await act.press();
    expectSame('level while held', edges.at(-1)?.pressed, port.isPressed());
    await act.release();
    expectSame('level after', edges.at(-1)?.pressed, port.isPressed());
    stop();
  }),
];

const times = [
  check(
    'stamps an edge with the monotonic time at which the line changed',
    ['press', 'release', 'nowMs', 'pass'],
    async ({ port, act }) => {
      const { edges, stop } = record(port);
      await act.pass(50);
      const beforeMs = act.nowMs();
      await act.press();
      const pressedMs = act.nowMs();
      await act.pass(250);
      const releasingMs = act.nowMs();
      await act.release();
      const afterMs = act.nowMs();
      stop();
      for (const { atMs } of edges) {
        const isIn =
          (atMs >= beforeMs - clockSlackMs && atMs <= pressedMs + clockSlackMs) ||
          (atMs >= releasingMs - clockSlackMs && atMs <= afterMs + clockSlackMs);
        const expected = `${beforeMs} to ${pressedMs} or ${releasingMs} to ${afterMs} ms`;
        expectThat(isIn, 'time of an edge', { expected, seen: atMs });
      }
      expectSame('edges while it was pressed', edges.length >= 2, true);
    },
  ),
  check(
    'never stamps an edge earlier than the one before it',
    ['press', 'release', 'pass'],
    async ({ port, act }) => {
      const { edges, stop } = record(port);
      for (let press = 0; press < 3; press += 1) {
        await act.press();
        await act.pass(30);
        await act.release();
        await act.pass(30);
      }
      stop();
      expectThat(edges.length >= 6, 'edges', { expected: 'at least 6', seen: edges.length });
      edges.reduce((earlier, edge) => {
        const expected = `${earlier.atMs} ms or later`;
        expectThat(edge.atMs >= earlier.atMs, 'time of an edge', { expected, seen: edge.atMs });
        return edge;
      });
    },
  ),
];

const listening = [
  check('calls listeners in order of joining', ['press', 'release'], async ({ port, act }) => {
    const calls: string[] = [];
    const stops = ['first', 'second', 'third'].map((name) =>
      port.onEdge(() => void calls.push(name)),
    );
    await act.press();
    await act.release();
    for (const stop of stops) stop();
    expectThat(calls.length >= 6, 'calls', { expected: 'at least 6', seen: calls.length });
    const expected = calls.map((_, place) => ['first', 'second', 'third'][place % 3]);
    expectSame('order', calls, expected);
  }),
  check(
    'calls nobody who has stopped listening, and others still',
    ['press', 'release'],
    async ({ port, act }) => {
      const leaving = record(port);
      const staying = record(port);
      await act.press();
      leaving.stop();
      leaving.stop();
      const heard = leaving.edges.length;
      await act.release();
      staying.stop();
      expectSame('edges after it stopped', leaving.edges.length, heard);
      expectSame('the other heard the release', staying.edges.at(-1)?.pressed, false);
    },
  ),
  check(
    'tells a listener nothing that was before it joined',
    ['press', 'release'],
    async ({ port, act }) => {
      await act.press();
      const { edges, stop } = record(port);
      await act.release();
      stop();
      expectSame('level of the first edge heard', edges[0]?.pressed, false);
    },
  ),
  check(
    'is silent once its life is over',
    ['press', 'release', 'restart'],
    async ({ port, act }) => {
      const old = record(port);
      const heard = record(await act.restart());
      await act.press();
      await act.release();
      heard.stop();
      expectSame('edges heard in the old life', old.edges.length, 0);
      expectThat(heard.edges.length >= 2, 'edges heard in the new life', {
        expected: 'at least 2',
        seen: heard.edges.length,
      });
    },
  ),
];

/** The contract of `hal/button.ts`. */
export const buttonSuite: ConformanceSuite<Button, ButtonActs> = {
  port: 'reset-button',
  checks: [...levels, ...times, ...listening],
};
