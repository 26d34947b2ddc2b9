import type { OwnSession } from './api/answers.ts';
import type { App } from './desktop/app.ts';
import { options } from './options/app.ts';

/** All applications, in the order in which they stand on the desktop. */
const apps: readonly App[] = [options];

/** The applications that a user may open. */
export function appsOf({ user }: OwnSession): readonly App[] {
  return apps.filter(({ audience }) => audience === 'everybody' || user.isAdministrator);
}
