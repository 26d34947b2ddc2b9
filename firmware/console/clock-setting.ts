import type { Services } from '../services.ts';
import { setClockByHand } from '../time/manual-setting.ts';
import { serialAddress } from './session.ts';

/** Sets the wall clock and the RTC to a time as a person writes it; false where it is none. */
export function setClockAtConsole(
  services: Services,
  user: string,
  text: string,
  print: (text: string) => void,
): boolean {
  const outcome = setClockByHand(services, text, { user, address: serialAddress });
  if (!outcome.ok) print(`Refused: ${outcome.text}.`);
  else if (!outcome.isRtcSet) {
    print('The RTC could not be set: the time is lost at power-off.');
  }
  return outcome.ok;
}
