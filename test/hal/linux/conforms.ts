import { afterEach, describe, expect, test } from 'vitest';
import { type ConformanceSuite, runCheck, runSuite, type Subject } from '#hal/conformance/index';

/** A driver on something that stands in for hardware. */
export interface Rig<Port, Acts> {
  readonly subject: Subject<Port, Acts>;
  readonly end: () => void | Promise<void>;
}

/**
 * Runs a suite on a driver: each check on a rig of its own, then all of them on one. Checks that
 * the rig cannot serve are named, so that none is left out by mistake.
 */
export function conforms<Port, Acts>(
  suite: ConformanceSuite<Port, Acts>,
  about: {
    readonly driver: string;
    readonly start: () => Rig<Port, Acts> | Promise<Rig<Port, Acts>>;
    readonly unsupported?: readonly string[];
  },
): void {
  describe(`the contract of ${suite.port} and ${about.driver}`, () => {
    let rig: Rig<Port, Acts> | undefined;
    afterEach(async () => {
      await rig?.end();
      rig = undefined;
    });

    for (const check of suite.checks) {
      test(`it ${check.name}`, async () => {
        rig = await about.start();
        const outcome = await runCheck(suite, check, rig.subject);
        if (outcome.result === 'failed') throw outcome.error;
        const isUnsupported = about.unsupported?.includes(check.name) === true;
        expect(outcome.result).toBe(isUnsupported ? 'unsupported' : 'passed');
      });
    }

    test('it passes as a whole', async () => {
      rig = await about.start();
      const outcomes = await runSuite(suite, rig.subject);
      expect(outcomes.filter(({ result }) => result === 'failed')).toEqual([]);
    });
  });
}
