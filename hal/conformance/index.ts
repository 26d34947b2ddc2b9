/**
 * What any board must do, one suite a port. Knows no test runner; a loop puts it into any:
 *
 *     for (const check of storageSuite.checks) {
 *       test(check.name, async () => {
 *         const outcome = await runCheck(storageSuite, check, subject);
 *         if (outcome.result === 'failed') throw outcome.error;
 *       });
 *     }
 */
export { buttonSuite } from './button-suite.ts';
export type { ButtonActs } from './button-suite.ts';
export { buzzerSuite } from './buzzer-suite.ts';
export type { BuzzerActs } from './buzzer-suite.ts';
export { clockSuite } from './clock-suite.ts';
export type { ClockActs } from './clock-suite.ts';
export { consoleSuite } from './console-suite.ts';
export type { ConsoleActs } from './console-suite.ts';
export { dataVolumeSuite } from './data-volume-suite.ts';
export type { DataVolumeActs } from './data-volume-suite.ts';
export { hostWorkSuite } from './host-work-suite.ts';
export type { HostWorkActs } from './host-work-suite.ts';
export { i2cSuite } from './i2c-suite.ts';
export type { I2cActs, ScratchRegisters } from './i2c-suite.ts';
export { identitySuite } from './identity-suite.ts';
export type { IdentityActs } from './identity-suite.ts';
export { ledsSuite } from './leds-suite.ts';
export type { LedsActs } from './leds-suite.ts';
export { mailSuite } from './mail-suite.ts';
export type { MailActs, TakenMail } from './mail-suite.ts';
export { networkSuite } from './network-suite.ts';
export type { NetworkActs } from './network-suite.ts';
export { ntpSuite } from './ntp-suite.ts';
export type { AnsweringServer, NtpActs, NtpForgery } from './ntp-acts.ts';
export { powerSuite } from './power-suite.ts';
export type { PowerActs } from './power-suite.ts';
export { randomSuite } from './random-suite.ts';
export type { RandomActs } from './random-suite.ts';
export { reopening } from './reopening.ts';
export type { Closing, Lives, ReopeningRig } from './reopening.ts';
export { rtcSuite } from './rtc-suite.ts';
export type { RtcActs } from './rtc-suite.ts';
export { sensorsSuite } from './sensors-suite.ts';
export type { SensorsActs } from './sensors-suite.ts';
export { storageSuite } from './storage-suite.ts';
export type { StorageActs } from './storage-suite.ts';
export { ConformanceFailure, runCheck, runSuite } from './suite.ts';
export type { CheckOutcome, ConformanceCheck, ConformanceSuite, Subject } from './suite.ts';
export { watchdogSuite } from './watchdog-suite.ts';
export type { WatchdogActs } from './watchdog-suite.ts';
