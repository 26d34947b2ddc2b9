import type { SimBoard } from '../../board.ts';
import { show, type Parsed } from '../duration.ts';
import { isRecord, level, parsed, type FieldSchema } from '../schema.ts';
import * as v from 'valibot';

/** A line of a part, by the names that scenario files use. */
export interface Line {
  readonly partId: string;
  readonly name: string;
  read(board: SimBoard): boolean;
  /** Absent where the world cannot move it. */
  drive?(board: SimBoard, isHigh: boolean): void;
}

/** All lines: what can be read, and for some of them moved. */
const lines: readonly Line[] = [
  {
    partId: 'reset',
    name: 'pressed',
    read: (board) => board.resetButton.isPressed,
    drive: (board, isHigh) => (isHigh ? board.resetButton.press() : board.resetButton.release()),
  },
  {
    partId: 'power',
    name: 'on',
    read: (board) => board.isPowered,
    drive: (board, isHigh) => (isHigh ? board.powerOn() : board.powerOff()),
  },
  {
    partId: 'rtc-battery',
    name: 'present',
    read: (board) => board.rtc.isBatteryGood,
    drive: (board, isHigh) => board.rtc.setBattery(isHigh),
  },
  {
    partId: 'lan',
    name: 'connected',
    read: (board) => board.network.adapters()[0]?.linkUp === true,
    drive: (board, isHigh) => board.network.setCable(0, isHigh),
  },
  { partId: 'status', name: 'green', read: (board) => board.statusLed.colour === 'green' },
  { partId: 'status', name: 'red', read: (board) => board.statusLed.colour === 'red' },
  { partId: 'buzzer', name: 'on', read: (board) => board.buzzer.isSounding },
];

/** A line and the level it is set to or is to have. */
export interface LineLevel {
  readonly line: Line;
  readonly value: 0 | 1;
}

/** `{ part-id, name, value }`, with an older name for `name`. */
export function lineLevel<F extends v.ObjectEntries>(options: {
  readonly alias: 'pin' | 'control';
  readonly isDriven: boolean;
  readonly more: F;
}): FieldSchema<LineLevel & v.InferOutput<v.StrictObjectSchema<F, undefined>>> {
  const usable = lines.filter((line) => !options.isDriven || line.drive !== undefined);
  const known = usable.map((line) => `${line.partId}/${line.name}`).join(', ');
  const find = (input: Readonly<Record<string, unknown>>): Parsed<Line> => {
    const { 'part-id': partId, name = input[options.alias] } = input;
    if (partId === undefined || name === undefined) {
      return {
        ok: false,
        text: `the field "${partId === undefined ? 'part-id' : 'name'}" is missing`,
      };
    }
    if (input['name'] !== undefined && input[options.alias] !== undefined) {
      return { ok: false, text: `"${options.alias}" is an older name of "name": give one of them` };
    }
    const line = usable.find((each) => each.partId === partId && each.name === name);
    if (line !== undefined) return { ok: true, value: line };
    const text = `there is no ${show(partId)} with ${show(name)} here; there are: ${known}`;
    return { ok: false, text };
  };
  const fields = v.strictObject(
    {
      'part-id': oneOfThese(usable.map((line) => line.partId)),
      name: oneOfThese(usable.map((line) => line.name)),
      [options.alias]: v.exactOptional(
        v.pipe(v.unknown(), v.metadata({ deprecated: true, description: 'older form of `name`' })),
      ),
      value: level,
      ...options.more,
    },
    (issue) =>
      issue.expected === 'never'
        ? `${show(issue.path?.at(-1)?.key)} is no field here; there are: part-id, name, value`
        : `the field ${issue.expected} is missing`,
  );
  const group = parsed((input) =>
    isRecord(input)
      ? { ok: true, value: input }
      : { ok: false, text: `expected fields (part-id, name, value), not ${show(input)}` },
  );
  return v.pipe(
    group,
    fields,
    v.metadata({ required: ['part-id', 'value'] }),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const value = dataset.value as Readonly<Record<string, unknown>>;
      const found = find(value);
      if (found.ok) return { ...value, line: found.value };
      addIssue({ message: found.text });
      return NEVER;
    }),
  ) as unknown as FieldSchema<LineLevel & v.InferOutput<v.StrictObjectSchema<F, undefined>>>;
}

/** Editors are told the names; which of them go together is judged with all fields at hand. */
function oneOfThese(names: readonly string[]) {
  return v.exactOptional(v.pipe(v.unknown(), v.metadata({ enum: [...new Set(names)] })));
}

/** `reset pressed 1`, as fields. */
export function lineFromWords([partId, name, value]: readonly string[]): unknown {
  return { 'part-id': partId, name, value: value === '0' || value === '1' ? Number(value) : value };
}

/** As it stands in a report. */
export function describeLine({ partId, name }: Line, value: 0 | 1): string {
  return `${partId}/${name} ${value}`;
}
