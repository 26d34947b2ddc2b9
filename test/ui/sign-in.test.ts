import { describe, expect, test } from 'vitest';
import { expectHeading, expectTold, expectUsable } from './expect-page.ts';
import { adminPassword, securityAnswer, useRig, userPassword } from './ui-rig.ts';

const rig = useRig();

describe('signing in', () => {
  test('with name and password leads to the desktop', async () => {
    const tab = await rig().tab();
    await expectHeading(tab, 'Sign in');
    await expectUsable(tab, 'sign-in');
    await tab.giveCredentials('admin', adminPassword);
    await expectHeading(tab, 'Hello, admin');
    await expectUsable(tab, 'desktop');
    await tab.page.reload();
    await expectHeading(tab, 'Hello, admin');
    await tab.press('Account of admin');
    await tab.press('Sign out');
    await expectTold(tab, 'status', 'You are signed out');
  });

  test('needs no mouse', async () => {
    await rig().user('kim', { twoStep: true });
    const tab = await rig().tab();
    await expectHeading(tab, 'Sign in');
    const { keyboard } = tab.page;
    await keyboard.type('kim');
    await keyboard.press('Tab');
    await keyboard.type(userPassword);
    await keyboard.press('Enter');
    await expectHeading(tab, '2-step verification');
    await keyboard.type(rig().phone.code('kim'));
    await expectHeading(tab, 'Hello, kim');
    await keyboard.press('Tab');
    expect(await tab.focused()).toBe('Skip to content');
    await keyboard.press('Enter');
    await keyboard.press('Tab');
    expect(await tab.focused()).toBe('Options');
    await keyboard.press('Enter');
    await expectHeading(tab, 'Profile');
    await expect.poll(() => tab.focused()).toBe('Profile');
  });

  test('with something wrong says what to do, and not what was wrong', async () => {
    const tab = await rig().tab();
    await tab.giveCredentials('admin', 'not the password');
    await expectTold(tab, 'alert', 'The user name or the password is wrong. Check both');
    await expectUsable(tab, 'sign-in-refused');
    const refused = await tab.page.getByRole('alert').filter({ hasText: 'wrong' }).innerText();
    await tab.giveCredentials('nobody', 'not the password');
    await expect
      .poll(() => tab.page.getByRole('button', { name: 'Sign in' }).isEnabled())
      .toBe(true);
    expect(await tab.page.getByRole('alert').filter({ hasText: 'wrong' }).innerText()).toBe(
      refused,
    );
  });

  test('counts the wait down where an address has failed too often', async () => {
    await rig().admin.ask('PATCH', '/settings', { 'protection.ip.enabled': true });
    const tab = await rig().tab();
    const refused = tab.page.getByText('Too many failed tries');
    while (!(await refused.isVisible())) {
      const answered = tab.page.waitForResponse('**/login');
      await tab.giveCredentials('admin', 'not the password');
      await (await answered).finished();
      await tab.page
        .getByRole('alert')
        .filter({ hasText: /wrong|Too many/ })
        .waitFor();
    }
    await tab.page
      .getByRole('timer')
      .filter({ hasText: /Wait (5 min 0|4 min 5\d) s/ })
      .waitFor();
    expect(await tab.page.getByRole('button', { name: 'Sign in' }).isDisabled()).toBe(true);
    await expectUsable(tab, 'sign-in-blocked');
    await rig().pass(300);
    await rig().admin.ask('PATCH', '/settings', { 'protection.ip.enabled': false });
  });
});

