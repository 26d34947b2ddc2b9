/** What a dialogue wants of the person before it goes on. */
export type DialogueStep =
  | { readonly kind: 'ask'; readonly prompt: string; readonly isSecret: boolean }
  /** Wait as after a refused login: something secret was guessed wrong. */
  | { readonly kind: 'pause' };

/** How a command ended; `log-out` ends the session too. */
export type Verdict = 'done' | 'log-out';

/**
 * A command that asks questions: it yields a step and is given the line that was entered (empty
 * after a pause). Ctrl-C and the end of the session end it at its present question, so nothing may
 * be half done while it asks.
 */
export type Dialogue<Result = Verdict> = Generator<DialogueStep, Result, string>;

/** Asks for a line. */
export function* ask(prompt: string): Dialogue<string> {
  return (yield { kind: 'ask', prompt, isSecret: false }).trim();
}

/** Asks for a secret: nothing typed is echoed, and blanks count. */
export function* askSecret(prompt: string): Dialogue<string> {
  return yield { kind: 'ask', prompt, isSecret: true };
}

/** Asks until the answer is Y or N. */
export function* confirm(question: string): Dialogue<boolean> {
  for (;;) {
    const answer = (yield* ask(`${question} (Y/N) `)).toLowerCase();
    if (answer === 'y' || answer === 'yes') return true;
    if (answer === 'n' || answer === 'no') return false;
  }
}

/** Makes a wrong guess slow. */
export function* pause(): Dialogue<void> {
  yield { kind: 'pause' };
}
