import type { Board } from '#hal/board';
import type { Buzzer } from '#hal/buzzer';
import type { Led, LedColour } from '#hal/led';
import type { Firmware } from '#firmware/index';
import type { TraceRecord } from '../kernel/trace.ts';
import { TypedRecorder } from '../parts/secret-prompt.ts';
import { ShownRecorder } from '../parts/shown-secrets.ts';
import { asField } from '../parts/uart.ts';
import { TraceFile } from './trace-file.ts';

type Fields = Omit<TraceRecord, 't' | 'source' | 'kind'>;

/** A board whose edges and outputs go to a file as well. */
export interface TracedBoard {
  readonly board: Board;
  /** Follows the charts of the firmware that was started on the board. */
  follow(firmware: Firmware): void;
  /** Somebody ends it: writes all there is and closes the file. */
  end(): void;
}

/**
 * Records what happens at the ports of a real board as the parts of a simulated one do: the same
 * sources, kinds and fields. Times are those of the board's monotonic clock from the wall clock at
 * the start on, in microseconds; edges have the kernel's time, not that of their being heard. No
 * secret is recorded, neither typed nor shown. Throws where the file cannot be made.
 */
export function traceBoard(
  board: Board,
  path: string,
  onFailure: (error: unknown) => void,
): TracedBoard {
  const { clock, identity } = board;
  const startUs = Math.round((Date.now() - clock.now()) * 1000);
  const nowUs = (): number => startUs + Math.round(clock.now() * 1000);
  const { model, serialNumber, macAddresses } = identity;
  const header = { model, serialNumber, macAddresses };
  const file = new TraceFile(path, {
    header: { trace: 'nasboard', version: 1, seed: 0, startUs, board: header },
    nowUs,
    onFailure,
  });
  const output = (source: string, kind: string, fields: Fields = {}, t = nowUs()): void =>
    file.add({ t, source, kind, ...fields });
  const stimulus = (source: string, kind: string, fields: Fields = {}, t = nowUs()): void =>
    file.add({ t, source, kind, stimulus: true, ...fields });

  stimulus('power', 'on');
  output('power', 'start', { reason: board.power.bootReason, boot: 1 });
  const edge = (pressed: boolean, t: number): void => {
    stimulus('reset', pressed ? 'press' : 'release', {}, t);
    output('reset', 'line', { pressed }, t);
  };
  if (board.resetButton.isPressed()) edge(true, nowUs());
  const stopEdges = board.resetButton.onEdge(({ pressed, atMs }) =>
    edge(pressed, startUs + Math.round(atMs * 1000)),
  );
  traceConsole(board.console, stimulus, output);
  const { power } = board;
  return {
    board: {
      ...board,
      leds: { status: tracedLed(board.leds.status, output) },
      buzzer: tracedBuzzer(board.buzzer, output),
      power: {
        bootReason: power.bootReason,
        reboot() {
          output('power', 'reboot');
          file.flush();
          power.reboot();
        },
        off() {
          output('power', 'off');
          file.flush();
          power.off();
        },
      },
    },
    follow(firmware) {
      const seen = new Map<string, string>();
      const note = (chart: string, state: string): void => {
        if (seen.get(chart) === state) return;
        seen.set(chart, state);
        output('firmware', 'state', { chart, state });
      };
      for (const [chart, state] of Object.entries(firmware.states())) note(chart, state);
      firmware.onState(note);
    },
    end() {
      stopEdges();
      stimulus('power', 'off');
      file.close();
    },
  };
}

type Tell = (source: string, kind: string, fields?: Fields) => void;

/** The stream stays the driver's own: whoever writes to it is overheard. */
function traceConsole(stream: Board['console'], stimulus: Tell, output: Tell): void {
  const typed = new TypedRecorder();
  const shown = new ShownRecorder();
  const write = stream.write.bind(stream);
  const overheard = (...words: Parameters<typeof write>): boolean => {
    const [chunk] = words as readonly unknown[];
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString();
    typed.shown(text);
    output('uart', 'tx', { text: shown.take(text) });
    return write(...words);
  };
  stream.write = overheard as typeof stream.write;
  stream.on('data', (bytes: Buffer) => {
    const openCount = typed.openCount(bytes);
    const hidden = bytes.length - openCount;
    stimulus('uart', 'rx', {
      ...(openCount === 0 ? {} : asField(bytes.subarray(0, openCount))),
      ...(hidden === 0 ? {} : { hidden }),
    });
  });
}

function tracedLed(led: Led, output: Tell): Led {
  let present: LedColour = 'off';
  return {
    set(colour) {
      led.set(colour);
      if (colour !== present) output('led', 'led', { colour });
      present = colour;
    },
  };
}

function tracedBuzzer(buzzer: Buzzer, output: Tell): Buzzer {
  let isSounding = false;
  return {
    set(sounding) {
      buzzer.set(sounding);
      if (sounding !== isSounding) output('buzzer', 'buzzer', { on: sounding });
      isSounding = sounding;
    },
  };
}
