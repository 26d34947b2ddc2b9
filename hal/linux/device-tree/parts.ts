import type { DeviceTree, TreeLine, TreeNode } from './tree.ts';

/** A button that the kernel makes a key of: a child of a `gpio-keys` node. */
export interface TreeKey {
  readonly node: TreeNode;
  readonly label: string;
  /** As in `linux/input-event-codes.h`. */
  readonly code: number | undefined;
  readonly line: TreeLine | undefined;
  readonly debounceMs: number;
  /** Where udev puts the event device of its `gpio-keys`. */
  readonly device: string;
}

/** An LED of the kernel's class: a child of a `gpio-leds` node. */
export interface TreeLed {
  readonly node: TreeNode;
  /** Below `/sys/class/leds`. */
  readonly folder: string;
  readonly colour: string | undefined;
  readonly isStatus: boolean;
  readonly line: TreeLine | undefined;
}

/** A clock chip. */
export interface TreeRtc {
  readonly node: TreeNode;
  /** Of an alias `rtcN`. */
  readonly number: number | undefined;
  readonly i2c: I2cPlace | undefined;
  readonly isDs3231: boolean;
}

/** Where a chip sits on an I2C bus. */
export interface I2cPlace {
  readonly node: TreeNode;
  readonly busNode: TreeNode;
  /** The N of `/dev/i2c-N`, where an alias tells. */
  readonly bus: number | undefined;
  readonly address: number;
}

/** A sounding input device. */
export interface TreeBeeper {
  readonly node: TreeNode;
  readonly device: string;
  readonly toneHz: number | undefined;
  readonly line: TreeLine | undefined;
}

/** A serial port by the name that its driver gives it. */
export interface TreeSerial {
  readonly node: TreeNode;
  readonly device: string;
  readonly baudRate: number | undefined;
  /** The driver is none of those whose names are known here. */
  readonly isGuess: boolean;
  readonly isChosen: boolean;
}

/** Of each kind so many are looked at; boards have fewer. */
const partsMax = 256;

/** The buttons of all `gpio-keys`, as far as the kernel is to drive them. */
export function keysOf(tree: DeviceTree): readonly TreeKey[] {
  return childrenOf(tree, /^gpio-keys(-polled)?$/).flatMap(([parent, node]) => {
    // 1 is EV_KEY; switches and axes are no buttons.
    if ((node.word('linux,input-type') ?? 1) !== 1) return [];
    const label = node.text('label') ?? node.name;
    const code = node.word('linux,code');
    const debounceMs = node.word('debounce-interval') ?? 5;
    const [line] = tree.lines(node);
    return [{ node, label, code, line, debounceMs, device: eventDeviceOf(parent) }];
  });
}

/** As `dt-bindings/leds/common.h` counts them. */
const colours =
  'white red green blue amber violet yellow ir multicolor rgb purple orange pink cyan lime'.split(
    ' ',
  );

/** The LEDs of all `gpio-leds`, named as the kernel names them: `label`, or `color:function`. */
export function ledsOf(tree: DeviceTree): readonly TreeLed[] {
  return childrenOf(tree, /^gpio-leds$/).flatMap(([, node]) => {
    const told = colours[node.word('color') ?? -1];
    const use = node.text('function');
    const folder = folderOf(node, { colour: told, use });
    if (folder === '' || folder === '.' || folder === '..') return [];
    const words = folder.toLowerCase().split(/[^a-z]+/);
    const colour = told ?? ['green', 'red'].find((each) => words.includes(each));
    const isStatus = words.some((word) => word === 'status' || word === 'sys' || word === 'system');
    return [{ node, folder, colour, isStatus, line: tree.lines(node)[0] }];
  });
}

function folderOf(
  node: TreeNode,
  {
    colour = '',
    use = '',
  }: { readonly colour: string | undefined; readonly use: string | undefined },
): string {
  const number = node.word('function-enumerator');
  const ordinal = use === '' || number === undefined ? '' : `-${number}`;
  const composed = colour === '' && use === '' ? node.name : `${colour}:${use}${ordinal}`;
  // The kernel's own way with names that are no file names.
  return (node.text('label') ?? composed).replaceAll('/', '!');
}

const clockChip =
  /^(maxim|dallas|nxp|st|microcrystal|microchip|epson|isil|intersil|abracon|haoyu|ricoh|sii|ti|seiko),.*(ds1307|ds1308|ds1337|ds1338|ds1339|ds1340|ds1341|ds1374|ds1388|ds3231|ds3232|pcf85|pcf2127|pcf2129|m41t|rv\d{4}|mcp794|rx8|isl12|ab-?[0x]|hym8563|rs5c|rv5c|s35390|bq32)/;

/** Clock chips, those first that an alias names, then those that a bus holds. */
export function rtcsOf(tree: DeviceTree, isWanted = isDriven): readonly TreeRtc[] {
  const rtcs = tree.nodes
    .filter((node) => isWanted(node) && (node.kind === 'rtc' || node.isCompatible(clockChip)))
    .filter((node) => node.has('compatible'))
    .slice(0, partsMax)
    .map((node) => ({
      node,
      number: tree.aliasNumber(node, 'rtc'),
      i2c: i2cPlaceOf(tree, node),
      isDs3231: node.isCompatible(/,(rtc-)?ds323[12]$/),
    }));
  const rank = ({ number, i2c }: TreeRtc): number => number ?? (i2c === undefined ? 2_000 : 1_000);
  return rtcs.toSorted((one, other) => rank(one) - rank(other));
}

