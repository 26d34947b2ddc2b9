import type { Clock } from '#hal/clock';
import { reopening, type RtcActs, rtcSuite } from '#hal/conformance/index';
import type { BoardFile } from '#hal/linux/board-file';
import { openRtc } from '#hal/linux/wired-parts';
import type { Rtc } from '#hal/rtc';
import type { CheckBench, PartCheck } from './check-bench.ts';
import { tellCheck, tellSuite } from './suite-rows.ts';
import { wiringOf } from './wiring-text.ts';

const impossible = {
  offFor: 'would switch the board off',
  interruptOscillator: 'would stop the crystal of the chip',
  loseBattery: 'would take the battery out',
};

/** The clock chip: set to many times, and set back. */
export function rtcCheck(rtc: NonNullable<BoardFile['rtc']>): PartCheck {
  return {
    port: 'rtc',
    title: 'rtc',
    wiring: wiringOf(rtc),
    danger: 'sets the clock chip to many times, and back to the one it had',
    async run(bench, tell) {
      const rig = await reopening(
        () => openRtc(bench.file, bench),
        (): Partial<RtcActs> => ({ pass: bench.pass, nowMs: () => bench.clock.now() }),
      );
      const { subject } = rig;
      try {
        const name = 'holds a time that is worth something';
        const isValid = await tellCheck(name, () => expectValid(subject.port, bench), {
          bench,
          tell,
        });
        if (!isValid) return;
        const before = await tickOf(subject.port, bench.clock);
        try {
          const limits = { impossible };
          await tellSuite(rtcSuite, { subject, limits }, { bench, tell });
        } finally {
          const back = (): Promise<void> => setBack(subject.port, before, bench.clock);
          await tellCheck('is set back to the time it had', back, { bench, tell });
        }
      } finally {
        await rig.close();
      }
    },
  };
}

function expectValid(rtc: Rtc, { path }: CheckBench): void {
  if (rtc.read().valid) return;
  throw new Error(
    'its time is invalid: the oscillator stopped, or the battery failed, since it was set; ' +
      `set it once: nasboard hal set-rtc --board ${path}`,
  );
}

/** What a chip showed, and when by the board's clock. */
interface Tick {
  readonly timeMs: number;
  readonly atMs: number;
}

const lookEveryMs = 5;
/** The longest that a second takes to turn, and some. */
const secondMaxMs = 1_500;

/** The next turn of a second; where none comes, the chip stands still, and the suite says so. */
export async function tickOf(rtc: Rtc, clock: Clock): Promise<Tick> {
  const first = rtc.read().timeMs;
  const untilMs = clock.now() + secondMaxMs;
  for (;;) {
    const { timeMs } = rtc.read();
    const atMs = clock.now();
    if (timeMs !== first || atMs > untilMs) return { timeMs, atMs };
    await waitFor(clock, lookEveryMs);
  }
}

/** At the turn of a second: chips have no fractions. Also where somebody wants the end. */
async function setBack(rtc: Rtc, before: Tick, clock: Clock): Promise<void> {
  const wantedMs = (): number => before.timeMs + clock.now() - before.atMs;
  await waitFor(clock, 1_000 - (wantedMs() % 1_000));
  const timeMs = Math.round(wantedMs());
  rtc.write(timeMs);
  const offMs = rtc.read().timeMs - wantedMs();
  if (Math.abs(offMs) > 2_000) {
    throw new Error(`it is off by ${Math.round(offMs / 1000)} s: set it with nasboard hal set-rtc`);
  }
}

function waitFor(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimeout(resolve, ms));
}
