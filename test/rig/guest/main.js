import { runChecks } from './checks.js';
import { runFirmware } from './firmware.js';

/** What the kernel's command line names. */
const tasks = { checks: runChecks, firmware: runFirmware };

const task = tasks[process.argv[2]];
if (task === undefined) throw new Error(`no task «${process.argv[2]}»`);
process.exit(await task());
