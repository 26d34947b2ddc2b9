import * as v from 'valibot';

const addressCharactersMax = 254;

/** An e-mail address of one person: RFC 5321 leaves 254 characters for it. */
export const mailAddress = v.pipe(
  v.string('the e-mail address is missing'),
  v.trim(),
  v.maxLength(addressCharactersMax, 'the e-mail address is too long'),
  v.rfcEmail('the e-mail address is none'),
);

/** The address without blanks around it; undefined where it is none. */
export function normalAddress(typed: string): string | undefined {
  const parsed = v.safeParse(mailAddress, typed);
  return parsed.success ? parsed.output : undefined;
}

/** The address as far as somebody may see it who knows the password only: `a…@example.org`. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${[...address][0] ?? ''}…${address.slice(at)}`;
}
