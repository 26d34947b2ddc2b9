import { operatingErrorText } from './operating-error.ts';

/**
 * Tells whoever waits for a mailed code that the mail could not be handed in at once; nobody where
 * `isAwaited` says that nobody waits any more.
 */
export async function tellOfFailedMail(
  firstTry: Promise<'sent' | 'failed'>,
  isAwaited: () => boolean,
  print: (text: string) => void,
): Promise<void> {
  if ((await firstTry) === 'failed' && isTrue(isAwaited)) {
    print('The mail could not be handed in: it is tried again.');
  }
}

/** What cannot be found out now is not worth a line on somebody's screen. */
function isTrue(question: () => boolean): boolean {
  try {
    return question();
  } catch (error) {
    operatingErrorText(error);
    return false;
  }
}
