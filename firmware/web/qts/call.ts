import type { Parameters } from './parameters.ts';
import type { WebAppliance } from '../appliance.ts';

/** A call as its handler gets it. */
export interface Call {
  readonly appliance: WebAppliance;
  readonly parameters: Parameters;
  /** The address of the client. */
  readonly address: string;
  /** What the client says it is, in its `User-Agent`. */
  readonly agent: string;
}

/** Whether a parameter that is a switch is on. */
export function isOn(call: Call, name: string): boolean {
  return call.parameters.get(name) === '1';
}

/** A parameter that is a whole number; undefined where it is missing or none. */
export function wholeNumber(call: Call, name: string): number | undefined {
  const text = call.parameters.get(name) ?? '';
  return /^-?\d{1,9}$/.test(text) ? Number(text) : undefined;
}
