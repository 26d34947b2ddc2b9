/** A node of a device tree, as a test writes it. */
export interface WrittenNode {
  readonly name: string;
  readonly properties?: Readonly<Record<string, Uint8Array>>;
  readonly children?: readonly WrittenNode[];
}

/** Words of a property. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, place) => bytes.writeUInt32BE(value >>> 0, place * 4));
  return bytes;
}

/** Texts of a property, each with its NUL. */
export function texts(...values: readonly string[]): Uint8Array {
  return Buffer.from(values.map((value) => `${value}\u0000`).join(''));
}

/** A node with properties of which each is a text, a number, words or bytes. */
export function node(
  name: string,
  properties: Readonly<Record<string, string | number | Uint8Array>> = {},
  children: readonly WrittenNode[] = [],
): WrittenNode {
  const bytesOf = (value: string | number | Uint8Array): Uint8Array => {
    if (typeof value === 'string') return texts(value);
    return typeof value === 'number' ? words(value) : value;
  };
  const entries = Object.entries(properties).map(([key, value]) => [key, bytesOf(value)] as const);
  return { name, properties: Object.fromEntries(entries), children };
}

/** The flattened form, version 17. */
export function flatten(root: WrittenNode): Buffer {
  const names: string[] = [];
  const offsetOf = (name: string): number => {
    const place = names.indexOf(name);
    if (place < 0) names.push(name);
    const before = names.slice(0, place < 0 ? names.length - 1 : place);
    return before.reduce((sum, each) => sum + each.length + 1, 0);
  };
  const padded = (bytes: Uint8Array): Buffer =>
    Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  const write = ({ name, properties = {}, children = [] }: WrittenNode): Uint8Array[] => [
    words(1),
    padded(Buffer.from(`${name}\u0000`)),
    ...Object.entries(properties).flatMap(([key, value]) => [
      words(3, value.length, offsetOf(key)),
      padded(value),
    ]),
    ...children.flatMap(write),
    words(2),
  ];
  const structure = Buffer.concat([...write(root), words(9)]);
  const strings = Buffer.from(names.map((name) => `${name}\u0000`).join(''));
  const [headerBytes, reserveBytes] = [40, 16];
  const structureAt = headerBytes + reserveBytes;
  const stringsAt = structureAt + structure.length;
  const total = stringsAt + strings.length;
  const [version, compatible, bootCpu] = [17, 16, 0];
  const places = [total, structureAt, stringsAt, headerBytes, version, compatible, bootCpu];
  const header = words(0xd00dfeed, ...places, strings.length, structure.length);
  return Buffer.concat([header, Buffer.alloc(reserveBytes), structure, strings]);
}

/** A small NAS: all that is looked for, on one GPIO controller. */
export const nas: WrittenNode = node('', { model: 'Acme NAS' }, [
  node('aliases', { serial0: '/uart@2000', i2c1: '/i2c@3000', rtc0: '/i2c@3000/rtc@68' }),
  node('chosen', { 'stdout-path': 'serial0:57600n8', bootargs: 'quiet console=ttyAMA0,57600' }),
  node('gpio@1000', {
    phandle: 1,
    'gpio-controller': new Uint8Array(),
    '#gpio-cells': 2,
    'gpio-line-names': texts('', '', 'BUZZER', 'RESET'),
  }),
  node('uart@2000', { compatible: 'arm,pl011' }),
  node('i2c@3000', {}, [node('rtc@68', { compatible: 'maxim,ds3231', reg: 0x68 })]),
  node('watchdog@4000', { compatible: 'arm,sp805' }),
  node('keys', { compatible: 'gpio-keys' }, [
    node('button-reset', { label: 'reset', 'linux,code': 0x198, gpios: words(1, 3, 17) }),
  ]),
  node('leds', { compatible: 'gpio-leds' }, [
    node('led-0', { color: 2, function: 'status', gpios: words(1, 4, 0) }),
    node('led-1', { label: 'nas:red:status', gpios: words(1, 5, 1) }),
    node('led-2', { label: 'nas:green:disk', gpios: words(1, 6, 0) }),
  ]),
  node('beeper', { compatible: 'pwm-beeper', 'beeper-hz': 2000 }),
]);
