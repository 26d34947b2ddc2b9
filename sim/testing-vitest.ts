import { expect } from 'vitest';
import { UsageError } from './kernel/invariant.ts';
import type { LampPattern } from './scenario/led-pattern.ts';
import {
  checkBeeps,
  checkLed,
  checkLog,
  checkPrinted,
  checkReset,
  checkState,
} from './test-kit/checks.ts';
import type { Duration } from './test-kit/duration.ts';
import { TestBuzzer, TestLed } from './test-kit/indicators.ts';
import { TestSerial, type SerialText } from './test-kit/serial.ts';
import { TestBench, type ResetSeen } from './test-kit/test-bench.ts';

/** The matchers of the kit; importing this module adds them to `expect`. */
export interface BenchMatchers<Result = void> {
  /** On `bench.buzzer` (or the bench): exactly these beeps since the last look, within 10 %. */
  toHaveBeeped(lengths: readonly Duration[]): Result;
  /** On the bench: exactly this reset since the last look. */
  toHaveReset(kind: ResetSeen | 'none'): Result;
  /** On the bench: states by chart, or that of the appliance. */
  toBeInState(wanted: string | Readonly<Record<string, string>>): Result;
  /** On `bench.leds.status`: steady, or blinking with this half period. */
  toShow(colour: LampPattern['colour'], options?: { readonly blink?: Duration }): Result;
  /** On the bench: an entry of the event log. */
  toHaveLogged(wanted: SerialText): Result;
  /** On `bench.serial` (or the bench): what the console printed, at any time. */
  toHavePrinted(wanted: SerialText): Result;
}

declare module 'vitest' {
  interface Matchers<T> extends BenchMatchers<T> {}
}

expect.extend({
  toHaveBeeped: (received: unknown, lengths: readonly Duration[]) =>
    checkBeeps(
      received instanceof TestBench
        ? received.buzzer
        : asPart(received, TestBuzzer, 'bench.buzzer'),
      lengths,
    ),
  toHaveReset: (received: unknown, kind: ResetSeen | 'none') => checkReset(asBench(received), kind),
  toBeInState: (received: unknown, wanted: string | Readonly<Record<string, string>>) =>
    checkState(asBench(received), wanted),
  toShow: (
    received: unknown,
    colour: LampPattern['colour'],
    options?: { readonly blink?: Duration },
  ) => checkLed(asPart(received, TestLed, 'bench.leds.status'), colour, options),
  toHaveLogged: (received: unknown, wanted: SerialText) => checkLog(asBench(received), wanted),
  toHavePrinted: (received: unknown, wanted: SerialText) =>
    checkPrinted(
      received instanceof TestBench
        ? received.serial
        : asPart(received, TestSerial, 'bench.serial'),
      wanted,
    ),
});

function asBench(received: unknown): TestBench {
  return asPart(received, TestBench, 'the bench that powerOn answered');
}

function asPart<T>(received: unknown, kind: abstract new (...all: never[]) => T, name: string): T {
  if (received instanceof kind) return received;
  throw new UsageError(`this matcher is for ${name}: expect(${name}) …`);
}
