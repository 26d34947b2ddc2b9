import type { LedColour, Leds } from '../led.ts';
import { checksOf, type ConformanceSuite, expectSame } from './suite.ts';

/** What a rig can do around the indicators. */
export interface LedsActs {
  /** The colour that can be seen now. */
  colour(): LedColour | Promise<LedColour>;
  /** Restarts the board and answers the port of the new life. */
  restart(): Promise<Leds>;
}

const check = checksOf<Leds, LedsActs>();
const colours: readonly LedColour[] = ['off', 'green', 'red'];
const pairs = colours.flatMap((from) => colours.map((to) => ({ from, to })));

/** The contract of `hal/led.ts`. */
export const ledsSuite: ConformanceSuite<Leds, LedsActs> = {
  port: 'leds',
  checks: [
    check('takes every colour, also the one it has', [], ({ port }) => {
      for (const colour of [...colours, ...colours.flatMap((same) => [same, same])]) {
        port.status.set(colour);
      }
      port.status.set('off');
    }),
    ...pairs.map(({ from, to }) =>
      check(`shows ${to} when it is set after ${from}`, ['colour'], async ({ port, act }) => {
        port.status.set(from);
        expectSame('colour before', await act.colour(), from);
        port.status.set(to);
        expectSame('colour after', await act.colour(), to);
        port.status.set('off');
      }),
    ),
    check('does nothing once its life is over', ['colour', 'restart'], async ({ port, act }) => {
      const next = await act.restart();
      next.status.set('green');
      port.status.set('red');
      expectSame('colour', await act.colour(), 'green');
      next.status.set('off');
    }),
  ],
};
