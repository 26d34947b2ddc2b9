/**
 * Text from outside (names, files, log entries) made fit for a terminal: characters that steer it
 * or the direction of text become `?`, tabs become spaces. Line ends are the caller's.
 */
export function printable(text: string): string {
  return text.replace(/\t/g, '    ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?');
}
