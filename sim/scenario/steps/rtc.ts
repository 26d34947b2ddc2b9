import * as v from 'valibot';
import { closed, instant, oneOf, ppm } from '../schema.ts';
import { defineStep } from '../step.ts';

/** Changes the clock chip: its battery, its crystal's error, its time, its oscillator. */
export const rtc = defineStep({
  key: 'rtc',
  schema: v.pipe(
    closed({
      battery: v.exactOptional(oneOf(['good', 'dead'])),
      drift: v.exactOptional(ppm),
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
  run(context, { battery, drift, time, oscillator }) {
    const part = context.bench.board.rtc;
    if (battery !== undefined) part.setBattery(battery === 'good');
    if (drift !== undefined) part.setDriftPpm(drift);
    if (oscillator === 'stopped') part.stopOscillator();
    if (oscillator === 'running') part.startOscillator();
    if (time !== undefined) part.setTime(time / 1000);
    return undefined;
  },
});
