import type { Correction } from './discipline.ts';
import type { ServerVerdict } from './timekeeper.ts';
import type { ClockTrust } from './wall-clock.ts';

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** `+12.4 ms`, `-91.3 s`, `+1 d 2 h`. */
export function offsetText(offsetMs: number): string {
  const sign = offsetMs < 0 ? '-' : '+';
  return `${sign}${amountText(Math.abs(offsetMs))}`;
}

/** `12.4 ms`, `91.3 s`, `1 d 2 h`: as exact as is of use. */
export function amountText(ms: number): string {
  if (ms < secondMs) return `${ms.toFixed(1)} ms`;
  if (ms < 10 * minuteMs) return `${(ms / secondMs).toFixed(1)} s`;
  return spanText(Math.round(ms / minuteMs) * minuteMs);
}

/** `40 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function spanText(ms: number): string {
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < dayMs) return pair(ms, [hourMs, 'h'], [minuteMs, 'min']);
  return pair(ms, [dayMs, 'd'], [hourMs, 'h']);
}

function pair(ms: number, [large, name]: [number, string], [small, smallName]: [number, string]) {
  const count = Math.floor(ms / large);
  const rest = Math.floor((ms - count * large) / small);
  return rest === 0 ? `${count} ${name}` : `${count} ${name} ${rest} ${smallName}`;
}

/** `3 of 3 servers agree`. */
export function agreementText(servers: readonly ServerVerdict[]): string {
  const agreeing = servers.filter(({ verdict }) => verdict === 'agrees').length;
  return `${agreeing} of ${servers.length} server${servers.length === 1 ? ' agrees' : 's agree'}`;
}

/** How far the clock can be believed, in a few words; with the age of the last sync where known. */
export function trustText(trust: ClockTrust, sinceSyncMs?: number): string {
  const age = sinceSyncMs === undefined ? '' : ` ${spanText(sinceSyncMs)} ago`;
  return {
    unset: 'NOT SET',
    rtc: 'rtc, not synchronised',
    manual: 'set by hand, not synchronised',
    synchronised: `synchronised${age}`,
    holdover: `holdover: synchronised last${age}`,
  }[trust];
}

/** Why an offset that the servers agree on is not taken. */
export function refusalText(reason: 'panic' | 'before-build', offsetMs: number): string {
  const offset = offsetText(offsetMs);
  const texts = {
    panic: `an offset of ${offset} is refused: it is more than 1000 s; a person may force it`,
    'before-build': `an offset of ${offset} is refused: it leads to before this firmware was built`,
  };
  return texts[reason];
}

/** What was done about an offset. */
export function correctionText(how: Correction, offsetMs: number): string {
  return how === 'step' ? `stepped by ${offsetText(offsetMs)}` : `offset ${offsetText(offsetMs)}`;
}

/** Why a server is not asked. */
export function waitingText(kiss: string, leftMs: number): string {
  if (leftMs === Number.POSITIVE_INFINITY) {
    return `it refuses this NAS (${kiss}); not asked again until the list is changed or a restart`;
  }
  return `it wants to be asked less often (${kiss}); not asked for ${spanText(leftMs)}`;
}
