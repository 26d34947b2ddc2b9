import * as v from 'valibot';
import type { Session, SessionInfo } from '../../access/sessions.ts';
import { timeText } from './schemas.ts';

/** The present session, for whoever works in it. */
export const ownSession = v.strictObject({
  id: v.string(),
  user: v.strictObject({ name: v.string(), isAdministrator: v.boolean() }),
  /** The one thing that this session may do. */
  limitedTo: v.nullable(v.picklist(['change-password', 'set-up-2sv'])),
});

/** A session as people see it in lists. */
export const listedSession = v.strictObject({
  id: v.string(),
  user: v.string(),
  application: v.string(),
  address: v.string(),
  since: v.string(),
  isThisOne: v.boolean(),
});

/** The present session as the API shows it. */
export function ownSessionView({
  id,
  user,
  limitedTo,
}: Pick<Session, 'id' | 'user' | 'limitedTo'>): v.InferInput<typeof ownSession> {
  const { name, isAdministrator } = user;
  return { id, user: { name, isAdministrator }, limitedTo: limitedTo ?? null };
}

/** A session of a list; `thisId` is that of the present one. */
export function listedSessionView(
  { id, userName, application, address, openedAtMs }: SessionInfo,
  thisId: string,
): v.InferInput<typeof listedSession> {
  const since = timeText(openedAtMs);
  return { id, user: userName, application, address, since, isThisOne: id === thisId };
}
