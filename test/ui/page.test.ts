import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { expectHeading, expectTold, expectUsable } from './expect-page.ts';
import { adminPassword, useRig, userPassword } from './ui-rig.ts';

const rig = useRig();

describe('the page', () => {
  test('holds a policy that these tests would see broken', async () => {
    const tab = await rig().tab();
    await expectHeading(tab, 'Sign in');
    await tab.page.evaluate('document.body.setAttribute("style", "color: red")');
    await expect.poll(() => tab.takeFaults().join()).toContain('policy violated: style-src-attr');
    await tab.page.evaluate('void fetch("http://127.0.0.1:1/").catch(() => undefined)');
    await expect.poll(() => tab.takeFaults().join()).toContain('policy violated: connect-src');
    const planted = 'document.body.innerHTML = "<img src=x onerror=alert(1)>"';
    await expect(tab.page.evaluate(planted)).rejects.toThrow('TrustedHTML');
    tab.takeFaults();
  });

  test('is shown in no frame of another page', async () => {
    const other = createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<title>other</title><iframe src="${rig().url}/"></iframe>`);
    });
    await new Promise<void>((listening) => void other.listen(0, '127.0.0.1', listening));
    const tab = await rig().tab();
    await tab.page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    await expect.poll(() => tab.takeFaults().join()).toMatch(/frame-ancestors|X-Frame-Options/);
    expect(await tab.page.frameLocator('iframe').getByText('Sign in').count()).toBe(0);
    tab.takeFaults();
    other.close();
  });

  test('leaves the session where no script can read it, also when it is loaded again', async () => {
    const tab = await rig().tab();
    await tab.giveCredentials('admin', adminPassword);
    await expectHeading(tab, 'Hello, admin');
    expect(await tab.page.evaluate('document.cookie')).toBe('');
    const kept = await tab.page.evaluate<string>('JSON.stringify({ ...localStorage })');
    expect(JSON.parse(kept)).toEqual({ 'nasboard.may-be-signed-in': 'yes' });
    expect(await tab.page.evaluate('sessionStorage.length')).toBe(0);
    await tab.page.reload();
    await expectHeading(tab, 'Hello, admin');
  });

  test('keeps to the theme that was chosen', async () => {
    const tab = await rig().tab();
    await tab.page.emulateMedia({ colorScheme: 'light' });
    const background = () =>
      tab.page.evaluate<string>('getComputedStyle(document.body).getPropertyValue("color")');
    const dark = 'rgb(233, 239, 246)';
    expect(await background()).not.toBe(dark);
    await tab.press('Theme: as on this device. Switch to light');
    await tab.press('Theme: light. Switch to dark');
    await expect.poll(background).toBe(dark);
    await tab.page.reload();
    await tab.page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await background()).toBe(dark);
  });

  test('fits a phone', async () => {
    await rig().user('pia');
    const tab = await rig().tab({ viewport: { width: 360, height: 740 }, hasTouch: true });
    const inspect = async (name: string): Promise<void> => {
      await expectUsable(tab, name);
      const width = await tab.page.evaluate('document.documentElement.scrollWidth');
      expect(width, name).toBeLessThanOrEqual(360);
    };
    await expectHeading(tab, 'Sign in');
    await inspect('phone-sign-in');
    await tab.giveCredentials('pia', userPassword);
    await expectHeading(tab, 'Hello, pia');
    await inspect('phone-desktop');
    await tab.page.getByRole('link', { name: 'Set it up' }).tap();
    await tab.press('Get Started');
    await tab.fill('Your password', userPassword);
    await tab.press('Next');
    await expectHeading(tab, 'Scan the code');
    await inspect('phone-wizard-key');
    await tab.goTo('options/sign-ins');
    await tab.page.getByText('This one').waitFor();
    await inspect('phone-sign-ins');
  });

  test('tells that the NAS is starting, and goes on once it is ready', async () => {
    const tab = await rig().tab();
    await tab.page.route('**/api/v1/info', (route) => route.fulfill({ status: 503 }));
    await tab.page.reload();
    await expectTold(tab, 'alert', 'The NAS is starting or resetting');
    await expectUsable(tab, 'not-ready');
    await tab.page.unroute('**/api/v1/info');
    await tab.press('Try again');
    await expectHeading(tab, 'Sign in');
  });
});
