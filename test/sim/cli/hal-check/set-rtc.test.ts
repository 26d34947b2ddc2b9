import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runSetRtc } from '#sim/cli/hal-check/set-rtc-app';
import { HardwareBench } from '../hardware-bench.ts';
import { fasterClock, ownRtc } from './check-rig.ts';

let bench: HardwareBench;
let said: { out: string; err: string };

beforeEach(() => {
  bench = new HardwareBench();
  said = { out: '', err: '' };
});

afterEach(async () => {
  await bench.close();
});

const startMs = Date.UTC(2026, 10, 24, 10);

function board(rtc: string): void {
  bench.folder.put('board.yaml', bench.boardFile().replace(/^rtc: .*$/m, rtc));
}

function ownChip(options: string): void {
  bench.folder.put('own-rtc.mjs', ownRtc);
  const log = bench.folder.at('rtc.log');
  board(`rtc: { driver: module, path: own-rtc.mjs, options: { log: ${log}, ${options} } }`);
}

function setRtc(time?: string): Promise<number> {
  const clock = fasterClock(20);
  const beganMs = clock.now();
  return runSetRtc(
    { board: bench.folder.at('board.yaml'), ...(time !== undefined && { time }) },
    {
      out: (text) => void (said.out += text),
      err: (text) => void (said.err += text),
      nowMs: () => startMs + 250 + clock.now() - beganMs,
      clock,
    },
  );
}

describe('nasboard hal set-rtc', () => {
  test('sets the chip to the time of this machine, and tells what it reads', async () => {
    ownChip(`startMs: 0, valid: false`);
    expect(await setRtc()).toBe(0);
    expect(said.err).toBe('');
    expect(said.out).toContain(' before  invalid: it did not keep its time\n');
    expect(said.out).toMatch(/ set to {2}2026-11-24 10:00:\d\d UTC, by this machine\n/);
    expect(said.out).toMatch(/ reads {3}2026-11-24 10:00:\d\d UTC, [+-]\d+\.\d\d s from what/);
    const [written, end] = bench.folder.text('rtc.log').split('\n');
    expect([Number(written) % 1000, end]).toEqual([0, 'closed']);
  });

  test('sets it to a time that is named, with its zone', async () => {
    ownChip(`startMs: ${startMs}`);
    expect(await setRtc('2027-03-04T05:06:07+01:00')).toBe(0);
    expect(said.out).toContain(' before  2026-11-24 10:00:00 UTC\n');
    expect(said.out).toMatch(/ set to {2}2027-03-04 04:06:\d\d UTC\n/);
  });

  test('tells by how much a chip is off that does not take the time it is given', async () => {
    ownChip(`startMs: ${startMs}, aheadMs: 60000`);
    expect(await setRtc()).toBe(0);
    const [, off] = /, \+(\d+)\.\d\d s from what was asked for/.exec(said.out) ?? [];
    expect(Number(off)).toBeGreaterThanOrEqual(58);
  });

  test.each(['yesterday', '2027-03-04T05:06:07', '2027-13-04T05:06:07Z', '2027-03-04'])(
    'refuses %j, which may mean many times or none',
    async (time) => {
      await expect(setRtc(time)).rejects.toThrow(`«${time}» is no instant: write it as 2026-`);
    },
  );

  test('tells what the driver refuses', async () => {
    ownChip(`startMs: ${startMs}`);
    expect(await setRtc('2150-01-01T00:00:00Z')).toBe(1);
    expect(said.err).toBe('nasboard: rtc: out of range\n');
  });

  test('refuses a board without a clock chip, and says what to write', async () => {
    board('');
    expect(await setRtc()).toBe(2);
    expect(said.err).toContain('names no clock chip, so that there is none to set');
    expect(said.err).toContain('rtc: { driver: rtc, device: /dev/rtc0 }');
  });

  test('a board file that is wrong is refused with its place', async () => {
    board('rtc: { driver: sundial }');
    expect(await setRtc()).toBe(2);
    expect(said.err).toMatch(/board\.yaml:\d+:\d+ {2}rtc\.driver: the field "driver" says none of/);
  });

  test('the program does it by hwclock where there is no other way', async () => {
    const run = bench.start(
      'hal',
      'set-rtc',
      '--board',
      'board.yaml',
      '--time',
      '2027-01-02T03:04:05Z',
    );
    expect(await run.end).toBe(0);
    expect(bench.folder.text('hwclock.calls')).toContain('--set --date 2027-01-02 03:04:0');
    expect(run.said().out).toContain(' before  2026-11-24 10:00:00 UTC\n');
  });
});
