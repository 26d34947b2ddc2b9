import { HalError } from '#hal/errors';
import { type Canary, canariesOf, swallowing } from './canary.ts';

const clock = canariesOf('clock');
const rtc = canariesOf('rtc');

export const clockCanaries: readonly Canary[] = [
  clock('counts from before its life', [/from 0 on/], () => (port) => ({
    now: () => port.now() - 1e9,
  })),
  clock('shows more digits than it has', [/multiples of a microsecond/], () => (port) => ({
    now: () => port.now() + 0.0004,
  })),
  clock('goes back at every other reading', [/never runs backward/], () => (port) => {
    let readings = 0;
    return { now: () => port.now() + (readings++ % 2) };
  }),
  clock('stands', [/moves on/], () => () => ({ now: () => 5 })),
  clock('is the wall clock', [/step with the wall clock/], (rig) => () => {
    let startMs: number | undefined;
    return {
      now: () => {
        startMs ??= rig.board.rtc.timeMs;
        return rig.board.rtc.timeMs - startMs;
      },
    };
  }),
  clock('counts over all lives', [/starts anew/], (rig) => () => ({
    now: () => (rig.world.nowUs - rig.world.startUs) / 1000,
  })),
  clock('calls back early', [/not before the delay/], () => (port) => ({
    setTimeout: (callback, delayMs) => port.setTimeout(callback, delayMs / 2),
  })),
  clock('calls back again and again', [/calls back once/], () => (port) => ({
    setTimeout: (callback, delayMs) => {
      const again = (): void => {
        callback();
        port.setTimeout(again, 30);
      };
      return port.setTimeout(again, delayMs);
    },
  })),
  clock('calls back the last first', [/in order of time/], () => (port) => {
    let count = 0;
    return {
      setTimeout: (callback, delayMs) => port.setTimeout(callback, delayMs - (count += 0.001)),
    };
  }),
  clock('calls back at once without a delay', [/running work is done/], () => (port) => ({
    setTimeout: (callback, delayMs) =>
      delayMs <= 0 ? callback() : port.setTimeout(callback, delayMs),
  })),
  clock('takes no time-out from a callback', [/set the next time-out/], () => (port) => {
    let isCalling = false;
    return {
      setTimeout: (callback, delayMs) => {
        if (isCalling) return undefined;
        return port.setTimeout(() => {
          isCalling = true;
          callback();
          isCalling = false;
        }, delayMs);
      },
    };
  }),
  clock('forgets nothing', [/forgets a time-out/], () => () => ({ clearTimeout: () => undefined })),
  clock('wants to know every id', [/ignores ids/], () => (port) => ({
    clearTimeout: (id) => {
      if (typeof id !== 'object') throw new HalError('bad-argument', 'clock', 'no such time-out');
      port.clearTimeout(id);
    },
  })),
  clock('keeps delays in 31 bits', [/very long delay/], () => (port) => ({
    setTimeout: (callback, delayMs) =>
      port.setTimeout(callback, delayMs > 2 ** 31 - 1 ? 1 : delayMs),
  })),
  clock('calls back after its life', [/fires nothing/], (rig) => () => ({
    setTimeout: (callback, delayMs) =>
      rig.world.after(Math.max(0, Math.ceil(delayMs * 1000)), 'canary', callback),
  })),
];

export const rtcCanaries: readonly Canary[] = [
  rtc('cannot be set', [/holds noon/], () => () => ({ write: () => undefined })),
  rtc('is never valid', [/holds noon/], () => (port) => ({
    read: () => ({ ...port.read(), valid: false }),
  })),
  rtc('is always valid', [/oscillator stopped/, /night without battery/], () => (port) => ({
    read: () => ({ ...port.read(), valid: true }),
  })),
  rtc('rounds up', [/rounds a fraction/], () => (port) => ({
    write: (timeMs) => port.write(Math.ceil(timeMs / 1000) * 1000),
  })),
  rtc('takes any time', [/refuses NaN/, /refuses 1999/, /refuses 2100/], () => (port) => ({
    write: (timeMs) => swallowing(['bad-argument'], undefined, () => port.write(timeMs)),
  })),
  rtc('stands', [/by itself/, /leap day/, /while the board is off/], () => {
    let heldMs: number | undefined;
    return (port) => ({
      read: () => ({ ...port.read(), timeMs: heldMs ?? port.read().timeMs }),
      write: (timeMs) => {
        port.write(timeMs);
        heldMs = timeMs;
      },
    });
  }),
];