/** What sits on I2C buses under a driver of the kernel. */
export function i2cDevicesOf(tree: DeviceTree): readonly I2cPlace[] {
  return tree.nodes.filter(isDriven).flatMap((node) => {
    return node.has('compatible') ? (i2cPlaceOf(tree, node) ?? []) : [];
  });
}

/** Beepers on a PWM or a line: both play sounds as input devices. */
export function beepersOf(tree: DeviceTree): readonly TreeBeeper[] {
  return tree.nodes
    .filter((node) => isDriven(node) && node.isCompatible(/^(pwm|gpio)-beeper$/))
    .slice(0, partsMax)
    .map((node) => ({
      node,
      device: eventDeviceOf(node),
      toneHz: node.word('beeper-hz'),
      line: tree.lines(node)[0],
    }));
}

/** Watchdogs that the kernel is to drive. */
export function watchdogsOf(tree: DeviceTree): readonly TreeNode[] {
  const isDog = (node: TreeNode): boolean =>
    node.has('compatible') && (node.kind === 'watchdog' || node.isCompatible(/wdt|watchdog/));
  return tree.nodes.filter((node) => isDriven(node) && isDog(node)).slice(0, partsMax);
}

/** Names of serial ports, by the drivers that make them. */
const serialNames: readonly (readonly [RegExp, string])[] = [
  [/^arm,(pl011|sbsa-uart)/, 'ttyAMA'],
  [/ns16550|ns8250|16[57]50|dw-apb-uart|-8250|bcm2835-aux-uart|mt6577-uart|omap\d?-uart/, 'ttyS'],
  [/^fsl,(imx|vf).*uart/, 'ttymxc'],
  [/^fsl,.*lpuart/, 'ttyLP'],
  [/^amlogic,.*uart/, 'ttyAML'],
  [/^qcom,/, 'ttyMSM'],
  [/^(samsung|apple),/, 'ttySAC'],
  [/^st,stm32/, 'ttySTM'],
  [/^(xlnx,xuartps|cdns,uart)/, 'ttyPS'],
  [/^marvell,armada-3700-uart/, 'ttyMV'],
  [/^sifive,uart/, 'ttySIF'],
  [/^renesas,/, 'ttySC'],
];

/** The port of `stdout-path`, then those that aliases name `serialN`. */
export function serialsOf(tree: DeviceTree): readonly TreeSerial[] {
  const chosen = tree.node('/chosen');
  const stdout = chosen?.text('stdout-path') ?? chosen?.text('linux,stdout-path') ?? '';
  const [path = '', options = ''] = stdout.split(':');
  const first = tree.node(path);
  const aliased = Array.from({ length: 16 }, (_, place) => tree.node(`serial${place}`));
  const ports = [first, ...aliased].flatMap((node) => (node?.isEnabled === true ? [node] : []));
  const baudRate = Number(/^\d{3,7}/.exec(options)?.[0] ?? Number.NaN);
  return [...new Set(ports)].map((node) => {
    const known = serialNames.find(([pattern]) => node.isCompatible(pattern))?.[1];
    return {
      node,
      device: `/dev/${known ?? 'ttyS'}${tree.aliasNumber(node, 'serial') ?? 0}`,
      baudRate: node === first && baudRate >= 300 && baudRate <= 4_000_000 ? baudRate : undefined,
      isGuess: known === undefined,
      isChosen: node === first,
    };
  });
}

/** Devices that the kernel's messages go to: `console=` of its command line, else `stdout-path`. */
export function kernelConsolesOf(tree: DeviceTree): readonly string[] {
  const words = tree.node('/chosen')?.text('bootargs') ?? '';
  const named = [...words.matchAll(/(?:^|\s)console=([\w/]+)/g)].map(([, name]) => `/dev/${name}`);
  if (named.length > 0) return named.slice(0, partsMax);
  return serialsOf(tree).flatMap(({ isChosen, device }) => (isChosen ? [device] : []));
}

function isDriven(node: TreeNode): boolean {
  return node.isEnabled;
}

/** The children of all nodes that are compatible, each with its parent. */
function childrenOf(tree: DeviceTree, compatible: RegExp): (readonly [TreeNode, TreeNode])[] {
  return tree.nodes
    .filter((node) => node.isEnabled && node.isCompatible(compatible))
    .flatMap((node) => node.children.map((child) => [node, child] as const))
    .filter(([, child]) => child.isEnabled)
    .slice(0, partsMax);
}

function i2cPlaceOf(tree: DeviceTree, node: TreeNode): I2cPlace | undefined {
  const { parent: busNode } = node;
  const isBus = busNode !== undefined && busNode.kind.startsWith('i2c');
  const address = isBus ? node.word('reg') : undefined;
  if (busNode === undefined || address === undefined || address < 0x08 || address > 0x77) {
    return undefined;
  }
  const bus = tree.aliasNumber(busNode, 'i2c');
  return { node, busNode, bus: bus === undefined || bus > 255 ? undefined : bus, address };
}

/**
 * The link that udev makes for an input device of a platform device. Its name is that of the node,
 * with those around it up to one that has an address of its own.
 */
function eventDeviceOf(node: TreeNode): string {
  let name = '';
  for (let at: TreeNode | undefined = node; at?.parent !== undefined; at = at.parent) {
    const unit = at.has('reg') ? /@([\da-f]+)$/.exec(at.name)?.[1] : undefined;
    const own = unit === undefined ? at.name : `${unit}.${at.kind}`;
    name = name === '' ? own : `${own}:${name}`;
    if (unit !== undefined) break;
  }
  return `/dev/input/by-path/platform-${name.replaceAll('/', '!')}-event`;
}
