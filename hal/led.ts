/** A bicolour indicator shows one of these; patterns in time are the firmware's business. */
export type LedColour = 'off' | 'green' | 'red';

/** A dumb bicolour LED. Setting the colour it has changes nothing and is no error. */
export interface Led {
  set(colour: LedColour): void;
}

/** The indicators of the front panel. */
export interface Leds {
  readonly status: Led;
}
