import type { StepDefinition } from '../step.ts';
import { advanceTo } from './advance-to.ts';
import { captureSerial } from './capture-serial.ts';
import { clock } from './clock.ts';
import { delay } from './delay.ts';
import { expectBeeps } from './expect-beeps.ts';
import { expectLed } from './expect-led.ts';
import { expectLog } from './expect-log.ts';
import { expectMail } from './expect-mail.ts';
import { expectPin } from './expect-pin.ts';
import { expectState } from './expect-state.ts';
import { failSerial } from './fail-serial.ts';
import { fault } from './fault.ts';
import { forEach } from './for-each.ts';
import { http } from './http.ts';
import { ntp } from './ntp.ts';
import { phone } from './phone.ts';
import { power } from './power.ts';
import { press } from './press.ts';
import { repeat } from './repeat.ts';
import { rtc } from './rtc.ts';
import { setControl } from './set-control.ts';
import { signIn } from './sign-in.ts';
import { restore, snapshot } from './snapshot.ts';
import { takeScreenshot } from './take-screenshot.ts';
import { stimulus } from './stimulus.ts';
import { waitLed } from './wait-led.ts';
import { waitPin } from './wait-pin.ts';
import { waitSerial } from './wait-serial.ts';
import { waitState } from './wait-state.ts';
import { writeSerial } from './write-serial.ts';

/** Every kind of step, by its key. */
export const stepDefinitions: ReadonlyMap<string, StepDefinition> = new Map(
  [
    delay,
    waitSerial,
    writeSerial,
    captureSerial,
    failSerial,
    setControl,
    expectPin,
    waitPin,
    press,
    stimulus,
    power,
    expectBeeps,
    expectLed,
    waitLed,
    expectState,
    waitState,
    expectLog,
    http,
    signIn,
    expectMail,
    fault,
    rtc,
    ntp,
    clock,
    phone,
    advanceTo,
    snapshot,
    restore,
    takeScreenshot,
    repeat,
    forEach,
  ].map((definition) => [definition.key, definition]),
);
