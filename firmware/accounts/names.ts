import { refused, type Answer } from './outcome.ts';

/** What is named; the longest name it may have, in characters. */
const kinds = {
  user: { label: 'user name', charactersMax: 32 },
  group: { label: 'group name', charactersMax: 32 },
  share: { label: 'name of a shared folder', charactersMax: 32 },
} as const;

/** What a name is for. */
export type NameKind = keyof typeof kinds;

/** The characters that the vendor forbids in names. */
export const forbiddenInNames = '"/\\[]:;|=,+*?<>\'`';

const forbidden = new Set(forbiddenInNames);

/**
 * Control and format characters, halves of surrogate pairs, line separators and what shows as
 * nothing: with them two names could look alike, or one name like two lines.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const blankAtEnd = /^\s|\s$/u;
const ascii = /^[ -~]*$/;

/**
 * Names are the same where their keys are: without regard to case, to how accents are composed, or
 * to compatibility forms (full-width letters, ligatures). It follows Unicode's toNFKC_Casefold by
 * what JavaScript has: upper case, then lower case, twice, so that ẞ, ß and SS meet; character by
 * character, so that a sigma does not depend on where it stands.
 */
export function nameKey(name: string): string {
  if (ascii.test(name)) return name.toLowerCase();
  return foldOnce(foldOnce(name));
}

function foldOnce(text: string): string {
  return Array.from(text.normalize('NFKC'), (character) =>
    Array.from(character.toUpperCase(), (upper) => upper.toLowerCase()).join(''),
  )
    .join('')
    .normalize('NFKC');
}

/** The name as it is kept (accents composed), or what is wrong with it. */
export function checkedName(kind: NameKind, typed: string): Answer<string> {
  const { label, charactersMax } = kinds[kind];
  const name = typed.normalize('NFC');
  const characters = Array.from(name);
  if (characters.length === 0 || characters.length > charactersMax) {
    return refused('name-invalid', `A ${label} has 1 to ${charactersMax} characters.`);
  }
  const bad = characters.find((character) => forbidden.has(character));
  if (bad !== undefined) {
    return refused(
      'name-invalid',
      `A ${label} must not contain ${bad} (nor any of ${forbiddenInNames}).`,
    );
  }
  if (unprintable.test(name)) {
    return refused('name-invalid', `A ${label} must not contain invisible or control characters.`);
  }
  if (blankAtEnd.test(name)) {
    return refused('name-invalid', `A ${label} must not begin or end with a blank.`);
  }
  // A shared folder is a directory of its name, and these two are not names there.
  if (kind === 'share' && (name === '.' || name === '..')) {
    return refused('name-invalid', `«${name}» cannot be the ${label}.`);
  }
  return { ok: true, value: name };
}
