import { createBench, type Bench } from '#sim/bench';
import type { TraceHeader, TraceRecord } from '#sim/kernel/trace';

/** So much later an emulated board may sound, on a host that has other things to do as well. */
const toleranceMs = 1_000;

/** What a board did from the first press of RESET on, times counted from there. */
interface Course {
  /** When the buzzer began to sound: that hangs on the edges alone. */
  readonly beepsMs: readonly number[];
  /** States of the appliance and of the button, in order. */
  readonly appliance: readonly string[];
  readonly button: readonly string[];
  /** Colours of the status LED, in order; an alternation once, however long it lasted. */
  readonly colours: readonly string[];
  /** What the console said. */
  readonly text: string;
}

/**
 * Has a simulated board go through the edges of a trace of a real one, and tells how what it does
 * differs; nothing, where it does the same. Work such as hashing takes a simulated board no time:
 * it is held against the real one by what it does, and by when only where edges decide that.
 */
export async function compareWithSimulator(lines: readonly string[]): Promise<readonly string[]> {
  const [header, ...records] = lines.map((line) => JSON.parse(line) as TraceRecord);
  const readyUs = firstReadyUs(records);
  const { board } = header as unknown as TraceHeader;
  const bench = createBench({ board: { model: wordOf(board['model']) } });
  try {
    await replay(bench, records, readyUs);
    return differences(courseOf(records), courseOf(bench.trace.records));
  } finally {
    bench.stop();
  }
}

/** The edges, as long after the appliance was ready as they came on the real board. */
async function replay(
  bench: Bench,
  records: readonly TraceRecord[],
  realReadyUs: number,
): Promise<void> {
  const { board, world } = bench;
  const runTo = (timeUs: number) => world.runWhile(() => true, timeUs);
  board.powerOn();
  const bootLimitUs = world.nowUs + 60_000_000;
  await world.runWhile(() => bench.stateOf('appliance') !== 'ready', bootLimitUs);
  const simReadyUs = world.nowUs;
  const toSim = (timeUs: number): number => simReadyUs + timeUs - realReadyUs;
  for (const { t, source, kind, stimulus } of records) {
    if (source !== 'reset' || stimulus !== true) continue;
    await runTo(toSim(t));
    if (kind === 'press') board.resetButton.press();
    else board.resetButton.release();
  }
  await runTo(toSim(records.at(-1)?.t ?? realReadyUs));
}

function firstReadyUs(records: readonly TraceRecord[]): number {
  const ready = records.find(({ chart, state }) => chart === 'appliance' && state === 'ready');
  if (ready === undefined) throw new Error('the appliance of the trace was never ready');
  return ready.t;
}

function courseOf(records: readonly TraceRecord[]): Course {
  const pressed = records.find(({ source, kind }) => source === 'reset' && kind === 'press');
  if (pressed === undefined) throw new Error('nobody pressed RESET in the trace');
  const after = records.filter(({ t, stimulus }) => t >= pressed.t && stimulus !== true);
  const of = (source: string): TraceRecord[] => after.filter((record) => record.source === source);
  const states = (name: string): string[] =>
    of('firmware').flatMap(({ chart, state }) => (chart === name ? [wordOf(state)] : []));
  return {
    beepsMs: of('buzzer')
      .filter(({ on }) => on === true)
      .map(({ t }) => (t - pressed.t) / 1000),
    appliance: states('appliance'),
    button: settled(states('reset-button')),
    colours: withoutRepetition(of('led').map(({ colour }) => wordOf(colour))),
    text: of('uart')
      .map(({ text }) => wordOf(text))
      .join(''),
  };
}

/** A timer that fires late has the button look once more: no more than a sign of a busy machine. */
function settled(states: readonly string[]): readonly string[] {
  const sure = states.filter((state) => state !== 'doubtful');
  return sure.filter((state, place) => state !== sure[place - 1]);
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** a b a b a b: a b. */
function withoutRepetition(values: readonly string[]): readonly string[] {
  return values.filter((value, place) => place < 2 || value !== values[place - 2]);
}

function differences(real: Course, sim: Course): readonly string[] {
  const told: string[] = [];
  const same = (what: string, ours: unknown, theirs: unknown): void => {
    const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
    if (a !== b) told.push(`${what}: real ${a}, simulated ${b}`);
  };
  same('appliance', real.appliance, sim.appliance);
  same('button', real.button, sim.button);
  same('status LED', real.colours, sim.colours);
  same('console', real.text, sim.text);
  same('beeps', real.beepsMs.length, sim.beepsMs.length);
  for (const [place, atMs] of real.beepsMs.entries()) {
    const wantedMs = sim.beepsMs[place] ?? atMs;
    if (Math.abs(atMs - wantedMs) <= toleranceMs) continue;
    told.push(`beep: real after ${atMs.toFixed(0)} ms, simulated after ${wantedMs.toFixed(0)} ms`);
  }
  return told;
}
