import type { Button } from './button.ts';
import type { Buzzer } from './buzzer.ts';
import type { Clock } from './clock.ts';
import type { DataVolume } from './data-volume.ts';
import type { HostWork } from './host-work.ts';
import type { Identity } from './identity.ts';
import type { Leds } from './led.ts';
import type { Mail } from './mail.ts';
import type { Network } from './network.ts';
import type { Ntp } from './ntp.ts';
import type { Power } from './power.ts';
import type { RandomSource } from './random.ts';
import type { Rtc } from './rtc.ts';
import type { Sensors } from './sensors.ts';
import type { SerialConsole } from './serial.ts';
import type { Storage } from './storage.ts';
import type { Watchdog } from './watchdog.ts';

/**
 * All that firmware may know of the world: one object for one power-on. Time and chance come from
 * here and from nowhere else. After a restart firmware gets a new board; the old one is dead: its
 * outputs do nothing, its listeners are never called again, and storage answers `closed`.
 *
 * Drivers report operating errors as `HalError` and nothing else.
 */
export interface Board {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly rtc: Rtc;
  readonly ntp: Ntp;
  readonly resetButton: Button;
  readonly leds: Leds;
  readonly buzzer: Buzzer;
  readonly console: SerialConsole;
  readonly storage: Storage;
  readonly dataVolume: DataVolume;
  readonly mail: Mail;
  readonly network: Network;
  readonly sensors: Sensors;
  readonly random: RandomSource;
  readonly hostWork: HostWork;
  readonly watchdog: Watchdog;
  readonly power: Power;
}
