import type { SimBoard } from '../../board.ts';
import { formatSpeed } from '../../kernel/pacer.ts';
import { version } from '../version.ts';
import type { LiveBench } from './live-bench.ts';

/** What is printed on the board, a fact a line. */
export function labelLines({ label }: SimBoard): readonly string[] {
  return [
    `model      ${label.model}`,
    `serial     ${label.serialNumber}`,
    ...label.macAddresses.map((mac, place) => `MAC ${place + 1}      ${mac}`),
    `password   ${label.defaultPassword}   (of admin, until it is changed; reset restores it)`,
  ];
}

/** What a person needs to know at the start. */
export function bannerLines(
  live: LiveBench,
  where: {
    readonly statePath: string | undefined;
    readonly console: string;
    readonly serial: readonly string[];
    /** Absent where nobody wants it. */
    readonly api: string | undefined;
  },
): readonly string[] {
  const { board, world } = live.bench;
  const { label } = board;
  const macs = label.macAddresses.map((mac, place) => `MAC ${place + 1}  ${mac}`).join('   ');
  const time = new Date(world.nowUs / 1000).toISOString().slice(0, 19).replace('T', ' ');
  const kept = live.isRestored ? 'the board kept in' : 'a new board, kept in';
  return [
    `nasboard ${version}   board ${label.model}   serial ${label.serialNumber}   ${macs}`,
    `  label      password of admin: ${label.defaultPassword}   (until it is changed)`,
    `  time       ${formatSpeed(live.pacer.speed)}, true time ${time} UTC   seed ${world.random.seed}`,
    ...(where.statePath === undefined ? [] : [`  state      ${kept} ${where.statePath}`]),
    `  NAS web    ${live.web.where}`,
    ...(where.api === undefined ? [] : [`  bench API  ${where.api}`]),
    `  mailbox    ${live.mail.where}   read it: bench> mail`,
    `  time from  ${live.ntp.where}`,
    ...where.serial.map((line, place) => `  ${place === 0 ? 'serial ' : '       '}    ${line}`),
    `  console    ${where.console}`,
    '',
  ];
}
