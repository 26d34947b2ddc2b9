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

const rangesRule = 'is a list of IPv4 addresses or ranges such as 192.168.1.0/24';

/** IPv4 addresses, and ranges of them with the length of their common prefix. */
export const addressRanges = v.pipe(
  v.array(
    textThat(rangesRule, (text) => rangeOf(text) !== undefined),
    rangesRule,
  ),
  v.maxLength(256, 'has at most 256 entries'),
);

/** Whether an IPv4 address lies in that address or range. */
export function isInRange(address: string, range: string): boolean {
  const number = ipv4Number(address);
  const bounds = rangeOf(range);
  return (
    number !== undefined && bounds !== undefined && number >= bounds.first && number <= bounds.last
  );
}

function rangeOf(text: string): { readonly first: number; readonly last: number } | undefined {
  const [, address, prefix = '32'] = /^([^/]*)(?:\/(0|[1-9]\d?))?$/.exec(text) ?? [];
  const number = address === undefined ? undefined : ipv4Number(address);
  if (number === undefined || Number(prefix) > 32) return undefined;
  const size = 2 ** (32 - Number(prefix));
  const first = Math.floor(number / size) * size;
  return { first, last: first + size - 1 };
}

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

const timeServerRule = 'is a list of host names or IP addresses, each once';

/**
 * Time servers: `ntp.example.org`, `192.0.2.1`, `[2001:db8::1]`, each with `:PORT` where needed.
 */
export const timeServers = v.pipe(
  v.array(textThat(timeServerRule, isTimeServer), timeServerRule),
  v.maxLength(16, 'has at most 16 entries'),
  v.check(
    (names) => new Set(names.map((name) => name.toLowerCase())).size === names.length,
    timeServerRule,
  ),
);

const ipv6 = '[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%\\w+)?';
const timeServerForm = new RegExp(`^(?:\\[(?:${ipv6})\\]|([^:[\\]\\s]+))(?::([1-9]\\d{0,4}))?$`);
const bareIpv6Form = new RegExp(`^${ipv6}$`);

function isTimeServer(text: string): boolean {
  if (bareIpv6Form.test(text)) return true;
  const found = timeServerForm.exec(text);
  if (found === null || Number(found[2] ?? 1) > 65_535) return false;
  const host = found[1];
  return host === undefined || (host.length <= 253 && host.split('.').every(isLabel));
}

function isLabel(text: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(text);
}

function ipv4Number(text: string): number | undefined {
  const parts = text.split('.');
  const isGood = parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  if (parts.length !== 4 || !isGood) return undefined;
  return parts.reduce((number, part) => number * 256 + Number(part), 0);
}
