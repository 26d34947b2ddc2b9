import {
  HalError,
  halErrorCodes,
  KissOfDeath,
  type HalErrorCode,
  type PortName,
} from '#hal/errors';
import type { NtpSample } from '#hal/ntp';
import type { Bench } from '../bench.ts';
import { UsageError } from '../kernel/invariant.ts';
import type { Stimulus, TraceValue } from '../kernel/trace.ts';
import type { UnsyncedFate } from '../parts/flash-unsynced.ts';
import type { I2cFault } from '../parts/i2c-bus.ts';
import { ConnectionFailed } from '../parts/http-port.ts';
import type { Bounce } from '../parts/reset-button.ts';
import type { MailAccount, MailServerMode } from '../peers/mail-server.ts';
import { readMessage } from '../peers/mailbox.ts';
import type { TimeServerBehaviour } from '../peers/time-server-behaviour.ts';

type Fields = { readonly [field: string]: TraceValue };

/** What a stimulus says, the secret fields over those that the trace holds. */
type Said = Readonly<Record<string, unknown>>;

/** How a kind of stimulus is done again. */
export interface StimulusKind {
  /** Whether what is recorded does not suffice without what the trace leaves out. */
  needsSecret?(fields: Fields): boolean;
  /** The verb, as a call that is made at once. */
  again(said: Said): Again | Promise<Again>;
}

/** Does a stimulus again, on a bench that stands where it entered. */
export type Again = (bench: Bench) => void;

const always = (): boolean => true;

