import { defaultResetProfile, withAdvancedFiring, type ResetProfile } from '#firmware/index';
import type { BenchOptions } from '../bench.ts';
import type { BoardOptions } from '../board.ts';
import type { BoardHeader } from './header.ts';
import { behaviourOf } from './time-server-fields.ts';

/** The bench that a scenario's header asks for. */
export function benchOptionsOf(header: BoardHeader, seed: number): BenchOptions {
  const { start } = header;
  return {
    seed,
    board: boardOptionsOf(header),
    ...(start !== undefined && { startUs: start }),
    ...(header.ntp !== undefined && { timeServers: behaviourOf(header.ntp) }),
    ...(header.flash?.blank !== undefined && { isBlank: header.flash.blank }),
    ...(header.reset !== undefined && { firmware: { resetProfile: resetProfileOf(header.reset) } }),
  };
}

function boardOptionsOf(header: BoardHeader): BoardOptions {
  const { model, rtc, flash, uart } = header;
  const serialNumber = header['serial-number'];
  const macAddresses = header['mac-addresses'];
  const crystalPpm = header['crystal-ppm'];
  const sectorSize = flash?.['sector-size'];
  const tearSize = flash?.['tear-size'];
  return {
    ...(model !== undefined && { model }),
    ...(serialNumber !== undefined && { serialNumber }),
    ...(macAddresses !== undefined && { macAddresses }),
    ...(crystalPpm !== undefined && { crystalPpm }),
    ...(rtc !== undefined && {
      rtc: {
        ...(rtc.offset !== undefined && { offsetMs: rtc.offset / 1000 }),
        ...(rtc.drift !== undefined && { driftPpm: rtc.drift }),
        ...(rtc.battery !== undefined && { battery: rtc.battery }),
      },
    }),
    ...(flash !== undefined && {
      flash: {
        ...(sectorSize !== undefined && { sectorSize }),
        ...(tearSize !== undefined && { tearSize }),
        ...(flash.unsynced !== undefined && { unsynced: flash.unsynced }),
      },
    }),
    ...(uart?.pacing !== undefined && { uart: { pacing: uart.pacing } }),
  };
}

function resetProfileOf(header: NonNullable<BoardHeader['reset']>): ResetProfile {
  const { debounce, 'advanced-fires': fires } = header;
  return {
    ...(fires === undefined ? defaultResetProfile : withAdvancedFiring(fires)),
    ...(debounce !== undefined && { debounceMs: debounce / 1000 }),
  };
}
