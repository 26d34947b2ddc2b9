import { control, status } from './registers.ts';

/** What decides the INT/SQW pin. */
export interface PinFacts {
  readonly control: number;
  readonly status: number;
  /** Where the countdown chain is in its second, µs. */
  readonly phaseUs: number;
  /** The board's supply, as opposed to the battery. */
  readonly hasVcc: boolean;
}

const secondUs = 1_000_000;

/** Half periods a second of the square wave, by the two rate bits. */
const halfPeriods: readonly number[] = [2, 2_048, 8_192, 16_384];

/** The level of the pin with its pull-up: open drain, so what is not driven low is high. */
export function pinLevel({ control: bits, status: flags, phaseUs, hasVcc }: PinFacts): 0 | 1 {
  if (!isPinAwake(bits, hasVcc)) return 1;
  if ((bits & control.isInterrupt) !== 0) return (bits & flags & bothAlarms) === 0 ? 1 : 0;
  // The chain begins low: after seconds were written, 1 Hz goes high half a second later.
  return Math.floor((phaseUs * rateOf(bits)) / secondUs) % 2 === 0 ? 0 : 1;
}

/** In how many µs of the chain the square wave changes; undefined where there is none. */
export function untilWaveChangesUs({ control: bits, phaseUs, hasVcc }: PinFacts) {
  if (!isPinAwake(bits, hasVcc) || (bits & control.isInterrupt) !== 0) return undefined;
  const done = Math.floor((phaseUs * rateOf(bits)) / secondUs);
  return Math.ceil(((done + 1) * secondUs) / rateOf(bits)) - phaseUs;
}

/** Alarms that pull the pin low when they go off: bits of `status.alarm1`, `status.alarm2`. */
export function alarmsOnPin({ control: bits, hasVcc }: Pick<PinFacts, 'control' | 'hasVcc'>) {
  const isInterrupt = (bits & control.isInterrupt) !== 0;
  return isInterrupt && isPinAwake(bits, hasVcc) ? bits & bothAlarms : 0;
}

/** The enable bits stand where the flags do. */
const bothAlarms = status.alarm1 | status.alarm2;

function isPinAwake(bits: number, hasVcc: boolean): boolean {
  return hasVcc || (bits & control.pinOnBattery) !== 0;
}

function rateOf(bits: number): number {
  return halfPeriods[(bits & control.rate) >> 3] ?? 2;
}
