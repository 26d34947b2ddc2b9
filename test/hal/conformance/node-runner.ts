import { test } from 'node:test';
import { runCheck, storageSuite } from '#hal/conformance/index';
import { SimRig, subjects } from './sim-rig.ts';

for (const check of storageSuite.checks) {
  void test(check.name, async (context) => {
    const subject = subjects.storage(new SimRig());
    const outcome = await runCheck(storageSuite, check, subject);
    if (outcome.result === 'failed') throw outcome.error;
    if (outcome.result === 'unsupported') context.skip(outcome.reason);
  });
}
