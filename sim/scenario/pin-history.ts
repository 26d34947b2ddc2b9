import type { Bench } from '../bench.ts';
import type { TraceRecord } from '../kernel/trace.ts';

/** A change of what can be seen, heard or touched of a board. */
export interface PinChange {
  /** True time since the start. */
  readonly atUs: number;
  readonly state: string;
}

/** The last changes, oldest first, by what changed; where nothing did, its present state alone. */
export interface PinHistory {
  readonly power: readonly PinChange[];
  readonly reset: readonly PinChange[];
  readonly led: readonly PinChange[];
  readonly buzzer: readonly PinChange[];
}

const changesMax = 6;

const powerWords: Readonly<Record<string, string>> = {
  on: 'on',
  start: 'firmware starts',
  off: 'off',
  cut: 'cut',
  reboot: 'restart',
  watchdog: 'watchdog',
};

/** From what the trace still has of a bench. */
export function pinHistory(bench: Bench): PinHistory {
  const { board, world, trace } = bench;
  const { records } = trace;
  const last = (stateOf: (record: TraceRecord) => string | undefined): readonly PinChange[] => {
    const changes: PinChange[] = [];
    for (let place = records.length - 1; place >= 0 && changes.length < changesMax; place -= 1) {
      const record = records[place] as TraceRecord;
      const state = stateOf(record);
      if (state !== undefined) changes.unshift({ atUs: record.t - world.startUs, state });
    }
    return changes;
  };
  const orPresent = (changes: readonly PinChange[], state: string): readonly PinChange[] =>
    changes.length > 0 ? changes : [{ atUs: 0, state }];
  const of = (source: string, kind: string) => (record: TraceRecord) =>
    record.source === source && record.kind === kind ? record : undefined;
  const isLine = of('reset', 'line');
  const isLed = of('led', 'led');
  const isBuzzer = of('buzzer', 'buzzer');
  return {
    power: orPresent(
      last(({ source, kind }) => (source === 'power' ? powerWords[kind] : undefined)),
      board.isPowered ? 'on' : 'off',
    ),
    reset: orPresent(
      last((record) => isLine(record) && pressedWord(record['pressed'] === true)),
      pressedWord(board.resetButton.isPressed),
    ),
    led: orPresent(
      last((record) => ledColour(isLed(record))),
      board.statusLed.colour,
    ),
    buzzer: orPresent(
      last((record) => isBuzzer(record) && (record['on'] === true ? 'on' : 'off')),
      board.buzzer.isSounding ? 'on' : 'off',
    ),
  };
}

function pressedWord(isPressed: boolean): string {
  return isPressed ? 'pressed' : 'released';
}

function ledColour(record: TraceRecord | undefined): string | undefined {
  const colour = record?.['colour'];
  return typeof colour === 'string' ? colour : undefined;
}
