import { runChecks, runShortChecks } from './checks.js';
import { runBench, runFirmware } from './firmware.js';
import { runI2c } from './i2c.js';

/** What the kernel's command line names. */
const tasks = {
  checks: runChecks,
  firmware: runFirmware,
  bench: runBench,
  i2c: runI2c,
  async short() {
    await runShortChecks();
    return runFirmware();
  },
};

const task = tasks[process.argv[2]];
if (task === undefined) throw new Error(`no task «${process.argv[2]}»`);
process.exit(await task());
