/** What a text says, or why it says nothing. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly text: string };

const unitsUs: Readonly<Record<string, number>> = {
  ns: 0.001,
  us: 1,
  µs: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/** A hundred years: no scenario lasts longer, and no sum of two leaves the safe integers. */
const mostUs = 36_525 * 86_400_000_000;

/** Reads a duration with its unit (`20ms`, `2.999s`, `10m`, `2h`, `30d`) as whole µs. */
export function parseDuration(input: unknown): Parsed<number> {
  if (typeof input !== 'string' && typeof input !== 'number') {
    return { ok: false, text: `expected a duration such as 20ms, 3s or 10m, not ${show(input)}` };
  }
  const text = String(input).trim();
  const match = /^(\d+(?:\.\d+)?)\s*([a-zµ]*)$/.exec(text);
  if (match === null) {
    return { ok: false, text: `"${clip(text)}" is no duration; write 20ms, 3s, 10m, 2h, 30d …` };
  }
  const [, number = '', unit = ''] = match;
  if (unit === '') {
    return { ok: false, text: `"${clip(text)}" has no unit; write ${number}s, ${number}000ms …` };
  }
  const factorUs = Object.hasOwn(unitsUs, unit) ? unitsUs[unit] : undefined;
  if (factorUs === undefined) {
    return { ok: false, text: `"${clip(unit)}" is no unit of time; use us, ms, s, m, h or d` };
  }
  const exactUs = Number(number) * factorUs;
  const valueUs = Math.round(exactUs);
  if (valueUs > mostUs) return { ok: false, text: `"${clip(text)}" is over a hundred years` };
  if (Math.abs(exactUs - valueUs) > 1e-9 * Math.max(1, exactUs)) {
    return { ok: false, text: `"${clip(text)}" is finer than 1us, the smallest step of true time` };
  }
  return { ok: true, value: valueUs };
}

/** As `parseDuration`, with a sign before it where it is negative (or to say that it is not). */
export function parseSignedDuration(input: unknown): Parsed<number> {
  const text = typeof input === 'string' ? input.trim() : input;
  if (typeof text !== 'string' || !/^[+-]/.test(text)) return parseDuration(text);
  const parsed = parseDuration(text.slice(1));
  return parsed.ok && text.startsWith('-') ? { ok: true, value: -parsed.value } : parsed;
}

/** The shortest form that `parseDuration` reads: `500ms`, `2.999s`, `12m`. */
export function formatDuration(durationUs: number): string {
  if (durationUs === 0) return '0s';
  for (const unit of ['d', 'h', 'm'] as const) {
    const count = durationUs / (unitsUs[unit] as number);
    if (Number.isInteger(count)) return `${count}${unit}`;
  }
  if (durationUs >= 1_000_000) return `${durationUs / 1_000_000}s`;
  return durationUs >= 1_000 ? `${durationUs / 1_000}ms` : `${durationUs}us`;
}

/** For people, three digits or so: `4.1 ms`, `41.2 s`, `12 min`, `3 h 12 min`, `2 d 4 h`. */
export function formatSpan(spanUs: number): string {
  if (spanUs < 999_500) return `${digits(spanUs / 1_000)} ms`;
  if (spanUs < 59_950_000) return `${digits(spanUs / 1_000_000)} s`;
  const minutes = Math.round(spanUs / 60_000_000);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return twoUnits(minutes, 60, ['h', 'min']);
  return twoUnits(Math.round(minutes / 60), 24, ['d', 'h']);
}

function twoUnits(count: number, perLarge: number, [large, small]: [string, string]): string {
  const rest = count % perLarge;
  const first = `${Math.floor(count / perLarge)} ${large}`;
  return rest === 0 ? first : `${first} ${rest} ${small}`;
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** A value in an error text, short. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of fields';
  return `"${clip(typeof value === 'string' ? value : JSON.stringify(value))}"`;
}

function clip(text: string): string {
  const plain = text.replaceAll(/[\u0000-\u001f\u007f]/g, '�');
  return plain.length <= 40 ? plain : `${plain.slice(0, 39)}…`;
}
