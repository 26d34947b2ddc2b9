import type { Power } from '../power.ts';
import { checksOf, type ConformanceSuite, expectSame, expectThat } from './suite.ts';

/** What a rig can do around the supply. */
export interface PowerActs {
  /** Lets what was commanded take effect: the board is off, or up again, when it resolves. */
  settle(): Promise<void>;
  isOn(): boolean;
  /** How many lives the board has had since the rig was set up. */
  lives(): number;
  /** The port of the life under way; fails the check where the board is off. */
  present(): Power;
  /** Switches the board on, where it is off. */
  switchOn(): Promise<void>;
}

const check = checksOf<Power, PowerActs>();
const needed = ['settle', 'isOn', 'lives', 'present', 'switchOn'] as const;

/** The contract of `hal/power.ts`. */
export const powerSuite: ConformanceSuite<Power, PowerActs> = {
  port: 'power',
  checks: [
    check('knows why the board last started', [], ({ port }) => {
      const isKnown = ['power-on', 'reboot', 'watchdog'].includes(port.bootReason);
      const expected = 'power-on, reboot or watchdog';
      expectThat(isKnown, 'boot reason', { expected, seen: port.bootReason });
    }),
    check('starts the board anew on reboot, and says so', needed, async ({ port, act }) => {
      const before = act.lives();
      port.reboot();
      await act.settle();
      expectSame('on', act.isOn(), true);
      expectSame('lives', act.lives() - before, 1);
      expectSame('boot reason', act.present().bootReason, 'reboot');
    }),
    check('switches the board off until somebody switches it on', needed, async (rig) => {
      const { port, act } = rig;
      const before = act.lives();
      port.off();
      await act.settle();
      expectSame('on', act.isOn(), false);
      expectSame('lives while off', act.lives() - before, 0);
      await act.switchOn();
      expectSame('on again', act.isOn(), true);
      expectSame('boot reason', act.present().bootReason, 'power-on');
    }),
    check('obeys nobody from a life that is over', needed, async ({ port, act }) => {
      port.reboot();
      await act.settle();
      const before = act.lives();
      port.off();
      await act.settle();
      expectSame('on after an old off', act.isOn(), true);
      port.reboot();
      await act.settle();
      expectSame('lives after an old reboot', act.lives() - before, 0);
    }),
  ],
};
