import { createBench, restoreBench, type BenchOptions } from './bench.ts';
import { UsageError } from './kernel/invariant.ts';
import { TestBench, type TestSnapshot } from './test-kit/test-bench.ts';

export type { LogEntry } from '#firmware/log/event-log';
export type { BoardOptions } from './board.ts';
export type { TraceRecord } from './kernel/trace.ts';
export type { LampPattern, LampView } from './scenario/led-pattern.ts';
export type { Duration } from './test-kit/duration.ts';
export type { TestAnswer, TestHttp, TestHttpClient, TestRequest } from './test-kit/http.ts';
export { ConnectionFailed } from './parts/http-port.ts';
export type { HeardBeep, TestBuzzer, TestLed } from './test-kit/indicators.ts';
export type { PhoneAccount } from './peers/phone.ts';
export type { MailAccount } from './peers/mail-server.ts';
export type { ReceivedMail, WantedMail } from './peers/mailbox.ts';
export type { TestMailbox } from './test-kit/mailbox.ts';
export type { TestNtp, TimeServerWish } from './test-kit/ntp.ts';
export type { TestPhone } from './test-kit/phone.ts';
export type { TestPower } from './test-kit/power.ts';
export type { PressOptions, TestResetButton } from './test-kit/reset-button.ts';
export type { SerialText, TestSerial } from './test-kit/serial.ts';
export { TestBench, type ResetSeen, type TestSnapshot } from './test-kit/test-bench.ts';
export type { WaitOptions } from './test-kit/time.ts';

/** What the board is like, and how far it is to get. */
export interface PowerOnOptions extends Omit<BenchOptions, 'startUs' | 'traceRecordsMax'> {
  /** True time at power-on, as `2026-11-24T10:00:00Z` or a `Date`. */
  readonly start?: string | Date;
  /** When to answer: at the prompt of a ready board (as usual), or before its first event. */
  readonly until?: 'ready' | 'power-on';
}

/**
 * Powers a board on, in a world of its own and in virtual time: no waiting, no ports, no files.
 * The same seed gives the same run, event for event. The board answers booted, its two beeps of
 * the boot taken.
 */
export async function powerOn(options: PowerOnOptions = {}): Promise<TestBench> {
  const { start, until = 'ready', ...rest } = options;
  const bench = new TestBench(
    createBench({ ...rest, ...(start !== undefined && { startUs: startUsOf(start) }) }),
  );
  await bench.power.on();
  if (until === 'ready') {
    await bench.ready();
    bench.buzzer.takeBeeps();
  }
  return bench;
}

/**
 * A board that goes on from a snapshot, as often as wanted and each time in the same way. What the
 * console said and what was traced before is not there any more; beeps, resets and mails count from
 * here.
 */
export function resume(snapshot: TestSnapshot): TestBench {
  return new TestBench(restoreBench(snapshot.bench), snapshot.phone);
}

function startUsOf(start: string | Date): number {
  const startMs = new Date(start).getTime();
  if (Number.isNaN(startMs)) {
    throw new UsageError(`start "${String(start)}" is no time: write 2026-11-24T10:00:00Z`);
  }
  return startMs * 1000;
}
