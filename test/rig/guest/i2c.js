import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import * as suites from 'nasboard/hal/conformance';
import * as linux from 'nasboard/hal/linux';
import { check, checkHwclock, rtc } from './checks.js';
import { tell } from './host.js';

const bus = '/sys/bus/i2c/devices/i2c-0';
const ownDriver = { driver: 'ds3231', bus: 0 };
const someMs = Date.UTC(2031, 6, 8, 9, 10, 11);

/** How QEMU's chip differs from a DS1338, whatever driver it is set by. */
const beyondChip = {
  'holds the last minute it can hold': 'it holds no time of more than 2^31 s from now',
  'rounds a fraction of a second down, or keeps it':
    'its seconds are those of the host: setting it begins none',
  'crosses the end of a leap day':
    'it takes each register for a date at once: 29 February is 1 March until the year is written',
};

/** Tells the kernel of the chip; answers the device that its driver then makes. */
function bind() {
  writeFileSync(`${bus}/new_device`, 'ds1338 0x68');
  for (const name of readdirSync('/sys/class/rtc')) {
    const label = readFileSync(`/sys/class/rtc/${name}/name`, 'utf8');
    if (label.startsWith('rtc-ds1307')) return `/dev/${name}`;
  }
  throw new Error('the kernel made no clock of the chip');
}

function unbind() {
  writeFileSync(`${bus}/delete_device`, '0x68');
}

/** One check that is no part of a suite: fails by throwing. */
function single(driver, name, run) {
  try {
    run();
    tell({ driver, check: name, result: 'passed' });
  } catch (error) {
    tell({ driver, check: name, result: 'failed', detail: error.message });
  }
}

function withRtc(config, use) {
  const port = linux.createRtc(config, {});
  try {
    return use(port);
  } finally {
    port.close();
  }
}

function expectAbout(timeMs) {
  const awayMs = timeMs - someMs;
  if (awayMs < -1_000 || awayMs > 20_000) throw new Error(new Date(timeMs).toISOString());
}

/**
 * The chip through the kernel's driver, then through the project's own over the bare bus, and then
 * each reading what the other has written.
 */
export async function runI2c() {
  const device = bind();
  console.log(`@note ${device}: ${readFileSync(`${bus}/0-0068/name`, 'utf8').trim()}`);
  const byKernel = { driver: 'rtc', device };
  await check('rtc ioctl', suites.rtcSuite, rtc(byKernel), beyondChip);
  checkHwclock(device);
  single('ds3231', 'leaves a chip alone that a driver of the kernel has', () => {
    try {
      withRtc(ownDriver, () => undefined);
    } catch (error) {
      if (error.code === 'busy') return;
      throw error;
    }
    throw new Error('it was opened');
  });
  withRtc(byKernel, (port) => port.write(someMs));
  unbind();
  single('ds3231', 'reads the time that the driver of the kernel has set', () =>
    expectAbout(withRtc(ownDriver, (port) => port.read().timeMs)),
  );
  await check('ds3231', suites.rtcSuite, rtc(ownDriver), beyondChip);
  await check('i2c', suites.i2cSuite, () => {
    const port = linux.createI2cBus({ bus: 0 });
    // Beyond its clock the chip has memory, up to 0x3f. An address at which nobody is cannot be
    // had: QEMU's adapter forgets such a transfer, and the kernel's driver waits in vain.
    const act = { scratch: () => ({ address: 0x68, first: 0x20 }) };
    return { subject: { port, act }, close: () => port.close() };
  });
  withRtc(ownDriver, (port) => port.write(someMs));
  single('ds3231', 'sets a time that the driver of the kernel reads', () =>
    expectAbout(withRtc({ driver: 'rtc', device: bind() }, (port) => port.read().timeMs)),
  );
  return 0;
}
