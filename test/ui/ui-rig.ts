import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import type { LiveBench } from '#sim/cli/live/live-bench';
import type { ReceivedMail } from '#sim/peers/mailbox';
import { silenceTimeServers } from '../firmware/offline.ts';
import { startChromium } from './chromium.ts';
import { runUntil, startNas } from './nas.ts';
import { Seat } from './seat.ts';
import { Tab, type TabOptions } from './tab.ts';

/** The password of `admin` in these tests. */
export const adminPassword = 'Correct-horse-1';

/** The password of every other user. */
export const userPassword = 'Battery-staple-2';

/** The answer to the security question. */
export const securityAnswer = 'Rex the second';

interface Question {
  readonly number: number;
  readonly text?: string;
  readonly answer: string;
}

const petName: Question = { number: 1, answer: securityAnswer };

/** Codes by e-mail have eight digits. */
const mailedCode = /\b\d{8}\b/;

/** A NAS in real time with its web server on this machine, and a browser before it. */
export class UiRig implements AsyncDisposable {
  readonly live: LiveBench;
  /** `admin`, by the API. */
  readonly admin: Seat;
  readonly #browser: Browser;
  readonly #tabs: Tab[] = [];
  #mailsRead = 0;

  private constructor(live: LiveBench, browser: Browser) {
    this.live = live;
    this.#browser = browser;
    this.admin = new Seat(this.url);
  }

  /** A NAS whose `admin` has chosen a password; wrong passwords block no address. */
  static async start(): Promise<UiRig> {
    const [live, browser] = await Promise.all([startNas(), startChromium()]);
    const rig = new UiRig(live, browser);
    await rig.admin.signIn('admin', live.bench.board.label.defaultPassword);
    await rig.admin.ask('PUT', '/me/password', { newPassword: adminPassword });
    await rig.admin.ask('PATCH', '/settings', { 'protection.ip.enabled': false });
    return rig;
  }

  /** Where the NAS is now: after a restart at another port. */
  get url(): string {
    return /http:\/\/\S+/.exec(this.live.web.where)?.[0] ?? '';
  }

  get phone(): LiveBench['phone'] {
    return this.live.phone;
  }

  /** A new user, with 2-step verification where that is wanted. */
  async user(name: string, options: { readonly twoStep?: boolean } = {}): Promise<void> {
    await this.admin.ask('POST', '/users', { name, password: userPassword });
    if (options.twoStep === true) await this.enrol(name);
  }

  /** Sets 2-step verification up by the API; answers the recovery codes. */
  async enrol(name: string, question: Question = petName): Promise<readonly string[]> {
    const path = '/me/two-step/enrolment';
    const seat = new Seat(this.url);
    await seat.signIn(name, userPassword);
    const begun = await seat.ask<{ uri: string }>('POST', path, { password: userPassword });
    await this.phone.add(begun.uri, name);
    await seat.ask('POST', `${path}/confirm`, { code: this.phone.code(name) });
    await seat.ask('PUT', `${path}/alternative`, { method: 'question', ...question });
    const { recoveryCodes } = await seat.ask<{ recoveryCodes: string[] }>('POST', `${path}/finish`);
    await this.nextCode();
    return recoveryCodes;
  }

  /** Somebody who has the password gives so many wrong codes, and waits as long as is asked for. */
  async giveWrongCodes(name: string, count: number): Promise<void> {
    const body = { method: 'code', code: '000000' };
    const stranger = new Seat(this.url);
    for (let given = 0; given < count; given += 1) {
      const login = { user: name, password: userPassword };
      const { pending } = await stranger.ask<{ pending: string }>('POST', '/login', login);
      await stranger.fail(401, 'POST', `/login/${pending}/verify`, body);
      await stranger.ask('DELETE', `/login/${pending}`);
      await this.pass(901);
    }
    await this.admin.signIn('admin', adminPassword);
  }

