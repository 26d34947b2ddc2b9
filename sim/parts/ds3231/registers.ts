/** The register map of the DS3231, by address; the datasheet's figure 1. */
export const register = {
  seconds: 0x00,
  minutes: 0x01,
  hours: 0x02,
  day: 0x03,
  date: 0x04,
  month: 0x05,
  year: 0x06,
  alarm1: 0x07,
  alarm2: 0x0b,
  control: 0x0e,
  status: 0x0f,
  aging: 0x10,
  temperatureHigh: 0x11,
  temperatureLow: 0x12,
} as const;

/** How many there are; the address pointer goes on to 00 after the last. */
export const registerCount = 0x13;

/** Bits of the control register. */
export const control = {
  /** Stops the oscillator while the chip lives on its battery. */
  stopOnBattery: 0x80,
  /** Lets the pin work on battery as well. */
  pinOnBattery: 0x40,
  convert: 0x20,
  rate: 0x18,
  isInterrupt: 0x04,
  alarm2Enable: 0x02,
  alarm1Enable: 0x01,
} as const;

/** Bits of the status register. */
export const status = {
  stopped: 0x80,
  output32kHz: 0x08,
  busy: 0x04,
  alarm2: 0x02,
  alarm1: 0x01,
} as const;

/** What of each time register can be written; the rest reads 0. */
export const timeMasks: readonly number[] = [0x7f, 0x7f, 0x7f, 0x07, 0x3f, 0x9f, 0xff];

/** Control and status after the first supply, before the oscillator flag. */
export const powerOn = { control: 0x1c, status: 0x08 } as const;
