import type { CommandContext } from './command.ts';
import { askSecret, pause, type Dialogue } from './dialogue.ts';
import { serialAddress } from './session.ts';
import { waitText } from './wait-text.ts';

/** Asks for a new password twice; undefined where the two differ, which is told. */
export function* askNewPassword(context: CommandContext): Dialogue<string | undefined> {
  const password = yield* askSecret('New password: ');
  const repetition = yield* askSecret('Repeat the new password: ');
  if (password === repetition) return password;
  context.print('The two are not the same. Nothing was changed.');
  return undefined;
}

/** Asks the present user for the password again. A wrong one is logged and costs time. */
export function* reauthenticate(context: CommandContext): Dialogue<boolean> {
  const password = yield* askSecret('Password: ');
  const outcome = context.services.signIn.confirmPassword(context.user, password, {
    via: 'serial',
    address: serialAddress,
    application: 'console',
  });
  if (outcome.ok) return true;
  yield* pause();
  const wait = outcome.waitMs;
  const why = wait === undefined ? 'Wrong password.' : `Not checked. ${waitText(wait)}`;
  context.print(`${why} Nothing was changed.`);
  return false;
}
