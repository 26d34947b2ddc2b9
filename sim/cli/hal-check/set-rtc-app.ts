import { isHalError } from '#hal/errors';
import { createClock, type LinuxClock } from '#hal/linux/clock';
import type { Closable } from '#hal/linux/closable';
import { openRtc } from '#hal/linux/wired-parts';
import type { Rtc } from '#hal/rtc';
import { UsageError } from '../../kernel/invariant.ts';
import { exitCode } from '../exit-codes.ts';
import { boardFileAt } from '../firmware-app.ts';
import { tickOf } from './rtc-check.ts';

/** What was said on the command line. */
export interface SetRtcFlags {
  readonly board: string;
  /** An instant of ISO 8601 with its zone. */
  readonly time?: string;
}

/** What the process around it offers. */
export interface SetRtcHost {
  out(text: string): void;
  err(text: string): void;
  /** The date of this machine. */
  nowMs(): number;
  /** In place of this machine's. */
  readonly clock?: LinuxClock;
}

/** Sets the clock chip of a board; answers the exit code. */
export async function runSetRtc(flags: SetRtcFlags, host: SetRtcHost): Promise<number> {
  const askedMs = flags.time === undefined ? undefined : instantOf(flags.time);
  const file = boardFileAt(flags.board, host);
  if (file === undefined) return exitCode.unusable;
  if (file.rtc === undefined) {
    host.err(
      `nasboard: ${flags.board} names no clock chip, so that there is none to set: the firmware has\n` +
        '  its time from time servers, or by hand. Where the board has a chip, name it:\n' +
        '  rtc: { driver: rtc, device: /dev/rtc0 }\n',
    );
    return exitCode.unusable;
  }
  const clock = host.clock ?? createClock();
  let rtc: (Rtc & Closable) | undefined;
  try {
    rtc = await openRtc(file, { clock, onFault: () => undefined });
    await setRtc(rtc, { clock, host, askedMs });
    return exitCode.passed;
  } catch (error) {
    if (!isHalError(error)) throw error;
    host.err(`nasboard: ${error.message}\n`);
    return exitCode.failed;
  } finally {
    rtc?.close();
    if (host.clock === undefined) clock.close();
  }
}

async function setRtc(
  rtc: Rtc,
  {
    clock,
    host,
    askedMs,
  }: {
    readonly clock: LinuxClock;
    readonly host: SetRtcHost;
    readonly askedMs: number | undefined;
  },
): Promise<void> {
  const before = rtc.read();
  const beganMs = clock.now();
  const wantedMs = (): number =>
    askedMs === undefined ? host.nowMs() : askedMs + clock.now() - beganMs;
  host.out(
    ` before  ${before.valid ? textOf(before.timeMs) : 'invalid: it did not keep its time'}\n`,
  );
  // Chips have no fractions: at the turn of a second there are none to lose.
  const restMs = (1_000 - (wantedMs() % 1_000)) % 1_000;
  await new Promise<void>((resolve) => void clock.setTimeout(resolve, restMs));
  const setMs = Math.floor(wantedMs() / 1_000) * 1_000;
  rtc.write(setMs);
  host.out(` set to  ${textOf(setMs)}${askedMs === undefined ? ', by this machine' : ''}\n`);
  const tick = await tickOf(rtc, clock);
  const offMs = tick.timeMs - (wantedMs() - (clock.now() - tick.atMs));
  const sign = offMs < 0 ? '-' : '+';
  const off = `${sign}${(Math.abs(offMs) / 1000).toFixed(2)} s`;
  host.out(` reads   ${textOf(tick.timeMs)}, ${off} from what was asked for\n`);
}

function textOf(ms: number): string {
  return `${new Date(ms).toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}

/** With its zone: a time that may mean many is no time. */
function instantOf(text: string): number {
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const timeMs = isWhole ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new UsageError(`«${text}» is no instant: write it as 2026-11-24T10:00:00Z`);
}
