import { securityQuestions, type QuestionNumber } from '../two-step/questions.ts';
import type { Enrolment } from '../two-step/two-step.ts';
import { setClockAtConsole } from './clock-setting.ts';
import { asker, type CommandContext } from './command.ts';
import { ask, askSecret, type Dialogue } from './dialogue.ts';
import { tellOfFailedMail } from './mailed-code.ts';
import { clockUnsetText, nasClockText, newTimePrompt } from './nas-clock.ts';
import { qrPicture } from './qr-picture.ts';
import { showRecoveryCodes } from './recovery-codes.ts';

/**
 * Walks the user through setting up 2-step verification. Nothing is in effect before the end;
 * leaving on the way, by Ctrl-C or by the end of the session, drops the secret. At the end the user
 * is logged out everywhere, here too.
 */
export function* enrol(context: CommandContext): Dialogue {
  const { twoStep } = context.services;
  const { id } = context.user;
  if (!(yield* clockIsSet(context))) return 'done';
  const begun = twoStep.begin(id, asker(context), yield* codeOfBefore(context));
  if (!begun.ok) {
    context.print(`Refused: ${begun.text}`);
    return 'done';
  }
  try {
    showKey(begun.enrolment, context);
    if (!(yield* codeIsRight(context))) return 'done';
    if (!(yield* otherWayIsChosen(context))) return 'done';
    const outcome = twoStep.finish(id, asker(context));
    if (!outcome.ok) {
      context.print(`Refused: ${outcome.text}`);
      return 'done';
    }
    context.print('2-step verification is on.');
    showRecoveryCodes(outcome.recoveryCodes, context);
    context.print('You are logged out everywhere. Log in with a security code.');
    return 'log-out';
  } finally {
    twoStep.leave(id);
  }
}

/** Without a clock no code can be confirmed; administrators may set it here. */
function* clockIsSet(context: CommandContext): Dialogue<boolean> {
  const { services, user, print } = context;
  while (services.wallClock.trust === 'unset') {
    print(clockUnsetText);
    if (!user.isAdministrator) {
      print('An administrator must set it first.');
      return false;
    }
    const text = yield* ask(newTimePrompt);
    if (text === '') return false;
    setClockAtConsole(services, user.name, text, print);
  }
  return true;
}

/** Who has it on already proves it before a new secret takes the place of the old one. */
function* codeOfBefore(context: CommandContext): Dialogue<string | undefined> {
  if (context.services.twoStep.status(context.user.id) !== 'enabled') return undefined;
  context.print('2-step verification is on already. To set it up anew, type a present code.');
  return (yield* askSecret('Security code: ')).trim();
}

function showKey({ secretBase32, uri }: Enrolment, context: CommandContext): void {
  const picture = qrPicture(uri);
  context.print('1 of 3: scan this with an authenticator app, or type the key into it.');
  if (picture === undefined) context.print('(The QR code does not fit this terminal.)');
  else context.draw(picture);
  context.print(`Security key: ${secretBase32.replace(/.{4}(?=.)/g, '$& ')}`);
  context.print(uri);
}

function* codeIsRight(context: CommandContext): Dialogue<boolean> {
  const { twoStep } = context.services;
  context.print('2 of 3: type the code that the app shows; Enter shows the clock again.');
  context.print('It is right only where the clocks of the phone and of the NAS agree.');
  for (;;) {
    context.print(nasClockText(context.services));
    const code = (yield* askSecret('Security code: ')).trim();
    if (code === '') continue;
    const outcome = twoStep.confirm(context.user.id, code);
    if (outcome.ok) return true;
    if (outcome.reason !== 'wrong-code') {
      context.print(`Refused: ${outcome.text}`);
      return false;
    }
    context.print('Wrong code.');
  }
}

/** The other way to log in; nothing to choose where the settings allow none. */
function* otherWayIsChosen(context: CommandContext): Dialogue<boolean> {
  const { services, print } = context;
  const hasQuestions = services.settings.get('twoStep.allowQuestions');
  const isEmailAllowed = services.settings.get('twoStep.allowEmail');
  const hasEmail = isEmailAllowed && services.outbox.isConfigured;
  if (!hasQuestions && !hasEmail) return true;
  print('3 of 3: another way, for when the phone is not there.');
  if (hasQuestions) {
    for (const { number, text } of securityQuestions) print(`  ${number}: ${text}`);
    print('  4: a question of your own');
  }
  if (hasEmail) print('  5: a code by e-mail');
  else if (isEmailAllowed) {
    print('(A code by e-mail takes a mail account: an administrator makes one with "mail add".)');
  }
  const keys = [...(hasQuestions ? ['1-4'] : []), ...(hasEmail ? ['5'] : [])].join(', ');
  for (;;) {
    const key = yield* ask(`Other way (${keys}): `);
    let chosen: Chosen = 'again';
    if (hasQuestions && /^[1-4]$/.test(key)) {
      chosen = yield* questionIsChosen(Number(key) as QuestionNumber, context);
    } else if (hasEmail && key === '5') {
      chosen = yield* emailIsConfirmed(context);
    }
    if (chosen !== 'again') return chosen;
  }
}

/** `again`: the choice is open once more. */
type Chosen = boolean | 'again';

function* questionIsChosen(number: QuestionNumber, context: CommandContext): Dialogue<Chosen> {
  const { services, user, print } = context;
  const choice = number === 4 ? { number, text: yield* ask('Your question: ') } : { number };
  const answer = yield* askSecret('Answer: ');
  if (answer !== (yield* askSecret('Repeat the answer: '))) {
    print('The two are not the same.');
    return 'again';
  }
  const outcome = services.twoStep.chooseQuestion(user.id, { ...choice, answer });
  if (outcome.ok) return true;
  print(`Refused: ${outcome.text}`);
  return outcome.reason === 'expired' ? false : 'again';
}

/** An address counts once a code that was mailed to it came back. */
function* emailIsConfirmed({ services, user, print }: CommandContext): Dialogue<Chosen> {
  const { twoStep } = services;
  const address = yield* ask('E-mail address: ');
  if (address === '') return 'again';
  const sent = twoStep.chooseEmail(user.id, address);
  if (!sent.ok) {
    print(`Refused: ${sent.text}`);
    return sent.reason === 'expired' ? false : 'again';
  }
  print(`A code is on its way to ${address}; Enter goes back.`);
  void tellOfFailedMail(sent.firstTry, () => twoStep.enrolment(user.id) !== undefined, print);
  for (;;) {
    const code = (yield* askSecret('Code from the mail: ')).trim();
    if (code === '') return 'again';
    const outcome = twoStep.confirmEmail(user.id, code);
    if (outcome.ok) return true;
    print(outcome.reason === 'wrong-code' ? 'Wrong code.' : `Refused: ${outcome.text}`);
    if (outcome.reason === 'expired') return false;
  }
}
