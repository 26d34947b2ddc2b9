import { nameKey } from '../accounts/names.ts';

/** The questions to choose from. */
export const securityQuestions = [
  { number: 1, text: 'What is the name of your pet?' },
  { number: 2, text: 'What is your favorite sport?' },
  { number: 3, text: 'What is your favorite color?' },
] as const;

/** Number of a question; 4 is the user's own. */
export type QuestionNumber = 1 | 2 | 3 | 4;

/** The security question: one of the three fixed ones, or the user's own. */
export interface QuestionChoice {
  readonly number: QuestionNumber;
  /** The user's own question; only of number 4. */
  readonly text?: string;
  readonly answer: string;
}

const questionCharactersMax = 128;
const answerCharactersMin = 2;
const answerCharactersMax = 64;

/** No answer is so long, however its accents are written: it is not worth any work. */
const typedLengthMax = 8 * answerCharactersMax;

/**
 * The form in which an answer is hashed and compared: people write the name of their pet once so
 * and once so. Undefined where no answer is like that.
 */
export function normalAnswer(typed: string): string | undefined {
  if (typed.length > typedLengthMax) return undefined;
  const answer = nameKey(typed).trim().replace(/\s+/gu, ' ');
  const length = Array.from(answer).length;
  return length < answerCharactersMin || length > answerCharactersMax ? undefined : answer;
}

/** The text of a question as it is asked; undefined where it cannot be one. */
export function questionText(choice: Pick<QuestionChoice, 'number' | 'text'>): string | undefined {
  const fixed = securityQuestions.find(({ number }) => number === choice.number);
  if (fixed !== undefined) return fixed.text;
  const text = (choice.text ?? '').normalize('NFC').trim();
  const isGood =
    text !== '' && text.length <= questionCharactersMax && !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(text);
  return isGood ? text : undefined;
}
