import type { Board } from '#hal/board';
import type { HalError } from '#hal/errors';
import type { LogDraft } from './log/event-log.ts';
import type { Services } from './services.ts';
import type { SerialFace } from './console/serial-face.ts';
import { createBeeper, type Beeper } from './indicators/beeper.ts';
import { createStatusLamp, type StatusLamp } from './indicators/status-lamp.ts';
import { isEndOfLife, isOperatingError } from './operating-error.ts';
import type { WebServer } from './web/web-server.ts';
import type { StoreError } from './store/store-error.ts';

/** What the wiring of the appliance works with during one power-on. */
export interface Runtime {
  readonly board: Board;
  readonly lamp: StatusLamp;
  readonly beeper: Beeper;
  readonly face: SerialFace;
  /** There from the moment the store is mounted. */
  services: Services | undefined;
  /** There from the moment the appliance is ready. */
  web: WebServer | undefined;
  /** Tells of a change of a chart's state. */
  tellState(chart: string, state: string): void;
  /** Tells that the wall clock moves otherwise from now on. */
  tellMotion(): void;
  /** Says something on the console: in the boot log, or to whoever is there. */
  tell(text: string): void;
  /** Says on the console that a part failed; the appliance goes on as well as it can. */
  tellTrouble(error: HalError | StoreError): void;
  /** Writes to the event log, or keeps the entry until there is one. A failing flash is told. */
  note(entry: LogDraft): void;
  /** Writes what was kept; called once, when services are there. */
  flushNotes(): void;
}

/** A few entries at most come before the store is mounted. */
const notesMax = 32;

/** Puts the indicators and the console on a board. */
export function createRuntime(options: {
  readonly board: Board;
  readonly face: SerialFace;
  readonly isResuming: boolean;
  readonly tellState: (chart: string, state: string) => void;
  readonly tellMotion: () => void;
}): Runtime {
  const { board, face, isResuming, tellState, tellMotion } = options;
  const early: LogDraft[] = [];
  const runtime: Runtime = {
    board,
    face,
    services: undefined,
    web: undefined,
    lamp: createStatusLamp(board.leds.status, board.clock, isResuming ? 'ready' : undefined),
    beeper: createBeeper(
      board.buzzer,
      board.clock,
      () => runtime.services?.settings.get('hardware.audioAlert') ?? true,
    ),
    tellState,
    tellMotion,
    tell(text) {
      if (runtime.web === undefined) face.bootLine(text);
      else face.announce(text);
    },
    tellTrouble(error) {
      if (!isEndOfLife(error)) face.announce(`Trouble: ${error.message}`);
    },
    note(entry) {
      if (runtime.services === undefined) {
        if (early.length < notesMax) early.push(entry);
        return;
      }
      try {
        runtime.services.log.append(entry);
      } catch (error) {
        if (!isOperatingError(error)) throw error;
        runtime.tellTrouble(error);
      }
    },
    flushNotes() {
      for (const entry of early.splice(0)) runtime.note(entry);
    },
  };
  return runtime;
}