/** All there are, by source and kind; what follows from another by itself is not among them. */
export const stimulusKinds: Readonly<Record<string, StimulusKind>> = {
  'power on': verb(({ board }) => board.powerOn()),
  'power off': verb(({ board }, { onAfterUs }) =>
    onAfterUs === undefined ? board.powerOff() : board.powerCycle(Number(onAfterUs)),
  ),
  'power cut': verb(({ board }) => board.cutPower()),
  'cpu hang': verb(({ board }) => board.hangCpu()),
  'crystal drift': verb(({ board }, { ppm }) => board.setCrystalPpm(Number(ppm))),
  'crystal jitter': verb(({ board }, { ppm, everyUs }) => {
    const jitter = { ppm: Number(ppm), everyUs: Number(everyUs) };
    board.setCrystalJitter(everyUs === undefined ? undefined : jitter);
  }),
  'clock jump': verb((bench, { byMs }) => void bench.disturbWallClock(Number(byMs))),
  'clock slew': verb((bench, { byUs, overUs }) => {
    bench.slewWallClock({ byUs: Number(byUs), overUs: Number(overUs) });
  }),
  'reset press': verb(({ board: { resetButton } }, { holdUs, bounce }) => {
    if (holdUs === undefined) resetButton.press(bounce as Bounce | undefined);
    else resetButton.hold(Number(holdUs), bounce as Bounce | undefined);
  }),
  'reset release': verb(({ board }, { bounce }) =>
    board.resetButton.release(bounce as Bounce | undefined),
  ),
  'reset follow': verb(({ board }, { edges }) => {
    const pairs = edges as readonly (readonly [number, boolean])[];
    board.resetButton.follow(pairs.map(([afterUs, isClosed]) => ({ afterUs, isClosed })));
  }),
  'reset glitch': verb(({ board }, { widthUs }) => board.resetButton.glitch(Number(widthUs))),
  'reset stuck': verb(({ board }, { stuck }) => board.resetButton.setStuck(stuck === true)),
  'reset reset': verb(({ board }) => board.resetButton.reset()),
  'uart rx': {
    needsSecret: ({ hidden }) => hidden !== undefined,
    again: (said) => {
      const bytes = bytesOf(said);
      return ({ board }) => board.uart.write(bytes);
    },
  },
  'uart break': verb(({ board }) => board.uart.sendBreak()),
  'uart framing-error': verb(({ board }) => board.uart.sendFramingError()),
  'uart noise': verb(({ board }, said) => board.uart.noise(bytesOf(said).length)),
  'lan cable': verb(({ board }, { adapter, connected }) =>
    board.network.setCable(Number(adapter), connected === true),
  ),
  'rtc time': verb(({ board }, { timeMs }) => board.rtc.setTime(Number(timeMs))),
  'rtc battery': verb(({ board }, { good, removed }) =>
    board.rtc.setBattery(removed === true ? 'removed' : good === true),
  ),
  'rtc battery-dies': verb(({ board }, { atUs }) => board.rtc.endBatteryAt(Number(atUs))),
  'rtc battery-bounce': verb(({ board }) => void board.rtc.bounceBattery()),
  'rtc drift': verb(({ board }, { ppm }) => board.rtc.setDriftPpm(Number(ppm))),
  'rtc temperature': verb(({ board }, { celsius }) => board.rtc.setTemperature(Number(celsius))),
  'rtc oscillator': verb(({ board: { rtc } }, { running }) =>
    running === true ? rtc.startOscillator() : rtc.stopOscillator(),
  ),
  'i2c nack-address': i2c('nack-address'),
  'i2c nack-byte': i2c('nack-byte'),
  'i2c disturb': i2c('disturb'),
  'i2c hold-low': verb(({ board }, { held }) => board.rtc.bus.holdLow(held === true)),
  'i2c reset': verb(({ board }) => board.rtc.bus.reset()),
  'sensors hold': verb(({ board }, { name, value }) =>
    board.sensors.hold(textOf(name), Number(value)),
  ),
  'sensors silent': verb(({ board }, { silent }) => board.sensors.setSilent(silent === true)),
  'random fail-reads': verb(({ board }, { count }) => board.random.failReads(Number(count))),
  'flash cut-power-after-writes': verb(({ board }, { count }) =>
    board.flash.cutPowerAfterWrites(Number(count)),
  ),
  'flash fail-writes': verb(({ board }, { count, code }) =>
    board.flash.failWrites(Number(count), code as HalErrorCode),
  ),
  'flash lie-about-sync': verb(({ board }, { on }) => board.flash.lieAboutSync(on === true)),
  'flash flip-bits': verb(({ board }, { count }) => void board.flash.flipBits(Number(count))),
  'flash flip-bit': verb(({ board }, { file, offset, bit }) =>
    board.flash.flipBit(textOf(file), Number(offset), Number(bit)),
  ),
  'flash end-faults': verb(({ board }) => board.flash.endFaults()),
  'flash unsynced': verb(({ board }, { fate }) => {
    board.flash.unsynced = fate as UnsyncedFate;
  }),
  'http request': {
    needsSecret: always,
    again: ({ method, from, url, headers, body, port }) => {
      const request = {
        method: textOf(method),
        from: textOf(from),
        url: textOf(url),
        ...(headers !== undefined && { headers: headers as Readonly<Record<string, string>> }),
        ...(body !== undefined && { body: Buffer.from(textOf(body), 'base64') }),
        ...(port !== undefined && { port: Number(port) }),
      };
      return ({ board, world }) => {
        board.network.http.request(request).catch((error: unknown) => {
          if (!(error instanceof ConnectionFailed)) world.reportBug(error);
        });
      };
    },
  },
  'mail-server mode': {
    needsSecret: ({ mode }) => mode === 'reject',
    again: ({ mode, kind = mode, ...rest }) => {
      const set = { ...rest, kind } as unknown as MailServerMode;
      return ({ mailServer }) => void mailServer.setMode(set);
    },
  },
  'mail-server account': {
    needsSecret: ({ demanded }) => demanded === true,
    again: ({ demanded, user, password }) => {
      const account = { user, password } as MailAccount;
      return ({ mailServer }) => mailServer.demandAccount(demanded === true ? account : undefined);
    },
  },
  'mail-server delivered': {
    needsSecret: always,
    again: async ({ from, to, message: base64 }) => {
      const message = new Uint8Array(Buffer.from(textOf(base64), 'base64'));
      const content = await readMessage(message);
      const envelope = { from: textOf(from), to: to as readonly string[] };
      return ({ mailServer }) => mailServer.deliver(envelope, message, content);
    },
  },
  'mail answered': verb(({ board }, { place, code, text }) => {
    const problem = { code: code as HalErrorCode, text: textOf(text) };
    board.mail.answer(Number(place), code === undefined ? undefined : problem);
  }),
  'ntp set': verb(({ timeServers }, { server, ...change }) => {
    timeServers.get(textOf(server)).set(behaviourOf(change));
  }),
  'ntp add': verb(({ timeServers }, { server }) => void timeServers.add(textOf(server))),
  'ntp answered': verb(({ board }, { place, ...outcome }) =>
    board.ntp.answer(Number(place), ntpOutcome(outcome)),
  ),
  // Of its own it changes nothing: what it does follows.
  'fault timed': verb((bench, { step }) => {
    bench.trace.stimulus('fault', 'timed', { step: textOf(step) });
  }),
};

