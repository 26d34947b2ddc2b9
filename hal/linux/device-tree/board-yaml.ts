import { keyNameOf } from '../input-event.ts';
import {
  beepersOf,
  keysOf,
  kernelConsolesOf,
  ledsOf,
  rtcsOf,
  serialsOf,
  watchdogsOf,
  type TreeLed,
  type TreeRtc,
} from './parts.ts';
import type { DeviceTree, TreeLine } from './tree.ts';

/** A board file that was made of a device tree. */
export interface ImportedBoard {
  readonly text: string;
  /** What a board needs and the tree does not tell; each has its place in the text. */
  readonly missing: readonly string[];
}

/** A field of the file with what is to be known about it. */
interface Entry {
  readonly comments: readonly string[];
  /** Absent: the tree tells nothing, and the comments say what to fill in. */
  readonly yaml?: string;
  readonly missing?: string;
}

/** Writes the board file that a device tree amounts to, with comments that say where it is from. */
export function boardYamlOf(tree: DeviceTree, source: string): ImportedBoard {
  const model = tree.root.text('model');
  const entries = [
    modelEntry(model),
    consoleEntry(tree),
    buttonEntry(tree),
    ledsEntry(tree),
    buzzerEntry(tree),
    rtcEntry(tree),
    watchdogEntry(tree),
    { comments: ['The system flash: a directory of its own.'], yaml: 'storage: /var/lib/nasboard' },
  ];
  const head = [
    `The wiring of ${model ?? 'a board'}, from the device tree ${source}.`,
    'Have it checked: nasboard board lint FILE, and on the target nasboard doctor --board FILE.',
    'All fields: docs/reference/board-file.md',
  ];
  const blocks = [head.map(commentOf).join('\n'), ...entries.map(blockOf)];
  const missing = entries.flatMap((entry: Entry) => entry.missing ?? []);
  return { text: `${blocks.filter((block) => block !== '').join('\n\n')}\n`, missing };
}

function blockOf({ comments, yaml }: Entry): string {
  return [...comments.map(commentOf), ...(yaml === undefined ? [] : [yaml])].join('\n');
}

/** Names of a tree may hold anything; a comment ends with its line. */
function commentOf(text: string): string {
  return `# ${text.replaceAll(/[^ -~]/g, '?')}`.trimEnd();
}

/** Text as YAML reads it back; only what cannot be anything else stays without quotes. */
function quoted(text: string): string {
  return /^\/[\w./:@+!-]*[\w]$/.test(text) || /^[A-Z][A-Z_]+\w*$/.test(text)
    ? text
    : JSON.stringify(text);
}

function modelEntry(model: string | undefined): Entry {
  const isPrintable = model !== undefined && /^[!-~]([ -~]{0,62}[!-~])?$/.test(model);
  return { comments: [], ...(isPrintable && { yaml: `model: ${JSON.stringify(model)}` }) };
}

function consoleEntry(tree: DeviceTree): Entry {
  const [port] = serialsOf(tree);
  if (port === undefined) {
    return {
      comments: ['Serial console: the tree names none. Fill in:', 'console: /dev/ttyS0'],
      missing: 'console',
    };
  }
  const { node, device, baudRate, isGuess, isChosen } = port;
  const from = isChosen ? 'stdout-path' : 'the first alias serialN';
  const comments = [`Serial console: ${tree.labelOf(node)} (${from}).`];
  if (isGuess) comments.push('Which name its driver gives it is a guess: look at /dev/tty*.');
  if (kernelConsolesOf(tree).includes(device)) {
    comments.push('The kernel writes its messages there, too: take it out of console=, or set');
    comments.push('loglevel=1, and let no getty run on it.');
  }
  const yaml =
    baudRate === undefined || baudRate === 115_200
      ? `console: ${quoted(device)}`
      : `console: { device: ${quoted(device)}, baudRate: ${baudRate} }`;
  return { comments, yaml };
}

const resetLine = /^(n|btn|key|button|sw)?[-_]?(reset|rst)[-_]?(n|l|btn|key|button|sw)?$/i;

