import type { CommandContext } from './command.ts';
import { askSecret, pause, type Dialogue } from './dialogue.ts';
import { serialAddress } from './session.ts';

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
  const { accounts, log } = context.services;
  const password = yield* askSecret('Password: ');
  if (accounts.authenticate(context.user.name, password).ok) return true;
  log.append({
    severity: 'warning',
    category: 'login',
    text: 'wrong password at a question that needs it',
    user: context.user.name,
    address: serialAddress,
  });
  yield* pause();
  context.print('Wrong password. Nothing was changed.');
  return false;
}
