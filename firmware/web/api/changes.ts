import type { Session } from '../../access/sessions.ts';
import type { Services } from '../../services.ts';
import type { Problem } from './problems.ts';
import { problemOf, type ServiceRefusal } from './refusals.ts';

/** Who changes something. */
export interface Changer {
  readonly session: Session;
  readonly services: Services;
  readonly address: string;
}

/** What a change is for the event log. */
export interface ChangeEntry {
  readonly category: string;
  readonly text: string;
}

/** One step of a change; writes its entry, where the service does not do so itself. */
export type Step = (outcome: { readonly ok: true } | ServiceRefusal, entry?: ChangeEntry) => void;

/** A step was refused: what was done before it must not stay. */
class Undone extends Error {
  override readonly name = 'Undone';
  readonly refusal: ServiceRefusal;

  constructor(refusal: ServiceRefusal) {
    super('a change was refused');
    this.refusal = refusal;
  }
}

/**
 * Has services change something, all of it in one transaction with its entries in the event log.
 * The first refusal undoes all and is logged.
 */
export function change(
  changer: Changer,
  category: string,
  work: (step: Step) => void,
): Problem | undefined {
  const { services } = changer;
  try {
    services.store.transaction(() =>
      work((outcome, entry) => {
        if (!outcome.ok) throw new Undone(outcome);
        if (entry !== undefined) note(changer, entry);
      }),
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
    const found = problemOf(error.refusal);
    note(changer, { category, text: `refused: ${error.refusal.reason}` }, 'warning');
    return found;
  }
}

/** Writes to the event log what somebody did, or tried to do. */
export function note(
  { services, session, address }: Changer,
  { category, text }: ChangeEntry,
  severity: 'info' | 'warning' = 'info',
): void {
  services.log.append({ severity, category, text, user: session.userName, address });
}
