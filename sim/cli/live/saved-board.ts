import type { Beginning } from '../../beginning.ts';
import type { BoardOptions, SimBoard } from '../../board.ts';
import { UsageError } from '../../kernel/invariant.ts';
import { deserialiseDataVolume, serialiseDataVolume } from '../../parts/data-volume-image.ts';
import { deserialiseFlashImage, serialiseFlashImage } from '../../parts/flash-image.ts';
import type { BoardFacts, SavedBoard } from '../../state-dir.ts';

/** What would be left of the board if its plug were pulled now. */
export function saveBoard(board: SimBoard): SavedBoard {
  const { world, label, rtc } = board;
  return {
    facts: {
      seed: world.random.seed,
      startCount: world.random.startCount,
      savedAtUs: world.nowUs,
      label: {
        model: label.model,
        serialNumber: label.serialNumber,
        macAddresses: label.macAddresses,
      },
      crystalPpm: board.crystalPpm,
      rtc: {
        offsetMs: rtc.timeMs - world.nowUs / 1000,
        driftPpm: rtc.driftPpm,
        battery: rtc.isBatteryGood ? 'good' : 'dead',
        valid: rtc.isValid,
      },
    },
    flash: serialiseFlashImage(board.flash.image()),
    dataVolume: serialiseDataVolume(board.dataVolume.image()),
  };
}

/**
 * How to build the saved board again, at `startUs`: its clock chip has gone on by itself. What
 * `wanted` says of the conditions around it holds; a label other than the saved one is refused.
 */
export function savedBoardOptions(
  saved: SavedBoard,
  wanted: BoardOptions,
  startUs: number,
): BoardOptions {
  const { facts } = saved;
  refuseOtherLabel(facts, wanted);
  const awayMs = (startUs - facts.savedAtUs) / 1000;
  return {
    ...wanted,
    ...facts.label,
    crystalPpm: wanted.crystalPpm ?? facts.crystalPpm,
    rtc: wanted.rtc ?? {
      offsetMs: facts.rtc.offsetMs + awayMs * facts.rtc.driftPpm * 1e-6,
      driftPpm: facts.rtc.driftPpm,
      battery: facts.rtc.battery,
    },
    flash: { ...wanted.flash, image: deserialiseFlashImage(saved.flash) },
  };
}

/** What options cannot say. */
export function savedBeginning(
  saved: SavedBoard,
  wanted: BoardOptions,
): Pick<Beginning, 'dataVolume' | 'isClockUnset'> {
  const { rtc } = saved.facts;
  // The chip ran on but had lost its time before.
  const isClockUnset = wanted.rtc === undefined && !rtc.valid && rtc.battery === 'good';
  return { dataVolume: deserialiseDataVolume(saved.dataVolume), isClockUnset };
}

function refuseOtherLabel({ label }: BoardFacts, wanted: BoardOptions): void {
  const differing = [
    ['model', label.model, wanted.model],
    ['serial-number', label.serialNumber, wanted.serialNumber],
    ['mac-addresses', label.macAddresses.join(' '), wanted.macAddresses?.join(' ').toUpperCase()],
  ].filter(([, saved, asked]) => asked !== undefined && asked !== saved);
  const [first] = differing;
  if (first === undefined) return;
  const [name, saved, asked] = first;
  throw new UsageError(
    `the state directory keeps a board with ${name} ${saved}, the board file says ${asked}: ` +
      'use another directory for another board',
  );
}
