import { createActor, type EventFromLogic, setup } from 'xstate';
import { describe, expect, it } from 'vitest';
import { readChart } from '#sim/charts/chart';
import { addCounts, coverageOf } from '#sim/charts/coverage';
import { CoverageRecorder } from '#sim/charts/coverage-recorder';
import {
  coverageJson,
  coverageLine,
  coveragePage,
  firmwareCoverage,
} from '#sim/charts/coverage-report';
import { readScenario, runScenario } from '#sim/scenario/index';

const door = setup({
  types: {} as {
    events: { type: 'push'; isLocked: boolean } | { type: 'pull' } | { type: 'slam' };
  },
  guards: { isOpenable: ({ event }) => event.type === 'push' && !event.isLocked },
  delays: { closing: 1_000_000 },
}).createMachine({
  id: 'door',
  initial: 'deciding',
  states: {
    deciding: { always: 'closed' },
    closed: { on: { push: { guard: 'isOpenable', target: 'open' } } },
    open: {
      after: { closing: 'closed' },
      on: { pull: 'closed', slam: { target: 'open', reenter: true } },
    },
  },
});

/** What one door does, seen by a recorder. */
function seen(act: (send: (event: EventFromLogic<typeof door>) => void) => void) {
  const recorder = new CoverageRecorder([door]);
  const actor = createActor(door).start();
  act((event) => actor.send(event));
  actor.stop();
  recorder.stop();
  return recorder.counts();
}

describe('what a chart does', () => {
  it('is counted: states entered, transitions taken, guards that said no', () => {
    const counts = seen((send) => {
      send({ type: 'push', isLocked: true });
      send({ type: 'push', isLocked: true });
      send({ type: 'push', isLocked: false });
      send({ type: 'slam' });
      send({ type: 'pull' });
    });
    expect(counts).toEqual({
      door: {
        states: { deciding: 1, closed: 2, open: 2 },
        taken: {
          'deciding/always/1': 1,
          'closed/push/1': 1,
          'open/slam/1': 1,
          'open/pull/1': 1,
        },
        refused: { 'closed/push/1': 2 },
      },
    });
  });

  it('is held against what there is', () => {
    const counts = seen((send) => send({ type: 'push', isLocked: false }));
    const { states, transitions, guards, delays } = coverageOf(readChart(door), counts);
    expect({ states, transitions, guards, delays }).toEqual({
      states: { reached: 3, all: 3 },
      transitions: { reached: 2, all: 5 },
      guards: { reached: 0, all: 1 },
      delays: { reached: 0, all: 1 },
    });
  });

  it('of several runs is added up', () => {
    const refused = seen((send) => send({ type: 'push', isLocked: true }));
    const taken = seen((send) => send({ type: 'push', isLocked: false }));
    const sum = addCounts([refused, taken, taken]);
    expect(sum['door']?.taken['closed/push/1']).toBe(2);
    expect(coverageOf(readChart(door), sum).guards).toEqual({ reached: 1, all: 1 });
  });

  it('is seen no more after the end, and by one recorder as by two', () => {
    const first = new CoverageRecorder([door]);
    const second = new CoverageRecorder([door]);
    createActor(door).start().stop();
    second.stop();
    first.stop();
    createActor(door).start().stop();
    for (const recorder of [first, second]) {
      expect(recorder.counts()['door']?.states).toEqual({ deciding: 1, closed: 1 });
    }
  });
});

describe('the coverage of a scenario', () => {
  async function coverage() {
    const recorder = new CoverageRecorder();
    const text =
      'name: hold\nversion: 1\nsteps:\n  - wait-serial: "login:"\n  - press: { part-id: reset, hold: 3s }\n  - delay: 5s\n';
    const result = await runScenario(readScenario(text, 'hold.yaml'));
    recorder.stop();
    expect(result.cases.map(({ outcome }) => outcome)).toEqual(['passed']);
    return firmwareCoverage(recorder.counts());
  }

  it('tells of the charts of the whole firmware', async () => {
    const charts = await coverage();
    const button = charts.find(({ chart }) => chart.name === 'reset-button');
    expect(button?.counts.taken).toMatchObject({
      'released/button.pressed/1': 1,
      'held/nextThreshold/3': 1,
      'held/button.released/1': 1,
    });
    expect(coverageLine(charts)).toMatch(
      /^coverage: states \d+ of \d+, transitions \d+ of \d+, guards \d+ of \d+, delays \d+ of \d+$/,
    );
    const login = charts.find(({ chart }) => chart.name === 'login');
    expect(login?.states.reached).toBe(0);
  });

  it('is a report for programs, with every part of every chart', async () => {
    const charts = await coverage();
    const report = JSON.parse(coverageJson(charts)) as {
      charts: { name: string; states: unknown[]; transitions: unknown[] }[];
    };
    expect(report.charts.map(({ name }) => name)).toEqual(charts.map(({ chart }) => chart.name));
    for (const [place, { chart }] of charts.entries()) {
      expect(report.charts[place]?.states).toHaveLength(chart.states.length);
      expect(report.charts[place]?.transitions).toHaveLength(chart.transitions.length);
    }
  });

  it('is a page for people, with the pictures of the charts and what was missed', async () => {
    const page = await coveragePage(await coverage());
    expect(page).toContain('<h2>reset-button</h2>');
    expect(page).toMatch(/<g id="state-held" class="node reached">/);
    expect(page).toMatch(/<g id="state-doubtful" class="node missed">/);
    expect(page).toContain('<li>released → ignored: button.pressed, never taken</li>');
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });
});
