import * as v from 'valibot';
import { show } from '../duration.ts';
import { closed, instant, oneOf, parsed, ppm } from '../schema.ts';
import { defineStep } from '../step.ts';

/** Degrees Celsius that the chip stands, with the unit: `60C`, `-12.5C`. */
const temperature = parsed<number>(
  (input) => {
    const match =
      typeof input === 'string' ? /^([+-]?\d+(?:\.\d+)?)\s*°?C$/.exec(input.trim()) : null;
    const celsius = match === null ? Number.NaN : Number(match[1]);
    if (celsius >= -40 && celsius <= 85) return { ok: true, value: celsius };
    return { ok: false, text: `${show(input)} is no temperature; write -40C to 85C, unit and all` };
  },
  { type: 'string', pattern: '^[+-]?\\d+(\\.\\d+)?\\s*°?C$', examples: ['60C', '-12.5C'] },
);

/**
 * Changes the clock chip: its coin cell now or some day, its crystal's error, its temperature, its
 * time, its oscillator.
 */
export const rtc = defineStep({
  key: 'rtc',
  schema: v.pipe(
    closed({
      battery: v.exactOptional(oneOf(['good', 'dead', 'removed'])),
      'battery-dies': v.exactOptional(instant),
      drift: v.exactOptional(ppm),
      temperature: v.exactOptional(temperature),
      time: v.exactOptional(
        v.pipe(
          instant,
          v.check(
            (timeUs) => timeUs >= Date.UTC(2000, 0, 1) * 1e3 && timeUs < Date.UTC(2100, 0, 1) * 1e3,
            'the chip counts the years 2000 to 2099',
          ),
        ),
      ),
      oscillator: v.exactOptional(oneOf(['running', 'stopped'])),
    }),
    v.check((value) => Object.keys(value).length > 0, 'nothing is changed'),
  ),
  usage: 'rtc battery dead',
  fromWords: ([field = '', ...words]) => ({ [field]: words.join(' ') }),
  run(context, { battery, 'battery-dies': diesUs, drift, temperature: celsius, time, oscillator }) {
    const part = context.bench.board.rtc;
    if (battery !== undefined) part.setBattery(battery);
    if (drift !== undefined) part.setDriftPpm(drift);
    if (celsius !== undefined) part.setTemperature(celsius);
    if (oscillator === 'stopped') part.stopOscillator();
    if (oscillator === 'running') part.startOscillator();
    if (time !== undefined) part.setTime(time / 1000);
    if (diesUs === undefined) return undefined;
    if (diesUs < context.nowUs) {
      return { expected: `a death from ${isoOf(context.nowUs)} on`, seen: isoOf(diesUs) };
    }
    context.faults.order({ name: 'rtc: battery-dies', position: context.step?.position }, () => {
      part.endBatteryAt(diesUs);
      return () => part.pendingFaults.includes('battery-dies');
    });
    return undefined;
  },
});

function isoOf(timeUs: number): string {
  return new Date(timeUs / 1000).toISOString();
}
