import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { labelEntries } from './label.ts';

/** The schema of board files; paths are taken from `directory`. */
export function boardSchema(directory: string) {
  const path = v.pipe(
    text,
    v.transform((given) => resolve(directory, given)),
  );
  const boardEntries = {
    ...labelEntries,
    label: v.exactOptional(path),
    deviceKey: v.exactOptional(path),
    console: v.union(
      [
        v.pipe(
          path,
          v.transform((device) => ({ path: device, baudRate: 115_200 })),
        ),
        v.pipe(
          group({ device: path, baudRate: v.optional(wholeNumber(300, 4_000_000), 115_200) }),
          v.transform(({ device, baudRate }) => ({ path: device, baudRate })),
        ),
      ],
      'expected the path of a serial port, or fields (device, baudRate)',
    ),
    resetButton: buttonSchema(path),
    leds: ledsSchema(path),
    buzzer: v.exactOptional(buzzerSchema(path)),
    rtc: v.exactOptional(rtcSchema(path)),
    ntp: v.optional(
      group({
        servers: v.optional(v.array(text, 'expected a list of servers'), []),
        driver: v.optional(v.picklist(['sntp', 'ntp-client'], oneOf), 'sntp'),
      }),
      {},
    ),
    storage: path,
    dataVolume: v.exactOptional(path),
    watchdog: v.exactOptional(path),
    network: v.optional(
      group({
        listen: v.optional(v.pipe(text, v.ip('is no IP address')), '127.0.0.1'),
        apply: v.exactOptional(command),
      }),
      {},
    ),
    power: v.optional(
      group({ reboot: v.exactOptional(command), off: v.exactOptional(command) }),
      {},
    ),
    sensors: v.optional(
      group({
        cpu: v.exactOptional(path),
        system: v.exactOptional(path),
        fans: v.exactOptional(v.array(path, 'expected a list of paths')),
      }),
      {},
    ),
    sysfs: v.optional(path, '/sys'),
  };
  return v.pipe(
    group(boardEntries),
    v.transform((board) => ({
      ...board,
      deviceKey: board.deviceKey ?? join(board.storage, 'DEVICE-KEY'),
      dataVolume: board.dataVolume ?? join(board.storage, 'DATA'),
    })),
  );
}

const text = v.pipe(v.string('expected a text'), v.minLength(1, 'is empty'));
const yesOrNo = v.boolean('expected true or false');
const oneOf = (issue: v.PicklistIssue): string =>
  `${issue.received} is none of ${issue.expected.replaceAll(/[()"]/g, '').replaceAll(' |', ',')}`;

/** A program with its arguments, as a list: no shell takes it apart. */
const command = v.pipe(
  v.array(text, 'expected a list: the program and its arguments'),
  v.minLength(1, 'is empty: name a program'),
);

function wholeNumber(least: number, most: number) {
  const what = `expected a whole number from ${least} to ${most}`;
  return v.pipe(v.number(what), v.integer(what), v.minValue(least, what), v.maxValue(most, what));
}

/** Fields, and no others. */
function group<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries).join(', ');
  return v.strictObject(entries, (issue) => {
    if (issue.expected === 'Object') return `expected fields (${known})`;
    const key = String(issue.path?.at(-1)?.key);
    if (issue.expected === 'never') return `there is no field "${key}" here; there are ${known}`;
    return `the field "${key}" is missing`;
  });
}

type PathSchema = v.GenericSchema<string, string>;

/** `gpiochip0` is a name, everything else with a slash in it a path. */
const line = {
  chip: text,
  line: v.union([wholeNumber(0, 65_535), text], 'expected the number or the name of a line'),
};
const wiring = {
  ...line,
  activeLow: v.optional(yesOrNo, false),
};
const outputWiring = {
  ...wiring,
  drive: v.exactOptional(v.picklist(['push-pull', 'open-drain', 'open-source'], oneOf)),
};
const inputWiring = {
  ...wiring,
  bias: v.optional(v.picklist(['as-is', 'disabled', 'pull-up', 'pull-down'], oneOf), 'as-is'),
  debounceMs: v.exactOptional(wholeNumber(0, 1_000)),
};

const noDriver = (known: string) => () => `the field "driver" says none of ${known}`;

/** A driver of the integrator's own; `options` are for it alone. */
function moduleGroup(path: PathSchema) {
  const fields = v.pipe(
    v.unknown(),
    // An array is an object to valibot.
    v.check((given) => !Array.isArray(given), 'expected fields'),
    v.record(text, v.unknown(), 'expected fields'),
  );
  const options = v.exactOptional(fields);
  const driver = v.literal('module', 'the one driver that stands here is module');
  return group({ driver, path, options });
}

function buttonSchema(path: PathSchema) {
  const key = v.union([text, v.pipe(wholeNumber(0, 767), v.transform(String))]);
  return v.variant(
    'driver',
    [
      group({ driver: v.literal('evdev'), device: path, key: v.exactOptional(key) }),
      group({ driver: v.literal('gpio'), ...inputWiring }),
      group({ driver: v.literal('gpiomon'), ...inputWiring, program: v.exactOptional(path) }),
      moduleGroup(path),
    ],
    noDriver('evdev, gpio, gpiomon, module'),
  );
}

function ledsSchema(path: PathSchema) {
  const own = moduleGroup(path);
  const wired = group({ status: group({ green: ledSchema(path), red: ledSchema(path) }) });
  const choice = v.lazy((given): typeof own | typeof wired =>
    typeof given === 'object' && given !== null && 'driver' in given ? own : wired,
  );
  // For who wants to know what there is to choose from.
  return Object.assign(choice, { options: [wired, own] });
}

function ledSchema(path: PathSchema) {
  return v.union(
    [path, group({ driver: v.literal('gpio'), ...outputWiring })],
    'expected a folder such as /sys/class/leds/nas:green:status, or fields (driver: gpio, chip, line)',
  );
}

function buzzerSchema(path: PathSchema) {
  const toneHz = v.exactOptional(wholeNumber(20, 20_000));
  return v.variant(
    'driver',
    [
      group({ driver: v.literal('gpio'), ...outputWiring }),
      group({ driver: v.literal('beeper'), device: path, toneHz }),
      group({ driver: v.literal('pcspkr'), device: v.exactOptional(path), toneHz }),
      moduleGroup(path),
    ],
    noDriver('gpio, beeper, pcspkr, module'),
  );
}

function rtcSchema(path: PathSchema) {
  return v.variant(
    'driver',
    [
      group({
        driver: v.literal('rtc'),
        device: path,
        via: v.exactOptional(v.picklist(['ioctl', 'hwclock'], oneOf)),
        hwclock: v.exactOptional(path),
      }),
      v.pipe(
        group({
          driver: v.literal('ds3231'),
          bus: v.union([wholeNumber(0, 255), path], 'expected the N of /dev/i2c-N'),
          address: v.exactOptional(wholeNumber(0x08, 0x77)),
          century: v.exactOptional(v.picklist(['set-from-2100', 'set-from-2000'], oneOf)),
          lastYear: v.exactOptional(wholeNumber(2026, 2199)),
        }),
        v.check(
          ({ century, lastYear = 0 }) => century !== 'set-from-2000' || lastYear <= 2099,
          'with century: set-from-2000 the chip ends in 2099',
        ),
      ),
      moduleGroup(path),
    ],
    noDriver('rtc, ds3231, module'),
  );
}
