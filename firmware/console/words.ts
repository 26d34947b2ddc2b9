/** A command line as words, or why it is none. */
export type Words =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly text: string };

/**
 * Splits at blanks, as shells do: `'…'` keeps all as it is, `"…"` keeps blanks, `\` takes the next
 * character as it is (not inside `'…'`). There are no variables, patterns or redirections.
 */
export function splitWords(line: string): Words {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  let isEscaped = false;
  for (const character of line) {
    if (isEscaped) {
      word = (word ?? '') + character;
      isEscaped = false;
    } else if (character === '\\' && quote !== "'") {
      isEscaped = true;
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '') return { ok: false, text: `a ${quote} is not closed` };
  if (isEscaped) return { ok: false, text: 'nothing follows the last \\' };
  if (word !== undefined) words.push(word);
  return { ok: true, words };
}
