import type { Services } from '../../services.ts';
import { timeStyle, zonelessTimeText } from '../../time/local-time.ts';
import type { XmlElement } from './xml.ts';

/** Date formats in the order in which the wire counts them, from 1. */
const dateFormats = [
  'YYYY/M/D',
  'YYYY.M.D',
  'YYYY-M-D',
  'M/D/YYYY',
  'M.D.YYYY',
  'M-D-YYYY',
  'D/M/YYYY',
  'D.M.YYYY',
  'D-M-YYYY',
];

/** The NAS's own clock: whoever's code does not match may see why. */
export function nasClock({ wallClock, settings }: Services): readonly XmlElement[] {
  const nowMs = wallClock.nowMs();
  const style = timeStyle(settings);
  return [
    ['timezone', style.zone],
    ['timestamp', Math.floor(nowMs / 1000)],
    ['timestring', zonelessTimeText(nowMs, style)],
    ['time_format', style.hours],
    ['date_format_index', dateFormats.indexOf(style.dateFormat) + 1],
  ];
}
