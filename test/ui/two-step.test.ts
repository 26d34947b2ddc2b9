import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { expectHeading, expectTold, expectUsable } from './expect-page.ts';
import { Seat } from './seat.ts';
import type { Tab } from './tab.ts';
import { securityAnswer, useRig, userPassword } from './ui-rig.ts';

const rig = useRig();

/** Types the phone's present code; the last digit sends the form. */
async function giveCode(tab: Tab, name: string): Promise<void> {
  await tab.fill('Security code', rig().phone.code(name));
}

/** Signs in as far as the wizard's second page. */
async function beginSetUp(name: string): Promise<Tab> {
  await rig().user(name);
  const tab = await rig().tab();
  await tab.giveCredentials(name, userPassword);
  await tab.page.getByRole('link', { name: 'Set it up' }).click();
  await tab.press('Get Started');
  await tab.fill('Your password', userPassword);
  await tab.press('Next');
  await expectHeading(tab, 'Scan the code');
  return tab;
}

/** Has the phone scan the page, and shows that it has the key. */
async function scanAndConfirm(tab: Tab, name: string): Promise<void> {
  const picture = tab.page.getByRole('img', { name: 'QR code' });
  await expect.poll(() => picture.evaluate('(image) => image.naturalWidth')).not.toBe(0);
  const scanned = await rig().phone.scanPng(await picture.screenshot(), name);
  expect(scanned).toEqual({ ok: true });
  await tab.press('Next');
  await expectHeading(tab, 'Confirm your 2-step verification settings');
  await giveCode(tab, name);
  await expectHeading(tab, 'Choose another way to verify');
}

/** Ends the wizard. */
async function finish(tab: Tab): Promise<void> {
  await expectHeading(tab, 'Keep your recovery codes');
  await tab.page.getByLabel('I have kept these codes').check();
  await tab.press('Finish');
  await expectHeading(tab, 'Sign in');
}

describe('setting up 2-step verification', () => {
  test('goes from Get Started to Finish with a scanned QR code', async () => {
    const tab = await beginSetUp('anna');
    const elsewhere = new Seat(rig().url);
    await elsewhere.signIn('anna', userPassword);
    await tab.page.getByText('Agrees with time servers').waitFor();
    await expectUsable(tab, 'wizard-key');
    await tab.press('Next');
    await tab.fill('Security code', '000 000');
    await expectTold(tab, 'alert', 'The code is wrong');
    await expectUsable(tab, 'wizard-confirm');
    await tab.press('Back');
    await scanAndConfirm(tab, 'anna');
    await expectUsable(tab, 'wizard-alternative');
    await tab.page.getByLabel('Question', { exact: true }).selectOption("What is your pet's name?");
    await tab.fill('Answer', securityAnswer);
    await tab.press('Next');
    await expectHeading(tab, 'Keep your recovery codes');
    await expectUsable(tab, 'wizard-codes');
    const codes = await tab.page.getByRole('listitem').allInnerTexts();
    expect(codes).toHaveLength(10);
    const download = tab.page.waitForEvent('download');
    await tab.press('Save as a file');
    const file = await (await download).path();
    const saved = await readFile(file, 'utf8');
    expect(codes.filter((code) => !saved.includes(code.trim()))).toEqual([]);
    await finish(tab);
    await expectTold(tab, 'status', '2-step verification is on');
    await elsewhere.fail(401, 'GET', '/me');
    expect(await tab.context.cookies()).toEqual([]);
  });

  test('takes an e-mail address once the code that is mailed to it came back', async () => {
    const tab = await beginSetUp('erik');
    await scanAndConfirm(tab, 'erik');
    await tab.page.getByLabel('A code by e-mail').check();
    await tab.fill('E-mail address', 'erik@example.org');
    await tab.press('Next');
    await expectTold(
      tab,
      'alert',
      'Notification Center > Service Account and Device Pairing > Email',
    );
    await rig().setUpMail();
    await tab.press('Next');
    await expectHeading(tab, 'Confirm your e-mail address');
    await expectUsable(tab, 'wizard-email');
    await tab.fill('Code from the mail', await rig().mailedCode('erik@example.org'));
    await finish(tab);
    await rig().nextCode();

    await tab.giveCredentials('erik', userPassword);
    await tab.press('Verify another way');
    expect(await tab.page.getByRole('button', { name: 'Security question' }).count()).toBe(0);
    await tab.page.getByRole('button', { name: 'Code by e-mail' }).click();
    await tab.page.getByText('A code goes to e').waitFor();
    await tab.press('Send the code');
    await expectTold(tab, 'status', 'A code is on its way');
    await expectUsable(tab, 'second-step-email');
    await tab.fill('Code from the mail', await rig().mailedCode('erik@example.org'));
    await expectHeading(tab, 'Hello, erik');
  });

  test('is dropped where it is left, and makes another key when it begins again', async () => {
    const tab = await beginSetUp('lena');
    const key = await tab.page.getByRole('definition').last().innerText();
    await tab.press('Cancel');
    await tab.press('Get Started');
    await tab.fill('Your password', 'not the password');
    await tab.press('Next');
    await expectTold(tab, 'alert', 'The password is wrong');
    await tab.fill('Your password', userPassword);
    await tab.press('Next');
    await expectHeading(tab, 'Scan the code');
    expect(await tab.page.getByRole('definition').last().innerText()).not.toBe(key);
    await scanAndConfirm(tab, 'lena');
  });

  test('begins again where it took longer than ten minutes', async () => {
    const tab = await beginSetUp('tom');
    await rig().pass(601);
    await tab.press('Next');
    await expectTold(tab, 'alert', 'The set-up took too long');
    await expectHeading(tab, 'Before you begin');
  });

  test('is asked of whom an administrator requires it, before anything else', async () => {
    await rig().user('ida');
    await rig().enforce(['ida']);
    const tab = await rig().tab();
    await tab.giveCredentials('ida', userPassword);
    await expectHeading(tab, 'Set up 2-step verification');
    await expectUsable(tab, 'set-up-required');
    await tab.goTo('options/profile');
    await tab.page.reload();
    await expectHeading(tab, 'Set up 2-step verification');
    await tab.press('Next');
    await scanAndConfirm(tab, 'ida');
    await tab.page.getByLabel('Recovery codes only').check();
    await tab.press('Next');
    await finish(tab);
    await rig().enforce([]);
    await rig().nextCode();
    await tab.giveCredentials('ida', userPassword);
    await giveCode(tab, 'ida');
    await expectHeading(tab, 'Hello, ida');
  });
});

