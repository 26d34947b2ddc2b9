import fc from 'fast-check';
import { beginBench } from '#sim/beginning';
import type { Bench, BenchOptions } from '#sim/bench';
import { History } from '#sim/replay/history';

/** Something done to a bench. */
export type Deed = (bench: Bench) => void;

const second = 1_000_000;

/** Deeds by name, so that a counterexample can be read. */
const deeds: Readonly<Record<string, Deed>> = {
  'press 200 ms': ({ board }) => void board.resetButton.hold(200_000),
  'press 3 s': ({ board }) => void board.resetButton.hold(3 * second, bounce),
  'press 10 s': ({ board }) => void board.resetButton.hold(10 * second),
  'press and keep': ({ board }) => board.resetButton.press(bounce),
  release: ({ board }) => board.resetButton.release(),
  glitch: ({ board }) => board.resetButton.glitch(3_000),
  'type admin': ({ board }) => board.uart.write('admin\r'),
  'type the password': ({ board }) => board.uart.write(`${board.defaultPassword}\r`),
  'type a wrong password': ({ board }) => board.uart.write('wrong\r'),
  'type a digit': ({ board }) => board.uart.write('3\r'),
  noise: ({ board }) => board.uart.noise(5),
  'framing error': ({ board }) => board.uart.sendFramingError(),
  cut: ({ board }) => board.cutPower(),
  on: ({ board }) => board.powerOn(),
  cycle: ({ board }) => board.powerCycle(700_000),
  'slow crystal': ({ board }) => board.setCrystalPpm(-40),
  'a wandering crystal': ({ board }) => void board.setCrystalJitter({ ppm: 9, everyUs: second }),
  'a quiet crystal': ({ board }) => void board.setCrystalJitter(undefined),
  'clock jump': (bench) => void bench.disturbWallClock(4_000),
  'clock slew': (bench) => void bench.slewWallClock({ byUs: 2 * second, overUs: 7 * second }),
  'a lying server': ({ timeServers }) =>
    void timeServers.get('ntp1.example').set({ offsetMs: 70, jitterUs: 900, loss: 0.2 }),
  'a new server': ({ timeServers }) => {
    if (timeServers.find('ntp9.example') === undefined) timeServers.add('ntp9.example');
  },
  'cell dies': ({ board, world }) => board.rtc.endBatteryAt(world.nowUs + 3 * second),
  'cable out': ({ board }) => board.network.setCable(0, false),
  'cable in': ({ board }) => board.network.setCable(0, true),
  'mail down': ({ mailServer }) => mailServer.down(),
  'mail refused': ({ mailServer }) => mailServer.reject('550 5.7.1 go away'),
  get: (bench) => void bench.http({ path: '/cgi-bin/authLogin.cgi?x=1' }).catch(() => undefined),
  'sign in': (bench) =>
    void bench
      .http({
        method: 'POST',
        path: '/cgi-bin/authLogin.cgi',
        form: { user: 'admin', pwd: 'eA==' },
      })
      .catch(() => undefined),
  'flip bits': ({ board }) => void board.flash.flipBits(1),
  'torn writes': ({ board }) => board.flash.cutPowerAfterWrites(2),
};

const bounce = { edges: 5, withinUs: 9_000 };

/** A deed, and how long nothing is done after it: `undefined` for not even a turn. */
export interface Act {
  readonly deed: string;
  readonly thenUs: number | undefined;
}

/** Those of the flash go by the count of its writes. */
const flashDeeds: readonly string[] = ['flip bits', 'torn writes'];
const names = Object.keys(deeds);

/** Scenarios of deeds and waits. */
export const acts = actsOf(names);

/** The same without faults of the flash. */
export const actsWithoutFlash = actsOf(names.filter((name) => !flashDeeds.includes(name)));

function actsOf(deedNames: readonly string[]): fc.Arbitrary<readonly Act[]> {
  return fc.array(actOf(deedNames), { minLength: 1, maxLength: 14 });
}

function actOf(deedNames: readonly string[]): fc.Arbitrary<Act> {
  return fc.record({
    deed: fc.constantFrom(...deedNames),
    thenUs: fc.oneof(
      fc.constantFrom(undefined, 0, 1, 50_000, 250_000),
      fc.integer({ min: 0, max: 12 * second }),
      fc.constantFrom(30 * second, 70 * second),
    ),
  });
}

/** A bench on which time has passed since its power-on, and its history. */
export async function started(
  options: BenchOptions = {},
  everyUs?: number,
): Promise<{ readonly bench: Bench; readonly history: History }> {
  const beginning = { options };
  const bench = beginBench(beginning);
  const history = new History(bench, {
    beginning,
    ...(everyUs !== undefined && { everyUs }),
  });
  bench.board.powerOn();
  await bench.world.runFor(5 * second);
  return { bench, history };
}

/** Does all of it; answers the instants between the acts. */
export async function doAll(bench: Bench, all: readonly Act[]): Promise<readonly number[]> {
  const instants: number[] = [];
  for (const { deed, thenUs } of all) {
    deeds[deed]?.(bench);
    if (thenUs !== undefined) await bench.world.runFor(thenUs);
    instants.push(bench.world.nowUs);
  }
  await bench.world.runFor(second);
  return instants;
}

/** The trace, line by line. */
export function linesOf({ trace }: Bench): readonly string[] {
  return trace.records.map((record) => JSON.stringify(record));
}
