/** The digits of what was typed or pasted. */
export function digitsOf(typed: string): string {
  // Digits of other scripts too: a phone's keyboard may give them.
  return typed.normalize('NFKC').replaceAll(/\D/g, '');
}

/** A security key as people read it: in groups of four. */
export function groupedKey(key: string): string {
  return key.match(/.{1,4}/g)?.join(' ') ?? '';
}
