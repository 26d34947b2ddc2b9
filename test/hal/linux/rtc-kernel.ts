import type { Answer } from './fake-libc.ts';

/** How a chip says that its time is worth nothing. */
export type LossStyle = 'einval' | 'data-invalid' | 'backup-empty';

/** A clock chip behind `/dev/rtc0`, in a world whose time passes by `pass`. */
export interface RtcKernel {
  readonly requests: Record<number, Answer>;
  pass(ms: number): void;
  /** Its oscillator stopped, or its battery failed: as its style has it. */
  lose(): void;
  /** What it would show in `since_epoch`; undefined where that read fails with EINVAL. */
  epoch(): number | undefined;
  set(seconds: number): void;
  /** Flags of RTC_VL_READ besides. */
  flags: number;
}

export const readTime = 0x80247009;
export const setTime = 0x4024700a;
export const readVoltage = 0x80047013;
export const clearVoltage = 0x7014;

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Reads and writes `struct rtc_time` of rtc(4): nine `int`, checked as the kernel does. */
export function createRtcKernel(style: LossStyle): RtcKernel {
  let nowMs = 0;
  let setAtMs = 0;
  let setSeconds = Date.UTC(2026, 10, 24) / 1000;
  let isLost = false;
  const seconds = (): number => setSeconds + Math.floor((nowMs - setAtMs) / 1000);
  const kernel: RtcKernel = {
    flags: 0,
    pass: (ms) => void (nowMs += ms),
    lose: () => {
      isLost = true;
      if (style === 'backup-empty') kernel.flags |= 4;
    },
    epoch: () => (isLost && style === 'einval' ? undefined : seconds()),
    set: (to) => {
      setSeconds = to;
      setAtMs = nowMs;
      isLost = false;
    },
    requests: {
      [readTime]: (argument) => {
        if (isLost && style === 'einval') return 'EINVAL';
        new Int32Array(argument.buffer).set(fieldsOf(seconds()));
        return undefined;
      },
      [setTime]: (argument) => {
        const fields = [...new Int32Array(argument.buffer)];
        const [second = 0, minute = 0, hour = 0, date = 0, month = 0, year = 0] = fields;
        const to = Date.UTC(1900 + year, month, date, hour, minute, second) / 1000;
        if (String(fieldsOf(to)) !== String(fields)) return 'EINVAL';
        kernel.set(to);
        return undefined;
      },
    },
  };
  if (style !== 'einval') {
    kernel.requests[readVoltage] = (argument) => {
      const lost = isLost && style === 'data-invalid' ? 1 : 0;
      new Int32Array(argument.buffer)[0] = kernel.flags | lost;
      return undefined;
    };
  }
  return kernel;
}

/** Seconds to year as `gmtime` counts them, day of the week and of the year, no summer time. */
function fieldsOf(seconds: number): readonly number[] {
  const text = new Date(seconds * 1000).toUTCString();
  const [, day, date, month, year, hour, minute, second] =
    /^(\w+), (\d+) (\w+) (\d+) (\d+):(\d+):(\d+) GMT$/.exec(text) ?? [];
  const place = new Date(seconds * 1000).getUTCMonth();
  const startOfYear = Date.UTC(Number(year), 0) / 1000;
  const dayOfYear = Math.floor((seconds - startOfYear) / 86_400);
  const week = days.indexOf(day ?? '');
  if (month === undefined) throw new Error(text);
  return [second, minute, hour, date, place, Number(year) - 1900, week, dayOfYear, 0].map(Number);
}
