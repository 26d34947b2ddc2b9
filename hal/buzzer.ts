/** A dumb buzzer: it sounds or it does not; beep lengths are the firmware's business. */
export interface Buzzer {
  /** Repeating the present state changes nothing and is no error. */
  set(sounding: boolean): void;
}
