import { timeMasks } from './registers.ts';

/**
 * The calendar that the chip counts by: two centuries in which every fourth year is a leap year,
 * 00 of the second century too. It is ours up to 28 February 2100.
 */
const daysOfCycle = 73_050;
const daysOfFourYears = 1_461;
const secondsOfDay = 86_400;
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** How the chip shows a count of seconds. */
export interface Showing {
  /** 12 hours with AM and PM instead of 24. */
  readonly isTwelveHour: boolean;
  /** Day of the week on 1 January of 00, 0 to 6; the register shows it from 1 on. */
  readonly firstDay: number;
}

/** What was read out of the seven registers. */
export interface ChipTime extends Showing {
  /** Since 1 January of 00 in the century whose bit is 0. */
  readonly seconds: number;
}

/** Two digits, one a nibble. */
function toBcd(value: number): number {
  return (Math.floor(value / 10) << 4) | (value % 10);
}

/** The number that two digits are; undefined where one is no digit. */
export function fromBcd(byte: number): number | undefined {
  const units = byte & 0x0f;
  const tens = byte >> 4;
  return units > 9 || tens > 9 ? undefined : tens * 10 + units;
}

/** The registers 00 to 06 at a count of seconds; it may be negative and of any size. */
export function toTimeRegisters(seconds: number, showing: Showing): Uint8Array {
  const days = Math.floor(seconds / secondsOfDay);
  const second = seconds - days * secondsOfDay;
  const hour = Math.floor(second / 3600);
  const { year, month, date } = dateOf(modulo(days, daysOfCycle));
  return Uint8Array.of(
    toBcd(second % 60),
    toBcd(Math.floor(second / 60) % 60),
    toHour(hour, showing.isTwelveHour),
    modulo(days + showing.firstDay, 7) + 1,
    toBcd(date),
    toBcd(month) | (year >= 100 ? 0x80 : 0),
    toBcd(year % 100),
  );
}

/** The time that registers 00 to 06 hold; undefined where there is no such time. */
export function fromTimeRegisters(registers: Uint8Array): ChipTime | undefined {
  const [seconds = 0, minutes = 0, hours = 0, day = 0, date = 0, month = 0, year = 0] = registers;
  const secondOfMinute = within(fromBcd(seconds), 0, 59);
  const minute = within(fromBcd(minutes), 0, 59);
  const hour = fromHour(hours);
  const yearOfCentury = fromBcd(year);
  const monthOfYear = within(fromBcd(month & 0x1f), 1, 12);
  if (yearOfCentury === undefined || monthOfYear === undefined) return undefined;
  const dateOfMonth = within(fromBcd(date), 1, daysOf(monthOfYear, yearOfCentury));
  if (secondOfMinute === undefined || minute === undefined || hour === undefined) return undefined;
  if (dateOfMonth === undefined || day === 0) return undefined;
  const fullYear = yearOfCentury + ((month & 0x80) === 0 ? 0 : 100);
  const days = daysBefore(fullYear, monthOfYear) + dateOfMonth - 1;
  return {
    seconds: days * secondsOfDay + hour * 3600 + minute * 60 + secondOfMinute,
    isTwelveHour: (hours & 0x40) !== 0,
    firstDay: modulo(day - 1 - days, 7),
  };
}

/** An hour register, 00 to 23 or with AM and PM, as 0 to 23. */
export function fromHour(byte: number): number | undefined {
  if ((byte & 0x40) === 0) return within(fromBcd(byte & 0x3f), 0, 23);
  const hour = within(fromBcd(byte & 0x1f), 1, 12);
  return hour === undefined ? undefined : (hour % 12) + ((byte & 0x20) === 0 ? 0 : 12);
}

/** What a byte leaves in a time register. */
export function maskedTime(address: number, byte: number): number {
  return byte & (timeMasks[address] ?? 0);
}

function toHour(hour: number, isTwelveHour: boolean): number {
  if (!isTwelveHour) return toBcd(hour);
  return 0x40 | (hour >= 12 ? 0x20 : 0) | toBcd(hour % 12 === 0 ? 12 : hour % 12);
}

function dateOf(days: number): { year: number; month: number; date: number } {
  const dayOfFour = days % daysOfFourYears;
  const yearOfFour = dayOfFour < 366 ? 0 : Math.floor((dayOfFour - 1) / 365);
  const year = Math.floor(days / daysOfFourYears) * 4 + yearOfFour;
  let date = dayOfFour - (yearOfFour === 0 ? 0 : yearOfFour * 365 + 1) + 1;
  let month = 1;
  while (date > daysOf(month, year)) {
    date -= daysOf(month, year);
    month += 1;
  }
  return { year, month, date };
}

function daysBefore(year: number, month: number): number {
  let days = Math.floor(year / 4) * daysOfFourYears;
  if (year % 4 > 0) days += (year % 4) * 365 + 1;
  for (let before = 1; before < month; before += 1) days += daysOf(before, year);
  return days;
}

function daysOf(month: number, year: number): number {
  return month === 2 && year % 4 === 0 ? 29 : (monthDays[month - 1] ?? 0);
}

function within(value: number | undefined, least: number, most: number): number | undefined {
  return value !== undefined && value >= least && value <= most ? value : undefined;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
