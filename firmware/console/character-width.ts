/** East Asian Wide and Fullwidth (Unicode Standard Annex 11), in ranges of whole blocks. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

/** How many columns of a terminal a character takes: 0, 1 or 2. */
export function characterWidth(character: string): 0 | 1 | 2 {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x300) return 1;
  if (/\p{M}|\p{Cf}/u.test(character)) return 0;
  const isWide = wideRanges.some(([first, last]) => codePoint >= first && codePoint <= last);
  return isWide || /\p{Emoji_Presentation}/u.test(character) ? 2 : 1;
}

/** Columns that characters take together. */
export function columnsOf(characters: readonly string[]): number {
  return characters.reduce((columns, character) => columns + characterWidth(character), 0);
}