describe('the second step', () => {
  test('takes a code, pasted with a blank, beside the clock of the NAS', async () => {
    await rig().user('bob', { twoStep: true });
    const tab = await rig().tab();
    await tab.giveCredentials('bob', userPassword);
    await expectHeading(tab, '2-step verification');
    await tab.page.getByText('Agrees with time servers').waitFor();
    const field = tab.page.getByLabel('Security code');
    expect(await field.getAttribute('autocomplete')).toBe('one-time-code');
    expect(await field.getAttribute('inputmode')).toBe('numeric');
    await expectUsable(tab, 'second-step');
    await field.fill('123 456');
    await expectTold(tab, 'alert', /That was not right.*4 tries are left/);
    expect(await field.inputValue()).toBe('');
    const code = rig().phone.code('bob');
    await field.fill(`${code.slice(0, 3)} ${code.slice(3)}`);
    await expectHeading(tab, 'Hello, bob');
  });

  test('tells how far this device is off, where that keeps codes from fitting', async () => {
    await rig().user('eva', { twoStep: true });
    await rig().pass(1200);
    const tab = await rig().tab();
    await tab.giveCredentials('eva', userPassword);
    await tab.page.getByText(/The clock of this device is \d+ min behind the NAS/).waitFor();
    const clock = tab.page.locator('nas-clock time');
    const shown = await clock.innerText();
    await expect.poll(() => clock.innerText()).not.toBe(shown);
  });

  test('ends after five wrong codes, and then makes wait', async () => {
    await rig().user('max', { twoStep: true });
    const tab = await rig().tab();
    await tab.giveCredentials('max', userPassword);
    for (const left of ['4 tries', '3 tries', '2 tries', 'One try']) {
      await tab.fill('Security code', '000000');
      await expectTold(tab, 'alert', left);
    }
    await tab.fill('Security code', '000000');
    await expectHeading(tab, 'Sign in');
    await expectTold(tab, 'alert', 'begin again');
    await tab.giveCredentials('max', userPassword);
    await expectHeading(tab, '2-step verification');
    await tab.fill('Security code', '000000');
    await tab.page
      .getByRole('timer')
      .filter({ hasText: /Wait \d+ s/ })
      .waitFor();
    expect(await tab.page.getByRole('button', { name: 'Verify' }).first().isDisabled()).toBe(true);
    await expectUsable(tab, 'second-step-wait');
  });

  test('can be passed with the answer to the security question', async () => {
    await rig().user('uwe', { twoStep: true });
    const tab = await rig().tab();
    await tab.giveCredentials('uwe', userPassword);
    await tab.press('Verify another way');
    await tab.page.getByRole('button', { name: 'Recovery code' }).waitFor();
    expect(await tab.page.getByRole('button', { name: 'Code by e-mail' }).count()).toBe(0);
    await expectUsable(tab, 'second-step-ways');
    await tab.page.getByRole('button', { name: 'Security question' }).click();
    await tab.fill('Your answer', 'Bello');
    await tab.press('Verify');
    await expectTold(tab, 'alert', /That was not right/);
    await tab.page.getByText('1 of 5 tries are used').waitFor();
    await expectUsable(tab, 'second-step-question');
    await tab.fill('Your answer', securityAnswer);
    await tab.press('Verify');
    await expectHeading(tab, 'Hello, uwe');
  });

  test('can be passed with a recovery code, once', async () => {
    await rig().user('rita');
    const [code = ''] = await rig().enrol('rita');
    const tab = await rig().tab();
    const giveRecoveryCode = async (): Promise<void> => {
      await tab.giveCredentials('rita', userPassword);
      await tab.press('Verify another way');
      await tab.page.getByRole('button', { name: 'Recovery code' }).click();
      await tab.fill('Recovery code', code);
      await tab.press('Verify');
    };
    await giveRecoveryCode();
    await expectHeading(tab, 'Hello, rita');
    await tab.press('Account of rita');
    await tab.press('Sign out');
    await giveRecoveryCode();
    await expectTold(tab, 'alert', 'That was not right');
  });

  test('is skipped on a device that is remembered, and only there', async () => {
    await rig().user('vera', { twoStep: true });
    const tab = await rig().tab();
    await tab.giveCredentials('vera', userPassword);
    await tab.page.getByLabel('Do not ask again on this device').check();
    await tab.fill('Security code', rig().phone.code('vera'));
    await expectHeading(tab, 'Hello, vera');
    const cookies = await tab.context.cookies(`${rig().url}/api/v1/login`);
    expect(cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite])).toEqual([
      [true, 'Strict'],
      [true, 'Strict'],
    ]);
    expect(await tab.page.evaluate('document.cookie')).toBe('');
    await tab.press('Account of vera');
    await tab.press('Sign out');
    await tab.giveCredentials('vera', userPassword);
    await expectHeading(tab, 'Hello, vera');
    const other = await rig().tab();
    await other.giveCredentials('vera', userPassword);
    await expectHeading(other, '2-step verification');
    await tab.goTo('options/sign-ins');
    await tab.press('Forget: web UI, Chrome on Linux');
    await expectUsable(tab, 'forget-device');
    await tab.press('Forget');
    await tab.page.getByText('None. A device is remembered').waitFor();
    await tab.press('Account of vera');
    await tab.press('Sign out');
    await tab.giveCredentials('vera', userPassword);
    await expectHeading(tab, '2-step verification');
    await tab.press('Not you? Begin again');
    await expectHeading(tab, 'Sign in');
  });

  test('is blocked after a hundred wrong codes, which says who can open it again', async () => {
    await rig().user('pia', { twoStep: true });
    await rig().giveWrongCodes('pia', 100);
    const tab = await rig().tab();
    await tab.giveCredentials('pia', userPassword);
    await tab.fill('Security code', rig().phone.code('pia'));
    await expectTold(tab, 'alert', 'Ask an administrator to unblock it');
    await expectUsable(tab, 'second-step-blocked');
    await rig().admin.ask('POST', '/users/pia/two-step/unblock');
    await tab.fill('Security code', rig().phone.code('pia'));
    await expectHeading(tab, 'Hello, pia');
  });
});

describe('a session', () => {
  test('that somebody ended leads back to the sign-in page, which says so', async () => {
    await rig().user('otto');
    const tab = await rig().tab();
    await tab.giveCredentials('otto', userPassword);
    await expectHeading(tab, 'Hello, otto');
    await rig().endSessionsOf('otto');
    await tab.page.getByRole('link', { name: 'Options' }).click();
    await expectHeading(tab, 'Sign in');
    await expectTold(tab, 'status', 'Your session is over');
  });

  test('with the password on the label does nothing but choose another', async () => {
    await rig().holdReset(3);
    const { defaultPassword } = rig().live.bench.board.label;
    const tab = await rig().tab();
    await tab.giveCredentials('admin', defaultPassword);
    await expectHeading(tab, 'Choose your own password');
    await expectUsable(tab, 'first-password');
    await tab.goTo('options/profile');
    await tab.page.reload();
    await expectHeading(tab, 'Choose your own password');
    const change = async (password: string, again: string): Promise<void> => {
      await tab.fill('New password', password);
      await tab.fill('New password again', again);
      await tab.press('Change password');
    };
    await change(adminPassword, 'another one 1');
    await expectTold(tab, 'alert', 'The two new passwords differ');
    await change('short', 'short');
    await expectTold(tab, 'alert', /8 characters.*Choose another password/);
    await change(adminPassword, adminPassword);
    await expectHeading(tab, 'Profile');
    await rig().admin.signIn('admin', adminPassword);
  });
});
