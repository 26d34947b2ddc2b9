export type { Board } from './board.ts';
export type { Button, ButtonEdge } from './button.ts';
export type { Buzzer } from './buzzer.ts';
export type { Clock, TimerId } from './clock.ts';
export type { DataEntry, DataVolume } from './data-volume.ts';
export type { DatagramHandlers, DatagramMessage, Datagrams, DatagramSocket } from './datagram.ts';
export { HalError, halErrorCodes, isHalError, KissOfDeath, kissOf } from './errors.ts';
export type { HalErrorCode, PortName } from './errors.ts';
export type { HostWork } from './host-work.ts';
export type { I2cBus } from './i2c.ts';
export type { Identity } from './identity.ts';
export type { Led, LedColour, Leds } from './led.ts';
export type { Mail, MailEnvelope, SmtpServer } from './mail.ts';
export type {
  AdapterStatus,
  AdapterTraffic,
  AddressSettings,
  HttpListener,
  Network,
} from './network.ts';
export type { Ntp, NtpCheck, NtpLeap, NtpSample } from './ntp.ts';
export type { BootReason, Power } from './power.ts';
export type { RandomSource } from './random.ts';
export type { Rtc, RtcReading } from './rtc.ts';
export type { CpuReading, FanReading, MemoryReading, Sensors } from './sensors.ts';
export type { SerialConsole } from './serial.ts';
export type { Storage } from './storage.ts';
export type { Watchdog } from './watchdog.ts';
