import { describe, expect, test } from 'vitest';
import {
  buttonSuite,
  buzzerSuite,
  clockSuite,
  type ConformanceSuite,
  consoleSuite,
  dataVolumeSuite,
  hostWorkSuite,
  identitySuite,
  ledsSuite,
  mailSuite,
  networkSuite,
  ntpSuite,
  powerSuite,
  randomSuite,
  rtcSuite,
  runCheck,
  runSuite,
  sensorsSuite,
  storageSuite,
  type Subject,
  watchdogSuite,
} from '#hal/conformance/index';
import { SimRig, subjects } from './sim-rig.ts';

/** What the simulated board cannot do or have done to it, check by check. */
const unsupported = new Set(['console: loses bytes without an error while the far end is gone']);

function conforms<Port, Acts>(
  suite: ConformanceSuite<Port, Acts>,
  subjectOn: (rig: SimRig) => Subject<Port, Acts>,
): void {
  describe(`the contract of ${suite.port} and its simulated part`, () => {
    for (const check of suite.checks) {
      test(`it ${check.name}`, async () => {
        const outcome = await runCheck(suite, check, subjectOn(new SimRig()));
        if (outcome.result === 'failed') throw outcome.error;
        const isUnsupported = unsupported.has(`${suite.port}: ${check.name}`);
        expect(outcome.result).toBe(isUnsupported ? 'unsupported' : 'passed');
      });
    }

    test('it passes as a whole on one board, with other seeds', async () => {
      for (const seed of [2, 3]) {
        const outcomes = await runSuite(suite, subjectOn(new SimRig(seed)));
        expect(outcomes.filter(({ result }) => result === 'failed')).toEqual([]);
      }
    });
  });
}

conforms(storageSuite, subjects.storage);
conforms(dataVolumeSuite, subjects['data-volume']);
conforms(buttonSuite, subjects['reset-button']);
conforms(ledsSuite, subjects.leds);
conforms(buzzerSuite, subjects.buzzer);
conforms(rtcSuite, subjects.rtc);
conforms(clockSuite, subjects.clock);
conforms(sensorsSuite, subjects.sensors);
conforms(randomSuite, subjects.random);
conforms(hostWorkSuite, subjects['host-work']);
conforms(watchdogSuite, subjects.watchdog);
conforms(powerSuite, subjects.power);
conforms(identitySuite, subjects.identity);
conforms(consoleSuite, subjects.console);
conforms(networkSuite, subjects.network);
conforms(ntpSuite, subjects.ntp);
conforms(mailSuite, subjects.mail);
