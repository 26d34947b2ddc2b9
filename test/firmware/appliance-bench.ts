import { createBench, type Bench, type BenchOptions } from '#sim/bench';

const second = 1_000_000;

/** A booted appliance in virtual time, with the few verbs that tests of the whole firmware need. */
export interface ApplianceBench {
  readonly bench: Bench;
  /** Lengths of all beeps begun since the last call, ms; a sounding one counts to now. */
  beepsMs(): number[];
  run(seconds: number): Promise<void>;
  type(text: string): Promise<void>;
  /** Text since the last call. */
  printed(): string;
  logTexts(): string[];
}

/** Powers a board on and waits until it is ready and silent. */
export async function bootAppliance(options: BenchOptions = {}): Promise<ApplianceBench> {
  const appliance = createApplianceBench(options);
  appliance.bench.board.powerOn();
  await appliance.run(5);
  appliance.beepsMs();
  return appliance;
}

/** The same with the board still off. */
export function createApplianceBench(options: BenchOptions = {}): ApplianceBench {
  const bench = createBench(options);
  const { world, board } = bench;
  let beepsSeen = 0;
  let printedUpTo = 0;
  return {
    bench,
    beepsMs() {
      const beeps = bench.trace.records
        .filter(({ source }) => source === 'buzzer')
        .reduce<number[][]>((all, record) => {
          if (record['on'] === true) all.push([record.t]);
          else all.at(-1)?.push(record.t);
          return all;
        }, []);
      const fresh = beeps.slice(beepsSeen);
      beepsSeen = beeps.length;
      return fresh.map(([from = 0, to = world.nowUs]) => (to - from) / 1000);
    },
    run: (seconds) => world.runFor(Math.round(seconds * second)),
    async type(text) {
      board.uart.write(text);
      await world.runFor(0.1 * second);
    },
    printed() {
      const text = board.uart.output.slice(printedUpTo);
      printedUpTo = board.uart.output.length;
      return text;
    },
    logTexts: () => bench.firmware?.log?.page({ limit: 1_000 }).map(({ text }) => text) ?? [],
  };
}