function buttonEntry(tree: DeviceTree): Entry {
  const keys = keysOf(tree);
  const key =
    keys.find(({ code }) => code === 0x198) ??
    keys.find(({ label, node }) => /reset|restart/i.test(`${label} ${node.name}`));
  if (key !== undefined) {
    const { device, code, label, line, debounceMs } = key;
    const name = code === undefined ? 'no key' : keyNameOf(code);
    const yaml = `resetButton: { driver: evdev, device: ${quoted(device)}, key: ${quoted(name)} }`;
    return {
      comments: [
        `RESET: "${label}", ${name} of gpio-keys${lineText(tree, line)}, debounced ${debounceMs} ms.`,
        ...(line === undefined ? [] : alternative(tree, line, 'resetButton', buttonFields(line))),
      ],
      ...(code === undefined ? { missing: 'resetButton' } : { yaml }),
    };
  }
  const line = tree.lineNamed(resetLine);
  if (line !== undefined) {
    return {
      comments: [
        'RESET: a line of that name; no gpio-keys has it.',
        'Its polarity and bias are a guess, the tree does not tell them.',
        chipWarning(tree, line),
      ],
      yaml: `resetButton: { ${gpioFields(tree, line)}, activeLow: true, bias: pull-up }`,
    };
  }
  const others = keys.map(({ label }) => `"${label}"`).slice(0, 8);
  const seen = others.length === 0 ? 'The tree has no gpio-keys' : `It is none of ${others.join()}`;
  return {
    comments: [
      `RESET: not found. ${seen}. Fill in one of:`,
      'resetButton: { driver: evdev, device: /dev/input/by-path/…-event, key: KEY_RESTART }',
      'resetButton: { driver: gpio, chip: gpiochip0, line: 17, activeLow: true, bias: pull-up }',
    ],
    missing: 'resetButton',
  };
}

function ledsEntry(tree: DeviceTree): Entry {
  const leds = ledsOf(tree);
  const pick = (colour: string): TreeLed | undefined => {
    const fitting = leds.filter((led) => led.colour === colour);
    return fitting.find(({ isStatus }) => isStatus) ?? fitting[0];
  };
  const lamps = (['green', 'red'] as const).map((colour) => {
    const led = pick(colour);
    const named = new RegExp(
      `^((status|led|sys)[-_]?${colour}|${colour}[-_]?(status|led|sys))$`,
      'i',
    );
    const line = led === undefined ? tree.lineNamed(named) : undefined;
    return { colour, led, line };
  });
  const comments = ['Status LED: green and red behind one window.'];
  const fields = lamps.map(({ colour, led, line }) => {
    if (led !== undefined) {
      comments.push(`  ${colour}: ${led.node.path}${lineText(tree, led.line)}`);
      return `    ${colour}: ${quoted(`/sys/class/leds/${led.folder}`)}`;
    }
    if (line !== undefined) {
      comments.push(`  ${colour}: a line of that name. ${chipWarning(tree, line)}`);
      return `    ${colour}: { ${gpioFields(tree, line)} }`;
    }
    comments.push(`  ${colour}: not found; fill in a folder of /sys/class/leds or a line`);
    return `    # ${colour}: /sys/class/leds/nas:${colour}:status`;
  });
  const lacking = lamps.filter(({ led, line }) => led === undefined && line === undefined);
  const others = leds.filter((led) => lamps.every((lamp) => lamp.led !== led)).slice(0, 16);
  if (others.length > 0) {
    comments.push(`Other LEDs of the tree: ${others.map(({ folder }) => folder).join(', ')}`);
  }
  return {
    comments,
    yaml: ['leds:', '  status:', ...fields].join('\n'),
    ...(lacking.length > 0 && {
      missing: lacking.map(({ colour }) => `leds.status.${colour}`).join(' and '),
    }),
  };
}

function buzzerEntry(tree: DeviceTree): Entry {
  const [beeper] = beepersOf(tree);
  if (beeper !== undefined) {
    const { node, device, toneHz, line } = beeper;
    const isTone = toneHz !== undefined && toneHz >= 20 && toneHz <= 20_000;
    const tone = isTone ? `, toneHz: ${toneHz}` : '';
    return {
      comments: [`Buzzer: ${node.path}, an input device that sounds${lineText(tree, line)}.`],
      yaml: `buzzer: { driver: beeper, device: ${quoted(device)}${tone} }`,
    };
  }
  const line = tree.lineNamed(/^(buzzer|beeper|beep|speaker)([-_](n|en))?$/i);
  if (line === undefined) {
    return { comments: ['Buzzer: the tree has none; without this field there is silence.'] };
  }
  return {
    comments: [`Buzzer: a line of that name. ${chipWarning(tree, line)}`],
    yaml: `buzzer: { ${gpioFields(tree, line)} }`,
  };
}

