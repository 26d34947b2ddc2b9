import { closeSync, constants, openSync, readFileSync, realpathSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { HalError } from '../errors.ts';
import type { Closable } from './closable.ts';
import { halErrorFrom } from './errno.ts';
import { longBytes } from './ioctl.ts';
import { isLittleEndian } from './libc.ts';

/** What can be made to sound. */
export interface Sounder extends Closable {
  sound(isSounding: boolean): void;
}

/** Which beeper. */
export interface BeeperPlace {
  /** `/dev/input/…` */
  readonly device: string;
  /** What makes one, for the text of an error. */
  readonly module: 'beeper' | 'pcspkr';
  /** Default: 2,000. A beeper that knows one tone only plays that. */
  readonly toneHz?: number;
  /** In place of `/sys`. */
  readonly sysfs?: string;
  /** The size of `struct input_event`: 24 where a C `long` has 64 bits, 16 where it has 32. */
  readonly eventBytes?: number;
}

/** include/uapi/linux/input-event-codes.h */
const soundEvent = 0x12;
const bell = 0x01;
const tone = 0x02;

const leastHz = 20;
const mostHz = 20_000;

/**
 * A beeper behind evdev: `EV_SND` events are written to it. Errors: `unsupported` for an input
 * device that makes no sound, `bad-argument` for a tone that nobody hears.
 */
export function openBeeper(place: BeeperPlace): Sounder {
  const { device, module, toneHz = 2_000, sysfs = '/sys', eventBytes = 2 * longBytes + 8 } = place;
  if (!Number.isInteger(toneHz) || toneHz < leastHz || toneHz > mostHz) {
    const detail = `${toneHz} Hz is no tone from ${leastHz} to ${mostHz} Hz`;
    throw new HalError('bad-argument', 'buzzer', detail);
  }
  let fd: number | undefined = open(device, module);
  const code = soundOf({ device, sysfs, fd });
  return {
    sound: (isSounding) => {
      if (fd === undefined) throw new HalError('closed', 'buzzer', `${device} is closed`);
      const value = code === bell ? 1 : toneHz;
      const event = soundEventBytes({ code, value: isSounding ? value : 0, eventBytes });
      try {
        writeSync(fd, event);
      } catch (error) {
        throw halErrorFrom('buzzer', error, { what: 'sound the beeper', path: device });
      }
    },
    close: () => {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
}

function open(device: string, module: BeeperPlace['module']): number {
  try {
    return openSync(device, constants.O_WRONLY);
  } catch (error) {
    const failure = halErrorFrom('buzzer', error, { what: 'open the beeper', path: device });
    if (failure.code !== 'not-present') throw failure;
    const advice =
      module === 'pcspkr'
        ? 'load the module pcspkr (`modprobe pcspkr`), which many systems keep off by a blacklist'
        : 'load the module pwm-beeper or gpio-beeper, and see the board’s device tree';
    throw new HalError('not-present', 'buzzer', `${device} is not there; ${advice}`, {
      cause: error,
    });
  }
}

/** The best that the device can: a tone, or the one sound it has. The kernel ignores all else. */
function soundOf(opened: {
  readonly device: string;
  readonly sysfs: string;
  readonly fd: number;
}): number {
  const { device, sysfs, fd } = opened;
  try {
    const name = basename(realpathSync(device));
    const path = join(sysfs, 'class/input', name, 'device/capabilities/snd');
    const bits = Number.parseInt(readFileSync(path, 'utf8'), 16);
    if ((bits & (1 << tone)) !== 0) return tone;
    if ((bits & (1 << bell)) !== 0) return bell;
  } catch (error) {
    closeSync(fd);
    throw halErrorFrom('buzzer', error, { what: 'ask what sounds there are in', path: device });
  }
  closeSync(fd);
  const detail = `${device} is an input device without sound; choose the beeper's`;
  throw new HalError('unsupported', 'buzzer', detail);
}

/** `struct input_event`: the time, which the kernel sets itself, then type, code and value. */
function soundEventBytes(sound: {
  readonly code: number;
  readonly value: number;
  readonly eventBytes: number;
}): Uint8Array {
  const { code, value, eventBytes } = sound;
  const view = new DataView(new ArrayBuffer(eventBytes));
  view.setUint16(eventBytes - 8, soundEvent, isLittleEndian);
  view.setUint16(eventBytes - 6, code, isLittleEndian);
  view.setInt32(eventBytes - 4, value, isLittleEndian);
  return new Uint8Array(view.buffer);
}