/** The kind of a stimulus; a `UsageError` where this version knows none of that name. */
export function kindOf({ source, kind }: Pick<Stimulus, 'source' | 'kind'>): StimulusKind {
  const name = `${source} ${kind}`;
  const found = Object.hasOwn(stimulusKinds, name) ? stimulusKinds[name] : undefined;
  if (found !== undefined) return found;
  throw new UsageError(`this nasboard knows no stimulus "${name}": use the one that recorded it`);
}

/** How it is done again; a `UsageError` where it cannot be, with what there is of it. */
export async function againOf(stimulus: Stimulus): Promise<Again> {
  const { fields, secret, source, kind } = stimulus;
  const found = kindOf(stimulus);
  if (secret === undefined && found.needsSecret?.(fields) === true) {
    throw new UsageError(`"${source} ${kind}" holds what the trace leaves out`);
  }
  return found.again({ ...fields, ...secret });
}

function verb(run: (bench: Bench, said: Said) => void): StimulusKind {
  return { again: (said) => (bench) => run(bench, said) };
}

function i2c(fault: I2cFault): StimulusKind {
  return verb(({ board }, { count }) => board.rtc.bus.failTransfers(fault, Number(count)));
}

/** All that was typed stands in the secret, where a part of it is hidden. */
function bytesOf({ text, hex }: Said): Buffer {
  return typeof hex === 'string' ? Buffer.from(hex, 'hex') : Buffer.from(textOf(text));
}

/** A trace has null for what is taken back. */
function behaviourOf(change: Said): Partial<TimeServerBehaviour> {
  const fields = Object.entries(change).map(([name, value]) => [name, value ?? undefined]);
  return Object.fromEntries(fields) as Partial<TimeServerBehaviour>;
}

function ntpOutcome({ code, text, kiss, ...sample }: Said): NtpSample | HalError {
  if (code === undefined) return sample as unknown as NtpSample;
  const error = halErrorOf('ntp', { code, text });
  return kiss === undefined ? error : new KissOfDeath(textOf(kiss), detailOf('ntp', error));
}

/** An error from what a record says of it. */
export function halErrorOf(port: PortName, { code, text }: Said): HalError {
  const known = Object.hasOwn(halErrorCodes, textOf(code)) ? (code as HalErrorCode) : 'io';
  const whole = textOf(text);
  const detail = whole.replace(`${port}: `, '').replace(` (${known})`, '');
  return new HalError(known, port, detail);
}

function detailOf(port: PortName, { message, code }: HalError): string {
  return message.replace(`${port}: `, '').replace(` (${code})`, '');
}

/** What is no text, in a file that somebody else has made, is none of the names there are. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}
