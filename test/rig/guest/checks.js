import { readFileSync, rmSync } from 'node:fs';
import * as suites from 'nasboard/hal/conformance';
import * as linux from 'nasboard/hal/linux';
import { resetKey } from './devices.js';
import { ask, tell } from './host.js';

/** After an act the driver hears of it within so long, debounced by the kernel. */
const settleMs = 400;

const clock = linux.createClock();

/** By the clock under test: what is due before has happened then. */
const pass = (ms) => new Promise((resolve) => clock.setTimeout(resolve, ms));

/** What this rig cannot judge, and why. */
const beyondRig = {
  'answers the time of the server in the middle of the round trip':
    'the guest learns the time of the host no better than by the driver itself',
};

/**
 * Runs a suite on a driver that is opened for it, and tells the host of each check. `beyond`:
 * checks that the emulated hardware is wrong for, each with what is wrong with it.
 */
export async function check(name, suite, open, beyond = beyondRig) {
  let rig;
  try {
    rig = await open();
    for (const one of suite.checks) {
      if (beyond[one.name] !== undefined) {
        tell({ driver: name, check: one.name, result: 'unsupported', detail: beyond[one.name] });
        continue;
      }
      const { result, error, reason } = await suites.runCheck(suite, one, rig.subject);
      tell({ driver: name, check: one.name, result, detail: reason ?? error?.message });
    }
  } catch (error) {
    tell({ driver: name, check: 'opens', result: 'failed', detail: error.message });
  } finally {
    await rig?.close();
  }
}

const { reopening } = suites;

const button = (line, config) => () =>
  reopening(
    () => linux.createButton(config, { clock }),
    ({ restart }) => ({
      async press() {
        await ask('press', line);
        await pass(settleMs);
      },
      async release() {
        await ask('release', line);
        await pass(settleMs);
      },
      nowMs: () => clock.now(),
      pass,
      async restart() {
        await ask('release', line);
        await pass(settleMs);
        return restart();
      },
    }),
  );

const freeLine = { chip: 'gpiochip0', line: 'RESET', activeLow: true, bias: 'as-is' };
const ledFolder = (colour) => `/sys/class/leds/nas:${colour}:status`;

const leds = () =>
  reopening(
    () => linux.createLeds({ status: { green: ledFolder('green'), red: ledFolder('red') } }),
    ({ restart }) => ({
      async colour() {
        const lit = await ask('lit');
        return lit === '' ? 'off' : lit;
      },
      restart,
    }),
  );

const buzzer = () =>
  reopening(
    () =>
      linux.createBuzzer({ driver: 'gpio', chip: 'gpiochip0', line: 'BUZZER', activeLow: false }),
    ({ restart }) => ({ isSounding: async () => (await ask('sounds')) === 'yes', restart }),
  );

/** A clock chip, to be tried by its suite. */
export const rtc = (config) => () =>
  reopening(
    () => linux.createRtc(config, {}),
    () => ({ pass }),
  );

/** A program that waits for a full second is too slow for the suite, which takes no time for it. */
export function checkHwclock(device = '/dev/rtc0') {
  const name = 'sets and reads the chip, give or take the time that the program takes';
  const about = { driver: 'rtc hwclock', check: name };
  const port = linux.createRtc({ driver: 'rtc', device, via: 'hwclock' }, {});
  try {
    const wantedMs = Date.UTC(2028, 1, 28, 12);
    const beganMs = clock.now();
    port.write(wantedMs);
    const { timeMs, valid } = port.read();
    const tookMs = clock.now() - beganMs;
    const isRight = valid && timeMs >= wantedMs - 1_000 && timeMs <= wantedMs + tookMs + 1_000;
    const detail = `${new Date(timeMs).toISOString()} after ${tookMs} ms`;
    tell({ ...about, result: isRight ? 'passed' : 'failed', detail });
  } catch (error) {
    tell({ ...about, result: 'failed', detail: error.message });
  } finally {
    port.close();
  }
}

const serial = async () => {
  const port = await linux.createSerial({ path: '/dev/ttyS0', baudRate: 115_200 });
  const subject = {
    port: port.console,
    act: {
      async received() {
        const parts = [];
        for (let isQuiet = false; !isQuiet;) {
          await pass(400);
          const part = Buffer.from(await ask('uart-received'), 'base64');
          isQuiet = part.length === 0;
          parts.push(part);
        }
        return Uint8Array.from(Buffer.concat(parts));
      },
      async send(bytes) {
        await ask('uart-send', Buffer.from(bytes).toString('base64'));
        await pass(500 + bytes.length);
      },
    },
  };
  return { subject, close: () => port.close() };
};

const files = (create) => async () => {
  const directory = '/data/checks';
  rmSync(directory, { recursive: true, force: true });
  const port = await create({ directory });
  return { subject: { port, act: {} }, close: () => port.close() };
};

const ntp = (driver) => async () => {
  const servers = [`10.0.2.2:${await ask('time-server')}`];
  const random = linux.createRandom();
  const port = linux.createNtp({ driver, clock, random, pivotMs: Date.UTC(2026, 10, 1), servers });
  const subject = {
    port,
    act: {
      pass,
      nowMs: () => clock.now(),
      async timeServer() {
        const aheadMs = Number(await ask('true-time')) - clock.now();
        return { name: servers[0], timeMs: () => clock.now() + aheadMs };
      },
    },
  };
  return { subject, close: () => undefined };
};

const keyLine = 2;
const gpioLine = 6;

/** What the firmware cannot do without. */
export async function runShortChecks() {
  const key = { driver: 'evdev', ...resetKey() };
  await check('button evdev', suites.buttonSuite, button(keyLine, key));
  await check('button gpio', suites.buttonSuite, button(gpioLine, { driver: 'gpio', ...freeLine }));
  await check('leds sysfs', suites.ledsSuite, leds);
  await check('rtc ioctl', suites.rtcSuite, rtc({ driver: 'rtc', device: '/dev/rtc0' }));
  await check('serial', suites.consoleSuite, serial);
  await check('storage', suites.storageSuite, files(linux.createStorage));
}

/** All drivers that the emulated hardware has something for. */
export async function runChecks() {
  console.log(`@note ${readFileSync('/proc/version', 'utf8').trim()}`);
  await runShortChecks();
  // Debian 12 has libgpiod 1.6, which knows lines by their number only.
  const byNumber = { ...freeLine, line: gpioLine };
  const byProgram = { driver: 'gpiomon', program: '/bin/gpiomon', ...byNumber };
  await check('button gpiomon', suites.buttonSuite, button(gpioLine, byProgram));
  await check('buzzer gpio', suites.buzzerSuite, buzzer);
  checkHwclock();
  await check('data volume', suites.dataVolumeSuite, files(linux.createDataVolume));
  await check('ntp sntp', suites.ntpSuite, ntp('sntp'));
  await check('ntp ntp-client', suites.ntpSuite, ntp('ntp-client'));
  await check('clock', suites.clockSuite, () => ({
    subject: { port: clock, act: { pass } },
    close: () => undefined,
  }));
  return 0;
}
