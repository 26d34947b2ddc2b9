import type { Board } from '../board.ts';
import type { HalError } from '../errors.ts';
import type { BoardFile } from './board-file.ts';
import { createClock } from './clock.ts';
import type { Closable } from './closable.ts';
import { createDataVolume } from './data-volume.ts';
import { createHostWork } from './host-work.ts';
import { createIdentity } from './identity.ts';
import { createMail } from './mail.ts';
import { createApplyCommand } from './network-command.ts';
import { createNetwork } from './network.ts';
import { createNtp } from './ntp.ts';
import { BoardFailure, Opening, type PartFinding } from './opening.ts';
import { createRandom } from './random.ts';
import { createSensors } from './sensors.ts';
import { createSerial } from './serial.ts';
import { createStorage } from './storage.ts';
import {
  openBuzzer,
  openLeds,
  openPower,
  openResetButton,
  openRtc,
  openWatchdog,
} from './wired-parts.ts';

/** What the board is not told by its file. */
export interface LinuxBoardOptions {
  /** The build date of the firmware: decides the era of what time servers tell. */
  readonly buildDateMs: number;
  /** Told of a part that fails or goes away while the board runs, and of settings that do. */
  readonly onFault?: (error: HalError) => void;
}

/** A board that can be let go of: everything is closed, the storage last. */
export interface LinuxBoard extends Board {
  /**
   * Lets go of the hardware. Unless that is the orderly end, an armed watchdog goes on, and
   * restarts the machine where nobody starts the firmware anew. A second call is no error.
   */
  close(end?: { readonly isOrderly: boolean }): Promise<void>;
}

/**
 * Opens all that a board file names. Throws a `BoardFailure` that tells all that failed, with
 * nothing left open. Where another process has the storage that is all it tells, and nothing else
 * was touched: the parts are the other's.
 */
export async function createLinuxBoard(
  file: BoardFile,
  options: LinuxBoardOptions,
): Promise<LinuxBoard> {
  const opening = new Opening();
  const parts = await openParts(file, options, opening);
  if (parts === undefined) {
    await opening.close();
    throw new BoardFailure(opening.findings);
  }
  return {
    ...parts,
    async close({ isOrderly } = { isOrderly: true }) {
      if (isOrderly) parts.watchdog.close();
      await opening.close();
    },
  };
}

/** Opens all that a board file names, closes it again, and tells of each part what came of it. */
export async function checkLinuxBoard(
  file: BoardFile,
  options: LinuxBoardOptions,
): Promise<readonly PartFinding[]> {
  const opening = new Opening();
  const parts = await openParts(file, options, opening);
  parts?.watchdog.close();
  await opening.close();
  return opening.findings;
}

/** Opens all, or answers nothing; where a driver breaks instead of failing, nothing stays open. */
async function openParts(
  file: BoardFile,
  options: LinuxBoardOptions,
  opening: Opening,
): Promise<Parts | undefined> {
  try {
    return await openEach(file, options, opening);
  } catch (bug) {
    await opening.close();
    throw bug;
  }
}

type Parts = Board & { readonly watchdog: Closable };

async function openEach(
  file: BoardFile,
  { buildDateMs, onFault = () => undefined }: LinuxBoardOptions,
  opening: Opening,
): Promise<Parts | undefined> {
  const { sysfs, network } = file;
  const storage = await opening.open('storage', () => createStorage({ directory: file.storage }));
  if (opening.hasFailed) return undefined;
  const clock = createClock();
  const context = { clock, onFault };
  const random = createRandom();
  const hostWork = createHostWork();
  const mail = createMail();
  const ntp = createNtp({ ...file.ntp, clock, random, pivotMs: buildDateMs });
  opening.keep(clock, random, hostWork, mail, ntp);
  const identity = await opening.open('identity', () => createIdentity({ ...file, sys: sysfs }));
  const settings =
    network.apply === undefined ? undefined : createApplyCommand(network.apply, onFault);
  if (settings !== undefined) opening.keep(settings);
  const parts = {
    storage,
    identity,
    dataVolume: await opening.open('data-volume', () =>
      createDataVolume({ directory: file.dataVolume }),
    ),
    network: await opening.open('network', () =>
      createNetwork({
        macAddresses: identity?.macAddresses ?? [],
        listen: network.listen,
        sys: sysfs,
        ...(settings !== undefined && { apply: settings.apply }),
      }),
    ),
    console: await opening.open('console', () => createSerial(file.console)),
    resetButton: await opening.open('reset-button', () => openResetButton(file, context)),
    leds: await opening.open('leds', () => openLeds(file, context)),
    buzzer: await opening.open('buzzer', () => openBuzzer(file, context)),
    rtc: await opening.open('rtc', () => openRtc(file, context)),
    sensors: await opening.open('sensors', () =>
      createSensors({ sysfs, clock, paths: file.sensors }),
    ),
    watchdog: await opening.look('watchdog', () => openWatchdog(file)),
    power: await opening.open('power', () => openPower(file)),
  };
  if (!isComplete(parts)) return undefined;
  const { console } = parts.console;
  return { clock, random, hostWork, mail, ntp, ...parts, console };
}

function isComplete<T extends Readonly<Record<string, unknown>>>(
  parts: T,
): parts is { [K in keyof T]: Exclude<T[K], undefined> } & T {
  return Object.values(parts).every((part) => part !== undefined);
}
