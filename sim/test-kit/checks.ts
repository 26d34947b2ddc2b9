import { describeLamp, type LampPattern } from '../scenario/led-pattern.ts';
import { type Duration, durationUs, formatDuration } from './duration.ts';
import type { TestBuzzer, TestLed } from './indicators.ts';
import { expectationText } from './report.ts';
import { asPattern, nameOf, type SerialText, type TestSerial } from './serial.ts';
import type { ResetSeen, TestBench } from './test-bench.ts';

/** What a check came to, in the form that matchers of vitest and jest answer. */
export interface CheckOutcome {
  readonly pass: boolean;
  readonly message: () => string;
}

/** A beep may be off by so much and still be the one meant. */
const beepTolerance = 0.1;

/**
 * Exactly these beeps were begun since the last look. A beep that still sounds counts with what it
 * has lasted so far. Beeps that were found as expected are taken.
 */
export function checkBeeps(buzzer: TestBuzzer, lengths: readonly Duration[]): CheckOutcome {
  const heard = buzzer.beeps;
  const pass =
    heard.length === lengths.length &&
    heard.every((beep, place) => isAbout(beep.lengthUs, durationUs(lengths[place] ?? '0s')));
  const report = buzzer.describe();
  const seen = heard.map(
    (beep) => formatDuration(beep.lengthUs) + (beep.isSounding ? ' (still sounding)' : ''),
  );
  if (pass) buzzer.takeBeeps();
  return outcome(pass, report, {
    title: 'beeps since the last look',
    expected: listed(lengths),
    seen: listed(seen),
  });
}

/** Exactly this reset was begun since the last look. One that was found as expected is taken. */
export function checkReset(bench: TestBench, kind: ResetSeen | 'none'): CheckOutcome {
  const resets = bench.resets;
  const seen = listed(resets);
  const pass = kind === 'none' ? resets.length === 0 : resets.length === 1 && resets[0] === kind;
  const report = bench.describe();
  if (pass) bench.takeResets();
  return outcome(pass, report, { title: 'reset since the last look', expected: kind, seen });
}

/** Charts are in these states; a text alone is the state of the `appliance`. */
export function checkState(
  bench: TestBench,
  wanted: string | Readonly<Record<string, string>>,
): CheckOutcome {
  const states = typeof wanted === 'string' ? { appliance: wanted } : wanted;
  const seenOf = (chart: string): string | undefined => bench.bench.stateOf(chart);
  const wrong = Object.entries(states).filter(([chart, state]) => seenOf(chart) !== state);
  const shown = wrong.length > 0 ? wrong : Object.entries(states);
  return outcome(wrong.length === 0, bench.describe(), {
    title: 'states of charts',
    expected: shown.map(([chart, state]) => `${chart} ${state}`).join(', '),
    seen: shown.map(([chart]) => `${chart} ${seenOf(chart) ?? '(no such chart)'}`).join(', '),
  });
}

/** The LED shows this, steady or blinking with this half period. */
export function checkLed(
  led: TestLed,
  colour: LampPattern['colour'],
  options: { readonly blink?: Duration } = {},
): CheckOutcome {
  const { blink } = options;
  const wanted = { colour, ...(blink !== undefined && { blinkUs: durationUs(blink) }) };
  return outcome(led.isShowing(wanted), led.describe(), {
    title: 'status LED',
    expected: describeLamp(wanted),
    seen: describeLamp(led.view),
  });
}

/** An entry of the event log holds the text, or matches. */
export function checkLog(bench: TestBench, wanted: SerialText): CheckOutcome {
  const pattern = asPattern(wanted);
  const texts = bench.log.map((entry) => entry.text);
  return outcome(
    texts.some((text) => pattern.test(text)),
    bench.describe(),
    {
      title: 'event log',
      expected: nameOf(wanted),
      seen: listed(texts.slice(-10).map((text) => JSON.stringify(text))),
    },
  );
}

/** The console has printed the text, or what matches, at any time. */
export function checkPrinted(serial: TestSerial, wanted: SerialText): CheckOutcome {
  return outcome(asPattern(wanted).test(serial.output), serial.describe(), {
    title: 'printed by the console',
    expected: nameOf(wanted),
    seen: `${serial.output.length} characters without it`,
  });
}

function outcome(
  pass: boolean,
  report: string,
  texts: { readonly title: string; readonly expected: string; readonly seen: string },
): CheckOutcome {
  const { title, expected, seen } = texts;
  const both = pass ? { expected: `not ${expected}`, seen: expected } : { expected, seen };
  return { pass, message: () => `${expectationText(title, both)}\n${report}` };
}

function isAbout(us: number, expectedUs: number): boolean {
  return Math.abs(us - expectedUs) <= expectedUs * beepTolerance;
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}
