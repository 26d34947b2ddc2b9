import type { LedColour } from '#hal/led';
import type { LedChange } from '../parts/led.ts';
import { formatDuration } from './duration.ts';

/** The words for what the status LED can show: a colour, or two by turns. */
export const lampColours = ['green', 'red', 'green-red', 'off'] as const;

/** What the status LED is to show. */
export interface LampPattern {
  readonly colour: (typeof lampColours)[number];
  /** How long each of the two is shown by turns; absent: any time, or a steady light. */
  readonly blinkUs?: number | undefined;
}

/** A light is steady that has not changed for two periods of the appliance's blinking. */
export const steadyUs = 2_000_000;

/** The longest time each colour of a blinking light is shown. */
const halfPeriodMostUs = 2_000_000;

const tolerance = 0.1;

/** What an LED shows at an instant, judged by its changes. */
export type LampView =
  | { readonly kind: 'steady'; readonly colour: LedColour }
  | { readonly kind: 'blinking'; readonly colours: readonly LedColour[]; readonly halfUs: number }
  | { readonly kind: 'unsettled'; readonly colour: LedColour };

/** Judges the last changes: three in equal times are blinking, none for two periods is steady. */
export function viewLamp(history: readonly LedChange[], nowUs: number): LampView {
  const [first, second, last] = history.slice(-3);
  const newest = last ?? second ?? first;
  if (newest === undefined) return { kind: 'steady', colour: 'off' };
  const { colour } = newest;
  const restUs = nowUs - newest.atUs;
  if (first !== undefined && second !== undefined && last !== undefined) {
    const firstUs = second.atUs - first.atUs;
    const halfUs = last.atUs - second.atUs;
    const isEven = isNear(firstUs, halfUs) && restUs <= halfUs * (1 + tolerance);
    if (isEven && first.colour === colour && halfUs <= halfPeriodMostUs) {
      return { kind: 'blinking', colours: [second.colour, colour], halfUs };
    }
  }
  return { kind: restUs >= steadyUs ? 'steady' : 'unsettled', colour };
}

/** Whether a view is what was wanted. */
export function isLampView(view: LampView, wanted: LampPattern): boolean {
  const colours = wanted.colour === 'green-red' ? ['green', 'red'] : [wanted.colour, 'off'];
  const isBlinkWanted = wanted.blinkUs !== undefined || wanted.colour === 'green-red';
  if (!isBlinkWanted) return view.kind === 'steady' && view.colour === wanted.colour;
  if (view.kind !== 'blinking') return false;
  const isSame = colours.every((colour) => view.colours.includes(colour as LedColour));
  return isSame && (wanted.blinkUs === undefined || isNear(view.halfUs, wanted.blinkUs));
}

/** In the words of a scenario file. */
export function describeLamp(what: LampPattern | LampView): string {
  if (!('kind' in what)) {
    const blink = what.blinkUs === undefined ? '' : `, blink ${formatDuration(what.blinkUs)}`;
    const isSteady = what.colour !== 'green-red' && what.blinkUs === undefined;
    return `${isSteady ? 'steady ' : ''}${what.colour}${blink}`;
  }
  if (what.kind === 'steady') return `steady ${what.colour}`;
  if (what.kind === 'unsettled') return `${what.colour}, changing`;
  const lit = what.colours.filter((colour) => colour !== 'off');
  return `${lit.sort().join('-')}, blink ${formatDuration(what.halfUs)}`;
}

function isNear(seen: number, wanted: number): boolean {
  return Math.abs(seen - wanted) <= wanted * tolerance;
}
