import type { Clock } from '#hal/clock';
import type { SerialConsole } from '#hal/serial';
import { nameKey } from '../accounts/names.ts';
import { bootLogLine } from './boot-log.ts';
import type { ConsoleDeps } from './command.ts';
import { IdleWatch } from './idle-watch.ts';
import { Terminal } from './terminal.ts';
import { createConsoleChart, type ConsoleChart, type ConsoleState } from './wiring.ts';

/** A console at its login prompt with nothing typed, as plain data. */
export interface SerialFaceRecord {
  readonly state: 'login';
  /** The last byte was a CR: an LF that follows belongs to it. */
  readonly isAfterReturn: boolean;
}

/** The serial console as the appliance sees it. */
export interface SerialFace {
  /** Prints a line of the boot log, from the first instant on. */
  bootLine(text: string): void;
  /** Services are up: from here on people may log in. */
  openLogin(deps: ConsoleDeps): void;
  /** Tells whoever is at the console; a line that is being typed is drawn again below. */
  announce(text: string): void;
  /**
   * Ends the session, also one that is about to begin, and returns to a fresh login prompt. With
   * `userName`, only where it is that user's. The reason is shown and logged.
   */
  endSession(reason: string, userName?: string): void;
  /** Lets go of the port; it stays as it is. A second call is no error. */
  close(): void;
  state(): ConsoleState;
  /** Hears each change of state until the answer is called. */
  onState(listener: (state: ConsoleState) => void): () => void;
  /** What is needed to go on from here; only where nobody is logged in and nothing is typed. */
  record(): SerialFaceRecord | undefined;
}

/** In these nobody is expected to do anything. */
const restingStates: readonly ConsoleState[] = ['booting', 'login', 'ended', 'closed'];

/** Puts a console on a serial line. With `resume` its prompt is taken to stand there already. */
export function createSerialFace(options: {
  readonly stream: SerialConsole;
  readonly clock: Clock;
  readonly hostName: string;
  readonly resume?: SerialFaceRecord;
}): SerialFace {
  const { stream, clock, hostName, resume } = options;
  let isClosed = false;
  const terminal = new Terminal({
    // A closed stream would keep what is written to it for ever.
    write: (text) => void (isClosed || stream.write(text)),
    onLine: (line) => chart.hear(line),
    isAfterReturn: resume?.isAfterReturn ?? false,
  });
  const chart: ConsoleChart = createConsoleChart({ terminal, clock, hostName });
  const idle = new IdleWatch(clock, () =>
    chart.send({ type: 'session.idled', isMidSecret: terminal.isMidSecret }),
  );

  const onData = (bytes: Uint8Array): void => {
    idle.touch();
    chart.touch();
    terminal.receive(bytes);
  };
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    stream.off('data', onData);
    idle.stop();
    chart.send({ type: 'port.closed' });
  };
  stream.on('data', onData);
  stream.on('error', close);
  stream.on('close', close);

  return {
    bootLine: (text) => terminal.print(bootLogLine(clock.now(), text)),
    openLogin(deps) {
      chart.onState((state) => {
        if (restingStates.includes(state)) idle.stop();
        else idle.start(() => chart.idleLimitMs);
      });
      chart.start(deps, resume !== undefined);
    },
    announce: (text) => terminal.print(text),
    endSession(reason, userName) {
      const isTheirs = userName === undefined || nameKey(userName) === nameKey(chart.userName);
      if (!isTheirs) return;
      chart.send({ type: 'session.revoked', reason, isMidSecret: terminal.isMidSecret });
    },
    close,
    state: () => chart.state,
    onState: (listener) => chart.onState(listener),
    record() {
      const isIdle = chart.state === 'login' && terminal.isUntouched;
      return isIdle ? { state: 'login', isAfterReturn: terminal.isAfterReturn } : undefined;
    },
  };
}
