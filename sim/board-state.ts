import type { BootReason } from '#hal/power';
import type { CrystalState } from './kernel/crystal.ts';
import type { DataVolumeImage } from './parts/data-volume-image.ts';
import type { FlashImage } from './parts/flash-image.ts';
import type { Beep } from './parts/buzzer.ts';
import type { LedState } from './parts/led.ts';
import type { NetworkState } from './parts/network.ts';
import type { NtpState } from './parts/ntp.ts';
import type { RtcState } from './parts/rtc.ts';
import type { SensorsState } from './parts/sensors.ts';
import type { UartState } from './parts/uart.ts';
import type { WatchdogState } from './parts/watchdog.ts';

/** A board at one instant, as plain data and shared images. */
export interface BoardState {
  readonly poweredOnAtUs: number;
  readonly bootCount: number;
  readonly bootReason: BootReason;
  readonly crystalPpm: number;
  readonly crystal: CrystalState;
  readonly flash: FlashImage;
  readonly dataVolume: DataVolumeImage;
  readonly rtc: RtcState;
  readonly network: NetworkState;
  readonly ntp: NtpState;
  readonly sensors: SensorsState;
  readonly uart: UartState;
  readonly statusLed: LedState;
  readonly beeps: readonly Beep[];
  readonly watchdog: WatchdogState | undefined;
  /** How many events of the world this state accounts for. */
  readonly pendingEvents: number;
}
