const steering = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Text on one line, whatever somebody typed: characters that break lines, steer a terminal or turn
 * the direction of text are written out (`\u{a}`), and what is too long ends in an ellipsis.
 */
export function oneLine(text: string, charactersMax: number): string {
  return shortened(text, charactersMax).replace(steering, written);
}

function written(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function shortened(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const characters = Array.from(text);
  if (characters.length <= charactersMax) return text;
  return `${characters.slice(0, charactersMax - 1).join('')}…`;
}
