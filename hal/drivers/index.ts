/** Drivers that need no operating system: chips on a bus, protocols over datagrams. */
export { createDs3231 } from './ds3231.ts';
export { createSntp } from './sntp.ts';
export type { SntpOptions } from './sntp.ts';
