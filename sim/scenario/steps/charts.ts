import type { Bench } from '../../bench.ts';
import { formatSpan, parseDuration, show, type Parsed } from '../duration.ts';
import { durationForm, isRecord, parsed, type FieldSchema, type Form } from '../schema.ts';

/** States of charts that are wanted, by chart. */
export interface WantedStates {
  readonly states: readonly (readonly [chart: string, state: string])[];
  readonly timeout: number | undefined;
}

const charts = ['appliance', 'reset-button', 'console', 'clock.trust'];

/** A user's 2-step verification: `disabled`, `incomplete` or `enabled`. */
const twoStepChart = /^two-step\.\S/;

/** `{ appliance: ready }`, one chart or more. */
export function wantedStates(options: { readonly hasTimeout: boolean }): FieldSchema<WantedStates> {
  return parsed((input) => {
    if (!isRecord(input)) {
      return { ok: false, text: `expected a chart and its state, not ${show(input)}` };
    }
    const states: (readonly [string, string])[] = [];
    let timeout: number | undefined;
    for (const [field, value] of Object.entries(input)) {
      if (field === 'timeout' && options.hasTimeout) {
        const duration = parseDuration(value);
        if (!duration.ok) return duration;
        timeout = duration.value;
        continue;
      }
      const state = readState(field, value);
      if (!state.ok) return state;
      states.push(state.value);
    }
    if (states.length === 0) return { ok: false, text: 'no chart is named' };
    return { ok: true, value: { states, timeout } };
  }, formOf(options));
}

function formOf({ hasTimeout }: { readonly hasTimeout: boolean }): Form {
  const state = { type: 'string', minLength: 1 };
  return {
    type: 'object',
    minProperties: 1,
    properties: {
      ...Object.fromEntries(charts.map((chart) => [chart, state])),
      ...(hasTimeout && { timeout: durationForm() }),
    },
    patternProperties: { [twoStepChart.source]: { enum: ['disabled', 'incomplete', 'enabled'] } },
    additionalProperties: false,
  };
}

function readState(chart: string, state: unknown): Parsed<readonly [string, string]> {
  if (!charts.includes(chart) && !twoStepChart.test(chart)) {
    const known = [...charts, 'two-step.NAME of a user'].join(', ');
    return { ok: false, text: `${show(chart)} is no chart; there are: ${known}` };
  }
  if (typeof state !== 'string' || state === '') {
    return { ok: false, text: `expected a state of ${chart}, not ${show(state)}` };
  }
  return { ok: true, value: [chart, state] };
}

/** `appliance ready`, `appliance: ready`, as fields. */
export function statesFromWords(words: readonly string[]): unknown {
  const [chart = '', state] = words.join(' ').split(/\s*:\s+|\s+/);
  return { [chart]: state };
}

/** Whether all charts are in the states that are wanted. */
export function areIn(bench: Bench, { states }: WantedStates): boolean {
  return states.every(([chart, state]) => bench.stateOf(chart) === state);
}

/** The states that are not as wanted, and since when. */
export function describeStates(
  bench: Bench,
  { states }: WantedStates,
): {
  readonly expected: string;
  readonly seen: string;
} {
  const wrong = states.filter(([chart, state]) => bench.stateOf(chart) !== state);
  const shown = wrong.length === 0 ? states : wrong;
  const hasMany = states.length > 1;
  const name = (chart: string): string => (hasMany ? `${chart}: ` : '');
  return {
    expected: shown.map(([chart, state]) => `${name(chart)}${state}`).join(', '),
    seen: shown
      .map(([chart]) => `${name(chart)}${bench.stateOf(chart) ?? 'nothing'}${since(bench, chart)}`)
      .join(', '),
  };
}

function since(bench: Bench, chart: string): string {
  const { world, trace } = bench;
  for (let place = trace.records.length - 1; place >= 0; place -= 1) {
    const record = trace.records[place];
    if (record?.source !== 'firmware' || record['chart'] !== chart) continue;
    const spanUs = world.nowUs - record.t;
    return spanUs === 0 ? ' (just now)' : ` (for ${formatSpan(spanUs)})`;
  }
  return '';
}