function rtcEntry(tree: DeviceTree): Entry {
  const [rtc, ...more] = rtcsOf(tree);
  if (rtc === undefined) {
    const [free] = rtcsOf(tree, (node) => !node.isEnabled).filter(({ isDs3231 }) => isDs3231);
    if (free?.i2c === undefined) {
      return { comments: ['Clock chip: the tree has none; the clock is unset at each start.'] };
    }
    return {
      comments: [`Clock chip: ${free.node.path}, which the kernel leaves alone.`, busText(free)],
      yaml: ds3231Yaml(free.i2c),
    };
  }
  const comments = [`Clock chip: ${rtc.node.path} (${rtc.node.texts('compatible').join(', ')}).`];
  if (rtc.number === undefined) {
    comments.push('No alias rtcN names it: look which number it has, cat /sys/class/rtc/*/name');
  }
  for (const other of more.slice(0, 4)) comments.push(`Another one: ${other.node.path}`);
  if (rtc.isDs3231 && rtc.i2c !== undefined) {
    comments.push(
      'Where no driver of the kernel has it (other drivers read the century otherwise):',
    );
    comments.push(`  ${ds3231Yaml(rtc.i2c)}`);
  }
  return { comments, yaml: `rtc: { driver: rtc, device: /dev/rtc${rtc.number ?? 0} }` };
}

function busText({ i2c }: TreeRtc): string {
  const bus = i2c?.busNode.path ?? '';
  return i2c?.bus === undefined
    ? `No alias i2cN names ${bus}: look which number it has, i2cdetect -l`
    : `Bus ${i2c.bus} is ${bus}.`;
}

function ds3231Yaml({ bus, address }: NonNullable<TreeRtc['i2c']>): string {
  return `rtc: { driver: ds3231, bus: ${bus ?? 0}, address: 0x${address.toString(16)} }`;
}

function watchdogEntry(tree: DeviceTree): Entry {
  const dogs = watchdogsOf(tree);
  const [dog] = dogs;
  if (dog === undefined) {
    return { comments: ['Watchdog: the tree has none; nobody restarts a firmware that hangs.'] };
  }
  const which = dogs.length > 1 ? `, the first of ${dogs.length}: /dev/watchdogN` : '';
  return { comments: [`Watchdog: ${dog.path}${which}.`], yaml: 'watchdog: /dev/watchdog' };
}

/** ` on line 17 (RESET) of gpio0, active low, pull-up`. */
function lineText(tree: DeviceTree, line: TreeLine | undefined): string {
  if (line === undefined) return '';
  const { controller, offset, name, isActiveLow, bias } = line;
  const place = offset === undefined ? 'a line' : `line ${offset}`;
  const called = name === undefined ? '' : ` (${name})`;
  const polarity = isActiveLow ? 'active low' : 'active high';
  const pull = bias === undefined ? '' : `, ${bias}`;
  return ` on ${place}${called} of ${tree.labelOf(controller)}, ${polarity}${pull}`;
}

/** How the firmware would reach the line itself, were no driver of the kernel on it. */
function alternative(
  tree: DeviceTree,
  line: TreeLine,
  field: string,
  more: string,
): readonly string[] {
  if (line.offset === undefined) return [];
  return [
    'Were no gpio-keys on it, the line itself would be:',
    `  ${field}: { ${gpioFields(tree, line)}${more} }`,
    chipWarning(tree, line),
  ];
}

function buttonFields({ isActiveLow, bias }: TreeLine): string {
  return `${isActiveLow ? ', activeLow: true' : ''}${bias === undefined ? '' : `, bias: ${bias}`}`;
}

function gpioFields(tree: DeviceTree, { controller, offset, name }: TreeLine): string {
  const place = Math.max(0, tree.controllers.indexOf(controller));
  const line = name === undefined ? String(offset ?? 0) : JSON.stringify(name);
  return `driver: gpio, chip: gpiochip${place}, line: ${line}`;
}

/** The kernel numbers chips as their drivers come up. */
function chipWarning(tree: DeviceTree, { controller }: TreeLine): string {
  const place = Math.max(0, tree.controllers.indexOf(controller));
  return `gpiochip${place} is ${tree.labelOf(controller)} by the order of the tree; see gpiodetect.`;
}