describe('2-step verification that is on', () => {
  test('is switched off with password and code, and signs out everywhere', async () => {
    const tab = await signedIn('dora');
    await tab.goTo('options/two-step');
    await tab.press('Switch off');
    await tab.page.getByText('Your password alone lets you in then').waitFor();
    await expectUsable(tab, 'two-step-disable');
    await rig().nextCode();
    await tab.fill('Your password', userPassword);
    await tab.fill('Present code of your authenticator', rig().phone.code('dora'));
    await tab.press('Switch off');
    await expectHeading(tab, 'Sign in');
    await expectTold(tab, 'status', '2-step verification is off');
    await tab.giveCredentials('dora', userPassword);
    await expectHeading(tab, 'Hello, dora');
  });

  test('stays on where an administrator requires it, and the page says so', async () => {
    const tab = await signedIn('frida');
    await rig().enforce(['frida']);
    await tab.goTo('options/two-step');
    await tab.page.getByText('Required by an administrator').waitFor();
    expect(await tab.page.getByRole('button', { name: 'Switch off' }).count()).toBe(0);
    await rig().enforce([]);
  });

  test('gives new recovery codes for a code, and another phone for password and code', async () => {
    const tab = await signedIn('gerd');
    await tab.goTo('options/two-step');
    await tab.press('New recovery codes');
    await tab.fill('Present code of your authenticator', '111111');
    await expectTold(tab, 'alert', 'The code is wrong');
    await rig().nextCode();
    await tab.fill('Present code of your authenticator', rig().phone.code('gerd'));
    await expect.poll(() => tab.page.getByRole('listitem').count()).toBe(10);
    await expectUsable(tab, 'new-recovery-codes');
    await tab.press('Done');
    await rig().nextCode();
    await tab.press('Set up another phone');
    await tab.fill('Your password', userPassword);
    await tab.fill('Present code of your authenticator', rig().phone.code('gerd'));
    await tab.press('Next');
    await expectHeading(tab, 'Scan the code');
    await scanAndConfirm(tab, 'gerd');
  });
});

/** A user with 2-step verification, signed in. */
async function signedIn(name: string): Promise<Tab> {
  await rig().user(name, { twoStep: true });
  const tab = await rig().tab();
  await tab.giveCredentials(name, userPassword);
  await giveCode(tab, name);
  await expectHeading(tab, `Hello, ${name}`);
  return tab;
}
