import { keyCodeOf, keyNameOf } from '#hal/linux/input-event';
import {
  beepersOf,
  i2cDevicesOf,
  keysOf,
  kernelConsolesOf,
  ledsOf,
  rtcsOf,
} from '#hal/linux/device-tree/parts';
import type { DeviceTree, TreeLine } from '#hal/linux/device-tree/tree';
import { isRecord } from '../../scenario/schema.ts';
import type { Tree } from '../../scenario/yaml-tree.ts';
import type { PlacedFinding } from './board-rules.ts';
import { gpioWiresOf, i2cWiresOf, type GpioWire } from './wires.ts';

/** A line that a driver of the kernel has. */
interface OwnedLine {
  readonly line: TreeLine;
  readonly owner: string;
  /** How a board file names the part instead. */
  readonly instead: string;
}

/** What in a board file contradicts the device tree of the board. */
export function treeFindingsOf(file: Tree, tree: DeviceTree): readonly PlacedFinding[] {
  const owned = ownedLines(tree);
  return [
    ...gpioWiresOf(file).flatMap((wire) => lineFindings(wire, { tree, owned })),
    ...keyFindings(file.value, tree),
    ...lampFindings(file.value, tree),
    ...i2cFindings(file, tree),
    ...consoleFindings(file.value, tree),
  ];
}

function ownedLines(tree: DeviceTree): readonly OwnedLine[] {
  const keys = keysOf(tree).map(({ line, label, device, code }) => ({
    line,
    owner: `gpio-keys ("${label}")`,
    instead: `{ driver: evdev, device: ${device}, key: ${keyNameOf(code ?? 0)} }`,
  }));
  const leds = ledsOf(tree).map(({ line, folder }) => ({
    line,
    owner: `gpio-leds (${folder})`,
    instead: `/sys/class/leds/${folder}`,
  }));
  const beepers = beepersOf(tree).map(({ line, node, device }) => ({
    line,
    owner: `gpio-beeper (${node.path})`,
    instead: `{ driver: beeper, device: ${device} }`,
  }));
  return [...keys, ...leds, ...beepers].flatMap((each) =>
    each.line === undefined ? [] : [{ ...each, line: each.line }],
  );
}

/** Names are certain; a number counts from a chip whose own number the tree does not tell. */
function isLine(wire: GpioWire, line: TreeLine, tree: DeviceTree): 'yes' | 'maybe' | 'no' {
  if (typeof wire.line === 'string') return wire.line === line.name ? 'yes' : 'no';
  if (wire.line !== line.offset) return 'no';
  const { controllers } = tree;
  if (controllers.length === 1) return 'yes';
  const place = controllers.indexOf(line.controller);
  return wire.chip === `gpiochip${place}` ? 'maybe' : 'no';
}

function lineFindings(
  wire: GpioWire,
  { tree, owned }: { readonly tree: DeviceTree; readonly owned: readonly OwnedLine[] },
): readonly PlacedFinding[] {
  return owned.flatMap(({ line, owner, instead }) => {
    const match = isLine(wire, line, tree);
    if (match === 'no') return [];
    const doubt = match === 'yes' ? '' : `, if ${wire.chip} is ${tree.labelOf(line.controller)}`;
    const severity = match === 'yes' ? 'error' : 'warning';
    const busy: PlacedFinding = {
      path: [...wire.path, 'line'],
      rule: 'line-of-kernel',
      severity,
      text: `the kernel gives line ${wire.line} to ${owner}${doubt}: it will be busy`,
      advice: `write ${instead}, or take the node out of the device tree`,
    };
    return [busy, ...contradictions(wire, line, severity)];
  });
}

