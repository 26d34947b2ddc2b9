import type { FastifyReply } from 'fastify';
import type { ApplianceControl } from '../appliance-control.ts';

/** By then an appliance that resets or restarts is back, seconds. */
const backAfterSeconds = 10;

/** Whether the appliance answers requests. As the console: a basic reset leaves the faces open. */
export function isServing({ state }: ApplianceControl): boolean {
  return state === 'ready' || state === 'resetting-basic';
}

/** The answer while it does not. */
export function tellNotServing(reply: FastifyReply): FastifyReply {
  return reply.header('retry-after', String(backAfterSeconds)).code(503).send();
}
