import type { Services } from '../services.ts';
import { parseTime, utcText } from '../time/local-time.ts';
import { serialAddress } from './session.ts';

/** Sets the wall clock and the RTC to a time as a person writes it; false where it is none. */
export function setClockByHand(
  services: Services,
  userName: string,
  text: string,
  print: (text: string) => void,
): boolean {
  const { settings, wallClock, log } = services;
  const parsed = parseTime(text, settings.get('time.zone'));
  if (!parsed.ok) {
    print(`Refused: ${parsed.text}.`);
    return false;
  }
  const beforeMs = wallClock.nowMs();
  const rtc = wallClock.setManually(parsed.timeMs);
  log.append({
    severity: 'info',
    category: 'time',
    text: `clock set from ${utcText(beforeMs)} to ${utcText(parsed.timeMs)}`,
    user: userName,
    address: serialAddress,
  });
  if (rtc === 'rtc-failed') print('The RTC could not be set: the time is lost at power-off.');
  return true;
}
