import { openStore } from '#firmware/store/store';
import type { Bench } from '../../bench.ts';
import { SimBoard } from '../../board.ts';
import { World } from '../../kernel/world.ts';
import type { FlashImage } from '../../parts/flash-image.ts';
import { tellableEnd } from '../../parts/shown-secrets.ts';
import { honest } from '../../peers/time-server-behaviour.ts';
import type { Finding } from '../failure-report.ts';

/** Longer than any boot, repairs of the store and a restart by the watchdog included. */
const recoveryMaxUs = 180_000_000;

/** A console as slow as a real one has said everything after so long. */
const tellingUs = 10_000_000;

/**
 * What must hold whatever was done to a board: once all is well around it and it is switched off
 * and on, it comes up or says why not, its store is whole, and it has told no secret. Answers what
 * does not hold.
 */
export async function checkInvariants(
  bench: Bench,
  secrets: readonly string[],
): Promise<Finding | undefined> {
  const { world, board } = bench;
  endFaults(bench);
  board.powerOff();
  await world.settle();
  board.powerOn();
  const isDone = (): boolean => isSettled(bench.states()['appliance']);
  await world.runWhile(() => !isDone(), world.nowUs + recoveryMaxUs);
  const state = bench.states()['appliance'] ?? 'off';
  const wasDamaged = bench.trace.records.some(isDamage);
  if (state === 'halted') {
    await world.runFor(tellingUs);
    const reason = /HALTED\. [^\r\n]+/.exec(board.uart.output)?.[0];
    if (reason === undefined) return broken('that it says why it halted', 'nothing');
    if (!wasDamaged) return broken('ready: nothing has damaged the flash', tellableEnd('', reason));
  } else if (state !== 'ready') {
    return broken('ready or halted within three minutes of power-on', state);
  }
  board.powerOff();
  await world.settle();
  const problem = state === 'ready' ? storeProblem(board.flash.image()) : undefined;
  if (problem !== undefined && !wasDamaged) return broken('a store that is whole', problem);
  const leak = secrets.findIndex((secret) => secret !== '' && isTold(bench, secret));
  return leak < 0 ? undefined : broken('no secret in the trace', `secret number ${leak + 1}`);
}

/** The world around the board is as it should be. */
function endFaults({ board, mailServer, timeServers }: Bench): void {
  board.resetButton.reset();
  board.flash.endFaults();
  board.rtc.bus.reset();
  board.network.adapters().forEach((_adapter, place) => board.network.setCable(place, true));
  mailServer.up();
  for (const server of timeServers.all) server.set(honest);
}

function isSettled(state: string | undefined): boolean {
  return state === 'ready' || state === 'halted';
}

/** Whether content of the flash was changed behind the firmware's back. */
function isDamage({ stimulus, kind }: { stimulus?: true; kind: string }): boolean {
  return stimulus === true && (kind === 'flip-bit' || kind === 'lie-about-sync');
}

/** The firmware's own thorough check, on a scratch board with the same flash. */
function storeProblem(image: FlashImage): string | undefined {
  const board = new SimBoard(new World({ seed: 0 }), { name: 'check', flash: { image } });
  let problem: string | undefined;
  board.install(({ storage, random }) => {
    const opened = openStore(storage, { random });
    problem = opened.ok ? opened.store.checkIntegrity() : `${opened.reason}: ${opened.detail}`;
    if (opened.ok) opened.store.close();
    return { stop: () => undefined };
  });
  board.powerOn();
  board.powerOff();
  return problem;
}

/**
 * Whether the board tells it, before anybody has typed it in the open: a fault may turn the prompt
 * for a password into the one for a name, and what is typed there is echoed.
 */
function isTold({ trace }: Bench, secret: string): boolean {
  const first = trace.records.find((record) => JSON.stringify(record).includes(secret));
  return first !== undefined && first.stimulus !== true;
}

function broken(expected: string, seen: string): Finding {
  return { problem: 'what must always hold does not', expected, seen };
}
