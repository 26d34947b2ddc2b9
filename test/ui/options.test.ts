import { describe, expect, test } from 'vitest';
import { expectHeading, expectText, expectTold, expectUsable } from './expect-page.ts';
import { Seat } from './seat.ts';
import type { Tab } from './tab.ts';
import { useRig, userPassword } from './ui-rig.ts';

const rig = useRig();

/** A new user at the desktop. */
async function signedIn(name: string): Promise<Tab> {
  await rig().user(name);
  const tab = await rig().tab();
  await tab.giveCredentials(name, userPassword);
  await expectHeading(tab, `Hello, ${name}`);
  return tab;
}

describe('Options', () => {
  test('show who one is, and take an e-mail address for the password', async () => {
    const tab = await signedIn('anna');
    await tab.page.getByRole('link', { name: 'Options' }).click();
    await tab.page.getByText('everyone').waitFor();
    await expectUsable(tab, 'profile');
    await tab.fill('E-mail address', 'anna@example.org');
    await tab.fill('Your password, to be sure', 'not the password');
    await tab.press('Save');
    await expectTold(tab, 'alert', 'The password is wrong');
    await tab.fill('Your password, to be sure', userPassword);
    await tab.press('Save');
    await expectTold(tab, 'status', 'Saved.');
    await tab.page.reload();
    await tab.page.getByText('everyone').waitFor();
    expect(await tab.page.getByLabel('E-mail address').inputValue()).toBe('anna@example.org');
  });

  test('change the password, which signs out everywhere', async () => {
    const tab = await signedIn('bob');
    const elsewhere = new Seat(rig().url);
    await elsewhere.signIn('bob', userPassword);
    await tab.goTo('options/password');
    await expectHeading(tab, 'Password');
    await tab.page.getByText('You are signed out everywhere').waitFor();
    await expectUsable(tab, 'password');
    await tab.fill('Present password', userPassword);
    await tab.fill('New password', 'Another-one-3');
    await tab.fill('New password again', 'Another-one-3');
    await tab.press('Change password');
    await expectTold(tab, 'status', 'Your password is changed');
    await elsewhere.fail(401, 'GET', '/me');
    await tab.giveCredentials('bob', 'Another-one-3');
    await expectHeading(tab, 'Hello, bob');
  });

  test('show what a password field holds for as long as somebody wants to see it', async () => {
    const tab = await signedIn('carl');
    await tab.goTo('options/password');
    const field = tab.page.getByLabel('Present password', { exact: true });
    await field.fill('what I typed');
    await tab.press('Show: Present password');
    expect(await field.getAttribute('type')).toBe('text');
    await tab.press('Show: Present password');
    expect(await field.getAttribute('type')).toBe('password');
  });

  test('list the sessions, and end one after asking', async () => {
    const tab = await signedIn('dora');
    const script = new Seat(rig().url);
    await script.signIn('dora', userPassword);
    await tab.goTo('options/sign-ins');
    await tab.page.getByText('web API').waitFor();
    await tab.page.getByText('This one').waitFor();
    await expectUsable(tab, 'sign-ins');
    await tab.press('End: web API');
    await tab.page.getByText('web API is signed out at once').waitFor();
    await expectUsable(tab, 'end-session');
    await tab.page.keyboard.press('Escape');
    await script.ask('GET', '/me');
    await tab.press('End all others');
    await tab.page.getByRole('dialog').getByRole('button', { name: 'End all others' }).click();
    await expect.poll(() => tab.page.getByText('web API').count()).toBe(0);
    await script.fail(401, 'GET', '/me');
    await tab.press('End: web UI, Chrome on Linux');
    await tab.page.getByText('the session you work in').waitFor();
    await tab.page.getByRole('dialog').getByRole('button', { name: 'End' }).click();
    await expectTold(tab, 'status', 'You are signed out');
  });

  test('say that a page is not there, and that the NAS does not answer', async () => {
    const tab = await signedIn('erik');
    await tab.goTo('options/nothing');
    await expectTold(tab, 'alert', 'There is no such page');
    await tab.goTo('options/profile');
    await tab.page.getByText('everyone').waitFor();
    await tab.page.route('**/api/v1/me/email', (route) => route.abort());
    await tab.fill('Your password, to be sure', userPassword);
    await tab.press('Save');
    await expectTold(tab, 'alert', 'The NAS does not answer. Check that it is on');
    expect(tab.takeFaults()).toEqual([expect.stringContaining('net::ERR_FAILED')]);
  });
});

describe('what others can write', () => {
  const hostile = '<img src=x onerror=alert(1)>';

  test('is shown as it is, and never runs', async () => {
    // Names have no brackets; to HTML these are some all the same.
    const name = '&ltb&gt {{7}} ${7}';
    const group = '&ltscript&gtalert(1)';
    await rig().user(name);
    await rig().admin.ask('POST', '/groups', { name: group });
    const member = `/groups/${encodeURIComponent(group)}/members/${encodeURIComponent(name)}`;
    await rig().admin.ask('PUT', member);
    const stranger = new Seat(rig().url);
    await stranger.signIn(name, userPassword, hostile);
    const tab = await rig().tab();
    await tab.giveCredentials(name, userPassword);
    await expectHeading(tab, `Hello, ${name}`);
    await tab.goTo('options/sign-ins');
    await tab.page.getByText(hostile, { exact: true }).waitFor();
    await tab.press(`End: ${hostile}`);
    await tab.page.getByText(`${hostile} is signed out at once`).waitFor();
    await tab.page.keyboard.press('Escape');
    await tab.goTo('options/profile');
    await tab.page.getByText(group).waitFor();
    await tab.page.goto(`${rig().url}/#/options/${encodeURIComponent(hostile)}`);
    await tab.page.goto(`${rig().url}/?q=${encodeURIComponent(hostile)}#${hostile}`);
    await expectHeading(tab, `Hello, ${name}`);
  });

  test('as a security question is shown as it is, and never runs', async () => {
    await rig().user('mallory');
    await rig().enrol('mallory', { number: 4, text: `${hostile}?`, answer: 'none at all' });
    const tab = await rig().tab();
    await tab.giveCredentials('mallory', userPassword);
    await tab.press('Verify another way');
    await tab.page.getByRole('button', { name: 'Security question' }).click();
    await tab.page.getByText(`${hostile}?`, { exact: true }).waitFor();
    await tab.fill('Your answer', 'none at all');
    await tab.press('Verify');
    await expectHeading(tab, 'Hello, mallory');
    await tab.goTo('options/two-step');
    await expectText(tab, hostile);
  });
});
