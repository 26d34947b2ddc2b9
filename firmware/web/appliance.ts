import type { FastifyRequest } from 'fastify';
import type { ApplianceControl } from '../appliance-control.ts';
import type { Runtime } from '../runtime.ts';
import type { Services } from '../services.ts';
import type { Gate } from './gate.ts';

/** A request as the board's network hands it over. */
type RawRequest = FastifyRequest['raw'];

/** The appliance that a request is for: what its handlers work with. */
export interface WebAppliance {
  readonly services: Services;
  readonly control: ApplianceControl;
  /** Puts changed network settings into effect. */
  applyNetwork(): void;
  /** Who may make requests. */
  readonly gate: Gate;
  /** Says on the console that a part failed. */
  readonly tellTrouble: Runtime['tellTrouble'];
}

const appliances = new WeakMap<RawRequest, WebAppliance>();

/** Says which appliance a request is for: one web application serves all of a process. */
export function assignAppliance(request: RawRequest, appliance: WebAppliance): void {
  appliances.set(request, appliance);
}

/** The appliance that a request is for. */
export function applianceOf(request: RawRequest): WebAppliance {
  const appliance = appliances.get(request);
  if (appliance === undefined) throw new Error('the request came by no listener');
  return appliance;
}
