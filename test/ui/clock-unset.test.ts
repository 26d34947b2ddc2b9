import { describe, expect, test } from 'vitest';
import { expectHeading, expectTold, expectUsable } from './expect-page.ts';
import { securityAnswer, useRig, userPassword } from './ui-rig.ts';

const rig = useRig();

describe('a NAS that has lost the time', () => {
  test('says so in the place of a code field, and offers another way', async () => {
    await rig().user('anna', { twoStep: true });
    await rig().user('bert');
    await rig().loseTime();
    const tab = await rig().tab();
    await tab.giveCredentials('anna', userPassword);
    await expectTold(tab, 'alert', 'The NAS has lost the time');
    expect(await tab.page.getByRole('button', { name: 'Code of your' }).count()).toBe(0);
    await expectUsable(tab, 'second-step-clock-unset');
    await tab.page.getByRole('button', { name: 'Security question' }).click();
    await tab.fill('Your answer', securityAnswer);
    await tab.press('Verify');
    await expectHeading(tab, 'Hello, anna');
  });

  test('sets no second step up, and says what to do', async () => {
    const tab = await rig().tab();
    await tab.giveCredentials('bert', userPassword);
    await tab.page.getByRole('link', { name: 'Set it up' }).click();
    await tab.press('Get Started');
    await tab.fill('Your password', userPassword);
    await tab.press('Next');
    await expectTold(tab, 'alert', 'ask an administrator to set its clock');
  });
});
