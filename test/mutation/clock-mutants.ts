import type { Mutant } from './mutants.ts';

const wallClock = 'test/firmware/time/wall-clock.test.ts';
const marzullo = 'test/firmware/time/marzullo.test.ts';
const discipline = 'test/firmware/time/discipline.test.ts';
const errorBound = 'test/firmware/time/error-bound.test.ts';
const timekeeper = 'test/firmware/time/timekeeper.test.ts';
const servers = 'test/firmware/time/timekeeper-servers.test.ts';
const chart = 'test/firmware/time/timekeeper.machine.test.ts';
const leapSecond = 'test/firmware/time/leap-second.test.ts';
const resume = 'test/firmware/time/timekeeper-resume.test.ts';

/** Defects of the clocks. */
export const ofClocks: readonly Mutant[] = [
  {
    what: 'an RTC that lost its time is believed',
    file: 'firmware/time/wall-clock.ts',
    text: 'reading?.isValid === true && ',
    replacement: 'reading !== undefined && ',
    tests: [wallClock],
  },
  {
    what: 'an RTC from before the firmware was built is believed',
    file: 'firmware/time/wall-clock.ts',
    text: ' && reading.timeMs >= firmwareBuildMs',
    replacement: '',
    tests: [wallClock],
  },
  {
    what: 'the wall clock follows the RTC',
    file: 'firmware/time/wall-clock.ts',
    text: 'return this.atMs(this.#clock.now());',
    replacement: 'return readRtc(this.#rtc)?.timeMs ?? this.atMs(this.#clock.now());',
    tests: [wallClock],
  },
  {
    what: 'a slew that is under way is forgotten where the rate is set',
    file: 'firmware/time/wall-clock.ts',
    text: 'this.#begin({ slewMs: this.slewLeftMs, ratePpm: ppm });',
    replacement: 'this.#begin({ slewMs: 0, ratePpm: ppm });',
    tests: [wallClock],
  },
  {
    what: 'the clock steps to before the build date',
    file: 'firmware/time/wall-clock.ts',
    text: 'Math.max(firmwareBuildMs, this.nowMs() + byMs)',
    replacement: 'this.nowMs() + byMs',
    tests: [wallClock],
  },
  {
    what: 'a majority of those that answered will do',
    file: 'firmware/time/marzullo.ts',
    text: 'Math.max(quorum(configured), Math.floor(intervals.length / 2) + 1)',
    replacement: 'Math.floor(intervals.length / 2) + 1',
    tests: [marzullo],
  },
  {
    what: 'half of the servers carry the day',
    file: 'firmware/time/marzullo.ts',
    text: 'Math.floor(intervals.length / 2) + 1);',
    replacement: 'Math.floor(intervals.length / 2));',
    tests: [marzullo],
  },
  {
    what: 'the bound reaches no farther than the largest group',
    file: 'firmware/time/marzullo.ts',
    text: 'intervals.length - liarsMax(configured)',
    replacement: 'largest',
    tests: [marzullo],
  },
  {
    what: 'an offset of 128 ms is slewed',
    file: 'firmware/time/discipline.ts',
    text: 'Math.abs(offsetMs) < slewLimitMs',
    replacement: 'Math.abs(offsetMs) <= slewLimitMs',
    tests: [discipline],
  },
  {
    what: 'any offset is taken at any time',
    file: 'firmware/time/discipline.ts',
    text: 'if (!isFree && Math.abs(offsetMs) > panicLimitMs)',
    replacement: 'if (Math.abs(offsetMs) > panicLimitMs * 1e9)',
    tests: [discipline, timekeeper],
  },
  {
    what: 'the rate is learned the wrong way round',
    file: 'firmware/time/discipline.ts',
    text: 'known.ppm + gain * (seenPpm - known.ppm)',
    replacement: 'known.ppm - gain * (seenPpm - known.ppm)',
    tests: [discipline],
  },
  {
    what: 'a rate is learned from time that stepped',
    file: 'firmware/time/discipline.ts',
    text: 'if (Math.abs(seenPpm) > ratePpmMax + errorPpm) return { ...known, since: fix };',
    replacement: '',
    tests: [discipline],
  },
  {
    what: 'what is not slewed away yet is no error',
    file: 'firmware/time/discipline.ts',
    text: 'boundMs + Math.abs(slewLeftMs) +',
    replacement: 'boundMs + 0 * slewLeftMs +',
    tests: [discipline, errorBound],
  },
  {
    what: 'the bound forgets what the servers grant to be off by',
    file: 'firmware/time/sync-round.ts',
    text: 'halfTripMs * (1 + crystalShare) +',
    replacement: '(halfTripMs / 2) * (1 + crystalShare) +',
    tests: [errorBound],
  },
  {
    what: 'a server that denied service is asked again',
    file: 'firmware/time/server-waits.ts',
    text: "if (kiss === 'DENY' || kiss === 'RSTR') {",
    replacement: "if (kiss === 'NEVER') {",
    tests: [servers],
  },
  {
    what: 'failures are tried again at once',
    file: 'firmware/time/server-waits.ts',
    text: '2 ** Math.min(failures - 1, 20)',
    replacement: '0',
    tests: [servers],
  },
  {
    what: 'a sync as usual is logged',
    file: 'firmware/time/sync-journal.ts',
    text: 'const isNews = !past.wasTrusted || hadFailed || isStep || past.by !== undefined;',
    replacement: 'const isNews = true || hadFailed || isStep;',
    tests: [timekeeper],
  },
  {
    what: 'the RTC is not set after a sync',
    file: 'firmware/time/timekeeper-service.ts',
    text: '    this.#rtc.setSoon();\n',
    replacement: '',
    tests: [timekeeper],
  },
  {
    what: 'no sync is ever too old',
    file: 'firmware/time/timekeeper.machine.ts',
    text: 'context.senses.msToHoldover() <= 0',
    replacement: 'context.senses.msToHoldover() < 0',
    tests: [chart],
  },
  {
    what: 'a leap second comes again with the midnight that it repeats',
    file: 'firmware/time/leap-second.ts',
    text: "leap === 'none' || atMs === this.#doneAtMs",
    replacement: "leap === 'none'",
    tests: [leapSecond],
  },
  {
    what: 'a leap second looks like a crystal that has changed',
    file: 'firmware/time/disciplined-clock.ts',
    text: 'trueMs: since.trueMs + byMs',
    replacement: 'trueMs: since.trueMs',
    tests: [leapSecond],
  },
  {
    what: 'a snapshot forgets who lied',
    file: 'firmware/time/timekeeper-service.ts',
    text: 'falsetickers: resume.falsetickers,',
    replacement: 'falsetickers: [],',
    tests: [resume],
  },
];
