import type { Bench } from '#sim/bench';
import type { SimBoard } from '#sim/board';

/** Pulls all network cables of a board: no time server can be reached. */
export function goOffline({ network, label }: Pick<SimBoard, 'network' | 'label'>): void {
  for (const adapter of label.macAddresses.keys()) network.setCable(adapter, false);
}

/** No time server answers: the clock is what the RTC said at boot, counted on. */
export function silenceTimeServers({ timeServers }: Pick<Bench, 'timeServers'>): void {
  for (const server of timeServers.all) server.set({ reachable: false });
}
