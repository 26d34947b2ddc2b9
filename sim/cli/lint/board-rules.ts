import { keyCodeOf } from '#hal/linux/input-event';
import { isRecord } from '../../scenario/schema.ts';
import type { Tree, TreePath } from '../../scenario/yaml-tree.ts';
import { gpioWiresOf, i2cWiresOf, type GpioWire } from './wires.ts';

/** What is found about a place of a file. */
export interface PlacedFinding {
  readonly path: TreePath;
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly text: string;
  readonly advice: string;
}

/** All that is doubtful about a board file by itself. */
export function boardFindingsOf(tree: Tree): readonly PlacedFinding[] {
  const wires = gpioWiresOf(tree);
  return [
    ...usedTwice(wires),
    ...wires.flatMap(biasFindings),
    ...lampFindings(tree.value),
    ...keyFindings(tree.value),
    ...i2cFindings(tree),
    ...consoleFindings(tree.value),
  ];
}

/** `leds.status.green`, as a person writes it. */
function nameOfPath(path: TreePath): string {
  return path.join('.');
}

function usedTwice(wires: readonly GpioWire[]): readonly PlacedFinding[] {
  const isSame = (one: GpioWire, other: GpioWire): boolean =>
    one.chip === other.chip && one.line === other.line;
  return wires.flatMap((wire, place) => {
    const first = wires.slice(0, place).find((other) => isSame(other, wire));
    if (first === undefined) return [];
    return {
      path: [...wire.path, 'line'],
      rule: 'line-twice',
      severity: 'error' as const,
      text: `line ${wire.line} of ${wire.chip} is used by ${nameOfPath(first.path)} already`,
      advice: 'a line has one user: look up in the schematic which of the two it is',
    };
  });
}

function biasFindings(wire: GpioWire): readonly PlacedFinding[] {
  const { path, bias, isActiveLow } = wire;
  const isButton = nameOfPath(path) === 'resetButton';
  if (isButton && (bias === undefined || bias === 'as-is')) {
    return [
      {
        path: bias === undefined ? path : [...path, 'bias'],
        rule: 'no-bias',
        severity: 'warning',
        text: 'the button has no bias: an open contact leaves the line floating',
        advice: `say ${isActiveLow ? 'bias: pull-up' : 'bias: pull-down'}; bias: disabled where a resistor on the board does it`,
      },
    ];
  }
  const isAgainst = (bias === 'pull-up' && !isActiveLow) || (bias === 'pull-down' && isActiveLow);
  if (!isAgainst) return [];
  const [level, wanted] = isActiveLow ? ['low', 'high'] : ['high', 'low'];
  return [
    {
      path: [...path, 'bias'],
      rule: 'bias-against-polarity',
      severity: 'error',
      text: `${bias} holds the line at the level that means active (active ${level})`,
      advice: `a contact to ${isActiveLow ? 'the supply' : 'ground'} is active ${wanted}: activeLow: ${String(!isActiveLow)}; else turn the bias round`,
    },
  ];
}

function lampFindings(board: unknown): readonly PlacedFinding[] {
  const leds = isRecord(board) ? board['leds'] : undefined;
  const status = isRecord(leds) ? leds['status'] : undefined;
  if (!isRecord(status)) return [];
  const { green, red } = status;
  const isSame = typeof green === 'string' && typeof red === 'string' && bare(green) === bare(red);
  if (!isSame) return [];
  return [
    {
      path: ['leds', 'status', 'red'],
      rule: 'led-twice',
      severity: 'error',
      text: `${bare(red)} is the green LED already`,
      advice: 'name the folder of the other one: ls /sys/class/leds',
    },
  ];
}

function bare(path: string): string {
  return path.replaceAll(/\/+/g, '/').replace(/\/$/, '');
}

function keyFindings(board: unknown): readonly PlacedFinding[] {
  const button = isRecord(board) ? board['resetButton'] : undefined;
  const key = isRecord(button) ? button['key'] : undefined;
  if (typeof key !== 'string' && typeof key !== 'number') return [];
  if (keyCodeOf(String(key)) !== undefined) return [];
  return [
    {
      path: ['resetButton', 'key'],
      rule: 'unknown-key',
      severity: 'error',
      text: `there is no key "${String(key).slice(0, 40)}"`,
      advice: 'KEY_RESTART, KEY_POWER, KEY_SETUP …, or the number of linux/input-event-codes.h',
    },
  ];
}

function i2cFindings(tree: Tree): readonly PlacedFinding[] {
  const wires = i2cWiresOf(tree);
  return wires.flatMap(({ path, bus, address }, place) => {
    const before = wires.slice(0, place);
    const first = before.find((other) => other.bus === bus && other.address === address);
    if (first === undefined) return [];
    const at = `0x${address.toString(16)} of bus ${bus}`;
    return {
      path,
      rule: 'i2c-twice',
      severity: 'error' as const,
      text: `${at} is ${nameOfPath(first.path)} already`,
      advice: 'an address has one chip: see which answer, i2cdetect -y N',
    };
  });
}

function consoleFindings(board: unknown): readonly PlacedFinding[] {
  const port = isRecord(board) ? board['console'] : undefined;
  const device = isRecord(port) ? port['device'] : port;
  if (typeof device !== 'string' || !/^\/dev\/(console|tty\d*)$/.test(device)) return [];
  return [
    {
      path: isRecord(port) ? ['console', 'device'] : ['console'],
      rule: 'kernel-console',
      severity: 'warning',
      text: `${device} is no serial port: the kernel and the terminals of the machine write there`,
      advice: 'name the port itself, as /dev/ttyS0',
    },
  ];
}
