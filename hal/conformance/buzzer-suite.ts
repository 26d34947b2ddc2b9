import type { Buzzer } from '../buzzer.ts';
import { checksOf, type ConformanceSuite, expectSame } from './suite.ts';

/** What a rig can do around a buzzer. */
export interface BuzzerActs {
  /** Whether it can be heard now. */
  isSounding(): boolean | Promise<boolean>;
  /** Restarts the board and answers the port of the new life. */
  restart(): Promise<Buzzer>;
}

const check = checksOf<Buzzer, BuzzerActs>();

/** The contract of `hal/buzzer.ts`. */
export const buzzerSuite: ConformanceSuite<Buzzer, BuzzerActs> = {
  port: 'buzzer',
  checks: [
    check('takes the state it has without an error', [], ({ port }) => {
      for (const sounding of [true, true, false, false]) port.set(sounding);
    }),
    check('sounds from when it is told to until it is told not to', ['isSounding'], async (rig) => {
      const { port, act } = rig;
      for (const sounding of [false, true, true, false, false, true, false]) {
        port.set(sounding);
        expectSame('sounding', await act.isSounding(), sounding);
      }
    }),
    check('does nothing once its life is over', ['isSounding', 'restart'], async (rig) => {
      const { port, act } = rig;
      const next = await act.restart();
      next.set(false);
      port.set(true);
      expectSame('sounding', await act.isSounding(), false);
    }),
  ],
};
