import { describe, expect, test } from 'vitest';
import * as suites from '#hal/conformance/index';
import type { ConformanceSuite, Subject } from '#hal/conformance/index';
import type { Canary } from './canaries/canary.ts';
import {
  hostWorkCanaries,
  identityCanaries,
  powerCanaries,
  randomCanaries,
  sensorsCanaries,
  watchdogCanaries,
} from './canaries/chips.ts';
import { clockCanaries, rtcCanaries } from './canaries/clocks.ts';
import { dataVolumeCanaries } from './canaries/data-volume.ts';
import { consoleCanaries, listenerCanaries, networkCanaries } from './canaries/lines.ts';
import { buttonCanaries, buzzerCanaries, ledsCanaries } from './canaries/panel.ts';
import { mailCanaries, ntpCanaries } from './canaries/remote.ts';
import { storageCanaries } from './canaries/storage.ts';
import { remoteSubjects, SimRig, subjects } from './sim-rig.ts';

/** Names of the checks that a broken driver fails, each check on a rig of its own. */
async function failing<Port, Acts>(
  suite: ConformanceSuite<Port, Acts>,
  subjectOn: (rig: SimRig) => Subject<Port, Acts>,
  make: Canary['make'],
): Promise<string[]> {
  const names: string[] = [];
  for (const check of suite.checks) {
    const rig = new SimRig(1, make);
    const outcome = await suites.runCheck(suite, check, subjectOn(rig));
    rig.end();
    if (outcome.result === 'failed') names.push(check.name);
  }
  return names;
}

function catches<Port, Acts>(
  suite: ConformanceSuite<Port, Acts>,
  subjectOn: (rig: SimRig) => Subject<Port, Acts>,
  canaries: readonly Canary[],
): void {
  describe(`the suite of ${suite.port} catches`, () => {
    const caught = new Set<string>();
    for (const { what, make, caughtBy } of canaries) {
      test(`a driver that ${what}`, async () => {
        const names = await failing(suite, subjectOn, make);
        for (const name of names) caught.add(name);
        for (const rule of caughtBy) expect(names).toContainEqual(expect.stringMatching(rule));
      });
    }

    test('a driver that breaks any one of its rules: no check is without a canary', async () => {
      const needless = suite.checks.map(({ name }) => name).filter((name) => !caught.has(name));
      expect(needless).toEqual(notTried[suite.port] ?? []);
    });
  });
}

/** Checks that no simulated board can undergo. */
const notTried: Readonly<Record<string, readonly string[]>> = {
  console: ['loses bytes without an error while the far end is gone'],
};

catches(suites.storageSuite, subjects.storage, storageCanaries);
catches(suites.dataVolumeSuite, subjects['data-volume'], dataVolumeCanaries);
catches(suites.buttonSuite, subjects['reset-button'], buttonCanaries);
catches(suites.ledsSuite, subjects.leds, ledsCanaries);
catches(suites.buzzerSuite, subjects.buzzer, buzzerCanaries);
catches(suites.rtcSuite, subjects.rtc, rtcCanaries);
catches(suites.clockSuite, subjects.clock, clockCanaries);
catches(suites.sensorsSuite, subjects.sensors, sensorsCanaries);
catches(suites.randomSuite, subjects.random, randomCanaries);
catches(suites.hostWorkSuite, subjects['host-work'], hostWorkCanaries);
catches(suites.watchdogSuite, subjects.watchdog, watchdogCanaries);
catches(suites.powerSuite, subjects.power, powerCanaries);
catches(suites.identitySuite, subjects.identity, identityCanaries);
catches(suites.consoleSuite, subjects.console, consoleCanaries);
catches(suites.networkSuite, subjects.network, [...networkCanaries, ...listenerCanaries]);
catches(suites.ntpSuite, remoteSubjects.ntp, ntpCanaries);
catches(suites.mailSuite, subjects.mail, mailCanaries);

test('the suite of ntp passes with a driver that keeps its contract', async () => {
  const rig = new SimRig(1, ({ remoteSides: { ntp } }) => () => ({ ntp }));
  const outcomes = await suites.runSuite(suites.ntpSuite, remoteSubjects.ntp(rig));
  expect(outcomes.filter(({ result }) => result !== 'passed')).toEqual([]);
});
