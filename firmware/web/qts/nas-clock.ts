import type { Services } from '../../services.ts';
import { dateFormats } from '../../settings/definitions.ts';
import { timeStyle, zonelessTimeText } from '../../time/local-time.ts';
import type { XmlElement } from './xml.ts';

/** The NAS's own clock: whoever's code does not match may see why. */
export function nasClock({ wallClock, settings, timekeeper }: Services): readonly XmlElement[] {
  const nowMs = wallClock.nowMs();
  const { trust, sinceSyncMs } = timekeeper.status;
  const style = timeStyle(settings);
  return [
    ['timezone', style.zone],
    ['timestamp', Math.floor(nowMs / 1000)],
    ['timestring', zonelessTimeText(nowMs, style)],
    ['time_format', style.hours],
    ['date_format_index', dateFormats.indexOf(settings.get('time.dateFormat')) + 1],
    // Beyond the vendor: whether that clock is worth a comparison.
    ['clock_trust', trust],
    ['clock_synced_ago', sinceSyncMs === undefined ? -1 : Math.floor(sinceSyncMs / 1000)],
  ];
}