function contradictions(
  { path, isActiveLow, bias }: GpioWire,
  line: TreeLine,
  severity: 'error' | 'warning',
): readonly PlacedFinding[] {
  const rule = 'against-device-tree';
  const findings: PlacedFinding[] = [];
  if (isActiveLow !== line.isActiveLow) {
    const [here, there] = isActiveLow ? ['low', 'high'] : ['high', 'low'];
    findings.push({
      path: [...path, 'activeLow'],
      rule,
      severity,
      text: `active ${here} here, active ${there} in the device tree`,
      advice: `activeLow: ${String(line.isActiveLow)}, if the device tree works`,
    });
  }
  const isPull = bias === 'pull-up' || bias === 'pull-down' || bias === 'disabled';
  if (isPull && line.bias !== undefined && bias !== line.bias) {
    findings.push({
      path: [...path, 'bias'],
      rule,
      severity,
      text: `${bias} here, ${line.bias} in the device tree`,
      advice: `bias: ${line.bias}, if the device tree works`,
    });
  }
  return findings;
}

function keyFindings(board: unknown, tree: DeviceTree): readonly PlacedFinding[] {
  const button = isRecord(board) ? board['resetButton'] : undefined;
  if (!isRecord(button) || button['driver'] !== 'evdev') return [];
  const { key = 'KEY_RESTART' } = button;
  const code = keyCodeOf(String(key));
  const keys = keysOf(tree);
  if (code === undefined || keys.some((each) => each.code === code)) return [];
  const known = keys.flatMap((each) => (each.code === undefined ? [] : keyNameOf(each.code)));
  const there = known.length === 0 ? 'it has no gpio-keys' : `it has ${known.join(', ')}`;
  return [
    {
      path: button['key'] === undefined ? ['resetButton'] : ['resetButton', 'key'],
      rule: 'not-in-device-tree',
      severity: 'warning',
      text: `no gpio-keys of the device tree makes ${keyNameOf(code)}; ${there}`,
      advice: 'name one of those keys, unless another input device has it',
    },
  ];
}

function lampFindings(board: unknown, tree: DeviceTree): readonly PlacedFinding[] {
  const leds = isRecord(board) ? board['leds'] : undefined;
  const status = isRecord(leds) ? leds['status'] : undefined;
  const known = ledsOf(tree).map(({ folder }) => folder);
  if (!isRecord(status) || known.length === 0) return [];
  return Object.entries(status).flatMap(([colour, lamp]) => {
    const folder =
      typeof lamp === 'string' ? /^\/sys\/class\/leds\/([^/]+)\/?$/.exec(lamp)?.[1] : undefined;
    if (folder === undefined || known.includes(folder)) return [];
    return {
      path: ['leds', 'status', colour],
      rule: 'not-in-device-tree',
      severity: 'warning' as const,
      text: `no gpio-leds of the device tree makes ${folder}`,
      advice: `it makes ${known.slice(0, 8).join(', ')}`,
    };
  });
}

function i2cFindings(file: Tree, tree: DeviceTree): readonly PlacedFinding[] {
  const chips = i2cDevicesOf(tree);
  const rtcs = rtcsOf(tree);
  return i2cWiresOf(file).flatMap(({ path, bus, address }) => {
    const chip = chips.find((each) => String(each.bus) === bus && each.address === address);
    if (chip === undefined) return [];
    const rtc = rtcs.find(({ node }) => node === chip.node);
    return {
      path,
      rule: 'i2c-of-kernel',
      severity: 'error' as const,
      text: `a driver of the kernel has the chip at 0x${address.toString(16)} of bus ${bus} (${chip.node.path})`,
      advice:
        rtc === undefined
          ? 'take its node out of the device tree'
          : `write { driver: rtc, device: /dev/rtc${rtc.number ?? 0} }, or disable its node`,
    };
  });
}

function consoleFindings(board: unknown, tree: DeviceTree): readonly PlacedFinding[] {
  const port = isRecord(board) ? board['console'] : undefined;
  const device = isRecord(port) ? port['device'] : port;
  if (typeof device !== 'string' || !kernelConsolesOf(tree).includes(device)) return [];
  return [
    {
      path: isRecord(port) ? ['console', 'device'] : ['console'],
      rule: 'kernel-console',
      severity: 'warning',
      text: `the kernel writes its messages to ${device}, among those of the appliance`,
      advice: 'take it out of console= of the kernel (or set loglevel=1), and run no getty on it',
    },
  ];
}
