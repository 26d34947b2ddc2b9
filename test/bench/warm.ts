import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, createBench, restoreBench } from '#sim/bench';
import { World } from '#sim/kernel/world';
import { readScenario, runScenario } from '#sim/scenario/index';
import { runFloorScenario, runTextbookFloorScenario } from './floor.ts';
import { type Figure, timeByTurns } from './measure.ts';

const second = 1_000_000;

/** Scenarios one after the other in one process, beside the floor that does the same. */
export async function measureWarm(): Promise<readonly Figure[]> {
  const file = join(import.meta.dirname, 'scenario.yaml');
  const scenario = readScenario(readFileSync(file, 'utf8'), file);
  const booted = await bootedBench();
  const snapshot = booted.snapshot();
  const times = await timeByTurns(
    {
      lean: runFloorScenario,
      floor: runTextbookFloorScenario,
      boot: async () => {
        const { outcome } = await runScenario(scenario);
        if (outcome !== 'passed') throw new Error(`the scenario ${outcome}`);
      },
      restore: async () => holdReset(restoreBench(snapshot)),
    },
    { rounds: 15, callsPerRound: 200 },
  );
  const { lean = 0, floor = 0, boot = 0, restore = 0 } = times;
  const besideFloors = (ms: number): string =>
    `${(ms / floor).toFixed(1)} × F (${(ms / lean).toFixed(1)} × lean)`;
  return [
    {
      what: 'floor F, warm: textbook form, effects by provide()',
      seen: `${floor.toFixed(3)} ms`,
      beside: 'the ratios below are judged by this one',
      wanted: '',
      isMet: undefined,
    },
    {
      what: 'lean floor, warm: one chart for all runs, effects by input',
      seen: `${lean.toFixed(3)} ms`,
      beside: `${(lean / floor).toFixed(2)} × F`,
      wanted: '',
      isMet: undefined,
    },
    {
      what: 'scenario, boot from flash to verdict',
      seen: `${boot.toFixed(3)} ms`,
      beside: besideFloors(boot),
      wanted: 'within 8 × F',
      isMet: boot <= 8 * floor,
    },
    {
      what: 'the same from a snapshot of the booted board',
      seen: `${restore.toFixed(3)} ms`,
      beside: besideFloors(restore),
      wanted: 'within 3 × F',
      isMet: restore <= 3 * floor,
    },
  ];
}

/** How fast simulated time passes, and how many boards fit into one process. */
export async function measureWorld(): Promise<readonly Figure[]> {
  const idle = await bootedBench();
  const dayMs = await timed(() => idle.world.runFor(86_400 * second), 15);
  const holdBench = await bootedBench();
  const holdMs = await timed(async () => {
    holdBench.board.resetButton.hold(2 * second);
    await holdBench.world.runFor(10 * second);
  }, 200);
  const world = new World();
  const events = 200_000;
  const eventsMs = await timed(() => runEvents(world, events), 5);
  return [
    {
      what: 'a day of an idle, ready board',
      seen: `${dayMs.toFixed(1)} ms`,
      beside: `${millions(86_400_000 / dayMs)} simulated s a second`,
      wanted: 'under 20 ms',
      isMet: dayMs < 20,
    },
    {
      what: '10 s with RESET held for 2 s of them',
      seen: `${holdMs.toFixed(3)} ms`,
      beside: `${millions(10_000 / holdMs)} simulated s a second`,
      wanted: '',
      isMet: undefined,
    },
    {
      what: 'events of the world alone',
      seen: `${millions((events / eventsMs) * 1000)} a second`,
      beside: `${((eventsMs / events) * 1000).toFixed(2)} µs each`,
      wanted: '',
      isMet: undefined,
    },
  ];
}

/** A thousand boards, all booted and ready, in this process. */
export async function measureBoards(): Promise<readonly Figure[]> {
  const count = 1_000;
  const startedMs = performance.now();
  const benches: Bench[] = [];
  for (let seed = 1; seed <= count; seed += 1) benches.push(await bootedBench(seed));
  const elapsedMs = performance.now() - startedMs;
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const ready = benches.filter((bench) => bench.states()['appliance'] === 'ready').length;
  return [
    {
      what: `${ready} boards alive at once, all ready`,
      seen: `${peakMb.toFixed(0)} MB`,
      beside: `${(elapsedMs / 1000).toFixed(2)} s to boot them`,
      wanted: 'in 250 MB',
      isMet: ready === count && peakMb <= 250,
    },
  ];
}

async function bootedBench(seed = 1): Promise<Bench> {
  const bench = createBench({ seed, traceRecordsMax: 100 });
  bench.board.powerOn();
  await bench.world.runFor(5 * second);
  return bench;
}

async function holdReset(bench: Bench): Promise<void> {
  const { board, world } = bench;
  board.resetButton.hold(3.5 * second, { edges: 10, withinUs: 10_000 });
  const isDone = await world.runWhile(
    () => !board.uart.output.includes('basic reset done'),
    world.nowUs + 10 * second,
  );
  if (!isDone) throw new Error('the reset did not happen');
  bench.stop();
}

async function timed(run: () => Promise<void>, calls: number): Promise<number> {
  const { run: ms = 0 } = await timeByTurns({ run }, { rounds: 7, callsPerRound: calls });
  return ms;
}

async function runEvents(world: World, count: number): Promise<void> {
  for (let event = 1; event <= count; event += 1) world.after(event, 'bench', () => undefined);
  await world.runFor(count);
}

function millions(value: number): string {
  return value >= 1e6 ? `${(value / 1e6).toFixed(1)} million` : value.toFixed(0);
}
