import { errorBoundMs, slewPpm } from '#firmware/time/discipline';
import type { WallClockRecord } from '#firmware/time/wall-clock';
import { powerOn, type TestBench } from '#sim/testing';

/** One day of the year, looked at each hour. */
export interface DayOfYear {
  /** From 0. */
  readonly day: number;
  /** Wall clock less true time at the hour at which it was farthest off. */
  readonly errorMs: number;
  /** How far it might have been off by the appliance's own account, at most. */
  readonly boundMs: number;
  /** Error of the crystal at noon. */
  readonly crystalPpm: number;
}

/** What the year is like. */
export interface YearOptions {
  readonly seed?: number;
  readonly days?: number;
  /** Replaces the account that the appliance gives of its clock. */
  readonly boundOf?: (bench: TestBench) => number;
}

const hoursADay = 24;
const startMs = Date.UTC(2027, 0, 1);

/** A crystal that is 18 ppm fast at 25 °C, and slower the farther it is from that. */
function crystalPpmAt(celsius: number): number {
  const aside = celsius - 25;
  return 18 - 0.034 * aside * aside;
}

/** In the case of a NAS in a cupboard: warmer in summer, and in the afternoon. */
function celsiusAt(hour: number): number {
  return 36 + 7 * wave((hour / hoursADay - 110) / 365) + 3 * wave((hour - 9) / hoursADay);
}

/** About a sine, of a period of 1; made of products alone, so that it is the same everywhere. */
function wave(phase: number): number {
  const place = phase - Math.floor(phase);
  return place < 0.5 ? 16 * place * (0.5 - place) : -16 * (place - 0.5) * (1 - place);
}

/** Runs a board for a year that asks its servers once a day, over a network that loses packets. */
export async function runYear({ seed = 7, days = 365, boundOf = statedBoundMs }: YearOptions = {}) {
  await using bench = await powerOn({ seed, start: new Date(startMs).toISOString() });
  const { board, world } = bench.bench;
  await askOnceADay(bench);
  for (const name of ['ntp1.example', 'ntp2.example', 'ntp3.example']) {
    bench.ntp.set(name, { jitter: '8ms', loss: 0.1, asymmetry: 0.3 });
  }
  const year: DayOfYear[] = [];
  for (let day = 0; day < days; day += 1) {
    let worstMs = 0;
    let widestMs = 0;
    for (let hour = 0; hour < hoursADay; hour += 1) {
      const celsius = celsiusAt(day * hoursADay + hour);
      board.setCrystalPpm(crystalPpmAt(celsius));
      board.rtc.setTemperature(celsius);
      await world.runUntil((startMs + (day * hoursADay + hour + 1) * 3_600_000) * 1_000);
      const errorMs = (bench.bench.firmware?.wallClockMs() ?? Number.NaN) - world.nowUs / 1_000;
      const boundMs = boundOf(bench);
      if (Math.abs(errorMs) > boundMs) throw new Error(`day ${day}: ${errorMs} of ${boundMs} ms`);
      if (Math.abs(errorMs) >= Math.abs(worstMs)) worstMs = errorMs;
      widestMs = Math.max(widestMs, boundMs);
    }
    const crystalPpm = crystalPpmAt(celsiusAt(day * hoursADay + hoursADay / 2));
    year.push({ day, errorMs: worstMs, boundMs: widestMs, crystalPpm });
  }
  return year;
}

/** As the console has it: `date` says it rounded, this is the number. */
function statedBoundMs({ bench }: TestBench): number {
  const now = bench.board.life?.clock.now() ?? Number.NaN;
  const { timekeeper, wallClock } = bench.firmware?.record() ?? {};
  const { syncedAtMs, syncBoundMs, rate } = timekeeper?.discipline ?? {};
  if (syncedAtMs === undefined || syncBoundMs === undefined || wallClock === undefined) {
    throw new Error('the clock is not synchronised');
  }
  const slewLeftMs = loadedSlewMs(wallClock, now);
  const skewPpm = rate?.skewPpm ?? Number.NaN;
  return errorBoundMs({ boundMs: syncBoundMs, slewLeftMs, sinceMs: now - syncedAtMs, skewPpm });
}

/** What is left of a slew that began with the present piece of the wall clock. */
function loadedSlewMs({ slewMs, monotonicMs }: WallClockRecord, nowMs: number): number {
  return Math.max(0, Math.abs(slewMs) - ((nowMs - monotonicMs) * slewPpm) / 1e6);
}

/** As an administrator does who has a password of his own. */
async function askOnceADay({ http, label }: TestBench): Promise<void> {
  const admit = async (password: string): Promise<Record<string, string>> => {
    const json = { user: 'admin', password, token: true };
    const answer = await http.post('/api/v1/login', { json });
    return { authorization: `Bearer ${answer.json<{ token: string }>().token}` };
  };
  const { defaultPassword: currentPassword } = label;
  const json = { currentPassword, newPassword: 'Owner-2morrow' };
  const first = await admit(currentPassword);
  await http.put('/api/v1/me/password', { headers: first, json });
  const headers = await admit(json.newPassword);
  const { status } = await http.patch('/api/v1/settings', {
    headers,
    json: { 'time.ntp.every': 1, 'time.ntp.unit': 'days' },
  });
  if (status !== 200) throw new Error(`the settings are answered ${status}`);
}
