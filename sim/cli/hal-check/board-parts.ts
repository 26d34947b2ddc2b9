import type { BoardFile } from '#hal/linux/board-file';
import { buttonCheck } from './button-check.ts';
import type { PartCheck } from './check-bench.ts';
import { consoleCheck } from './console-check.ts';
import { dataVolumeCheck, storageCheck } from './file-checks.ts';
import { buzzerCheck, ledsCheck } from './lamp-checks.ts';
import {
  clockCheck,
  identityCheck,
  networkCheck,
  ntpCheck,
  powerCheck,
  randomCheck,
  sensorsCheck,
} from './machine-checks.ts';
import { rtcCheck } from './rtc-check.ts';
import { watchdogCheck } from './watchdog-check.ts';

/** The parts of a board that there are checks for: what needs a hand first. */
export function partsOf(file: BoardFile): readonly PartCheck[] {
  const { buzzer, rtc, watchdog, ntp } = file;
  return [
    buttonCheck(file),
    ledsCheck(file),
    ...(buzzer === undefined ? [] : [buzzerCheck(buzzer)]),
    consoleCheck(file),
    ...(rtc === undefined ? [] : [rtcCheck(rtc)]),
    storageCheck(file),
    dataVolumeCheck(file),
    identityCheck(file),
    networkCheck(file),
    sensorsCheck(file),
    ...(ntp.servers.length === 0 ? [] : [ntpCheck(file)]),
    clockCheck(),
    randomCheck(),
    ...(watchdog === undefined ? [] : [watchdogCheck(file)]),
    powerCheck(),
  ];
}
