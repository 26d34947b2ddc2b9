import type { FastifyReply } from 'fastify';
import { isOperatingError } from '../../operating-error.ts';
import type { WebAppliance } from '../appliance.ts';

/** So long an answer has to reach its client before the network or the appliance changes. */
const graceMs = 100;

/**
 * Does something that may cut this very connection, once the answer is on its way. Where the
 * appliance dies meanwhile, it is not done.
 */
export function afterAnswer(
  { appliance, reply }: { readonly appliance: WebAppliance; readonly reply: FastifyReply },
  work: () => void,
): void {
  const { services, control, tellTrouble } = appliance;
  reply.raw.once('close', () => {
    services.board.clock.setTimeout(() => {
      try {
        work();
      } catch (error) {
        if (isOperatingError(error)) tellTrouble(error);
        else control.reportBug(error);
      }
    }, graceMs);
  });
}
