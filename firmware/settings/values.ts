import * as v from 'valibot';

/** Yes or no. */
export const yesOrNo = v.boolean('is true or false');

/** A whole number of that range. */
export function wholeNumber(min: number, max: number) {
  const rule = `is a whole number from ${min} to ${max}`;
  return v.pipe(v.number(rule), v.integer(rule), v.minValue(min, rule), v.maxValue(max, rule));
}

/** One of these words or numbers. */
export function oneOf<const T extends readonly (string | number)[]>(...choices: T) {
  return v.picklist(choices, `is one of ${choices.join(', ')}`);
}

/** Text that `isGood` takes; `rule` says what that is. */
export function textThat(rule: string, isGood: (text: string) => boolean) {
  return v.pipe(v.string(rule), v.check(isGood, rule));
}

/** An IPv4 address. */
export const ipv4Address = textThat('is an IPv4 address such as 192.168.1.10', (text) => {
  return ipv4Number(text) !== undefined;
});

/** An IPv4 address, or nothing. */
export const ipv4AddressOrNone = textThat(
  'is an IPv4 address such as 192.168.1.1, or empty',
  (text) => {
    return text === '' || ipv4Number(text) !== undefined;
  },
);

/** A subnet mask: ones, then zeros. */
export const ipv4Mask = textThat('is a subnet mask such as 255.255.255.0', (text) => {
  const bits = ipv4Number(text);
  return bits !== undefined && bits !== 0 && /^1+0*$/.test(bits.toString(2).padStart(32, '0'));
});

/** What a network calls the appliance: one label of a domain name, or nothing. */
export const hostNameOrNone = textThat(
  'is 1 to 14 letters, digits and hyphens, no hyphen at either end, or empty',
  (text) => text === '' || /^[A-Za-z0-9]([A-Za-z0-9-]{0,12}[A-Za-z0-9])?$/.test(text),
);

/** A time zone of the IANA data base. */
export const timeZone = textThat('is a time zone such as Europe/Berlin', (text) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
});

function ipv4Number(text: string): number | undefined {
  const parts = text.split('.');
  const isGood = parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  if (parts.length !== 4 || !isGood) return undefined;
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
}