  /** Requires 2-step verification of these users and of nobody else. */
  async enforce(users: readonly string[]): Promise<void> {
    await this.admin.ask('PUT', '/two-step/enforcement', { users, groups: [] });
  }

  /** An administrator ends all that a user has open. */
  async endSessionsOf(name: string): Promise<void> {
    const { sessions } = await this.admin.ask<{
      sessions: readonly { readonly id: string; readonly user: string }[];
    }>('GET', '/sessions');
    for (const { id, user } of sessions) {
      if (user === name) await this.admin.ask('DELETE', `/sessions/${id}`);
    }
  }

  /** Somebody holds RESET; it is done when the appliance is ready again. */
  async holdReset(seconds: number): Promise<void> {
    const { board, firmware } = this.live.bench;
    await this.live.pacer.act(() => board.resetButton.hold(seconds * 1_000_000));
    await this.pass(seconds + 5);
    if (firmware?.states().appliance !== 'ready') throw new Error('the reset is not done');
  }

  /** The coin cell is dead, no time server answers, and the plug is pulled and put back. */
  async loseTime(): Promise<void> {
    const { bench, pacer } = this.live;
    await pacer.act(() => {
      silenceTimeServers(bench);
      bench.board.rtc.setBattery('dead');
      bench.board.powerCycle();
    });
    await runUntil(this.live, () => bench.firmware?.states().appliance === 'ready');
  }

  /** From now on the NAS sends mail. */
  async setUpMail(): Promise<void> {
    const { host } = this.live.bench.mailServer;
    const account = { name: 'mail', host, port: 587, security: 'starttls' };
    await this.admin.ask('POST', '/mail-accounts', { ...account, sender: 'nas@example.org' });
  }

  /** The code of the next mail to that address that holds one. */
  async mailedCode(address: string): Promise<string> {
    const { mailServer } = this.live.bench;
    const isWanted = ({ number, envelope, text }: ReceivedMail): boolean =>
      number > this.#mailsRead && envelope.to.includes(address) && mailedCode.test(text);
    const mail = await vi.waitFor(
      () => {
        const found = mailServer.messages.find(isWanted);
        if (found === undefined) throw new Error(`no code has come to ${address}`);
        return found;
      },
      { timeout: 20_000 },
    );
    this.#mailsRead = mail.number;
    return mailedCode.exec(mail.text)?.[0] ?? '';
  }

  /** Lets so much time pass at once. */
  async pass(seconds: number): Promise<void> {
    const { pacer, bench } = this.live;
    await pacer.drive((run) => run.runWhile(() => true, bench.world.nowUs + seconds * 1_000_000), {
      isAtOnce: true,
    });
  }

  /** From then on the phone shows a code that was never used. */
  async nextCode(): Promise<void> {
    await this.pass(31);
  }

  /** A browser of its own: no cookie, nothing remembered. */
  async tab(options: TabOptions = {}): Promise<Tab> {
    const context = await this.#browser.newContext({
      viewport: { width: 1180, height: 780 },
      locale: 'en-GB',
      reducedMotion: 'reduce',
      ...options,
    });
    const tab = await Tab.open(context, this.url);
    this.#tabs.push(tab);
    return tab;
  }

  /** Closes the tabs; answers what went wrong in them. */
  async closeTabs(): Promise<readonly string[]> {
    const tabs = this.#tabs.splice(0);
    const faults = tabs.flatMap((tab) => tab.faults);
    await Promise.all(tabs.map((tab) => tab.close()));
    return faults;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.live.end();
  }
}

/** One NAS and one browser for the tests of a file, a tab for each; nothing may go wrong in it. */
export function useRig(): () => UiRig {
  let rig: UiRig | undefined;
  const started = (): UiRig => {
    if (rig === undefined) throw new Error('the rig did not start');
    return rig;
  };
  beforeAll(async () => {
    rig = await UiRig.start();
  });
  afterEach(async () => {
    expect(await started().closeTabs()).toEqual([]);
  });
  afterAll(async () => rig?.[Symbol.asyncDispose]());
  return started;
}
