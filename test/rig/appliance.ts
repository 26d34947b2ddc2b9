import { type TOTP, URI } from 'otpauth';
import { lines } from './image.ts';
import type { Machine } from './machine.ts';

/** Emulation on a busy host is slow: nothing here says how fast anything is. */
const patienceMs = 240_000;

const password = 'Own-password-1';

/** The whole appliance on the emulated board, from the seat of somebody beside it. */
export class Appliance {
  readonly #machine: Machine;
  readonly #base: string;
  #seen = 0;
  #token: string | undefined;

  constructor(machine: Machine, webPort: number) {
    this.#machine = machine;
    this.#base = `http://127.0.0.1:${webPort}/api/v1`;
  }

  /** Waits until the console asks for a name. */
  async loginPrompt(): Promise<void> {
    await this.#until(/login: $/);
  }

  /** Holds RESET for so long by the host's clock; the guest's kernel measures it. */
  async hold(ms: number): Promise<void> {
    const { driver } = this.#machine;
    await driver.set(lines.keysReset, false);
    await new Promise((resolve) => setTimeout(resolve, ms));
    await driver.set(lines.keysReset, true);
  }

  /** Waits for a text on the console, from the last one on. */
  async says(pattern: RegExp): Promise<void> {
    await this.#until(pattern);
  }

  /** What was on the console so far is not looked at. */
  forgetConsole(): void {
    this.#seen = this.#machine.uartText.length;
  }

  /** Whether the console has said it since the last text that was waited for. */
  hasSaid(pattern: RegExp): boolean {
    return pattern.test(this.#machine.uartText.slice(this.#seen));
  }

  /** Signs in with a password that is to be changed, and changes it. */
  async takeOver(defaultPassword: string): Promise<void> {
    await this.#signIn({ password: defaultPassword });
    const change = { currentPassword: defaultPassword, newPassword: password };
    await this.#call('PUT', '/me/password', change);
    this.#token = undefined;
  }

  /** Signs in with a password that is to be taken, while one of one's own no longer is. */
  async expectPassword(defaultPassword: string): Promise<void> {
    const own = await this.#signIn({ password }).catch((error: Error) => error.message);
    if (!/: 401 /.test(String(own))) throw new Error(`the old password: ${JSON.stringify(own)}`);
    await this.#signIn({ password: defaultPassword });
    this.#token = undefined;
  }

  /** Sets 2-step verification up; answers what the phone then has. */
  async enrol(): Promise<TOTP> {
    await this.#signIn({ password });
    const path = '/me/two-step/enrolment';
    const { uri } = (await this.#call('POST', path, { password })) as { uri: string };
    const phone = URI.parse(uri) as TOTP;
    await this.#call('POST', `${path}/confirm`, { code: await this.#code(phone) });
    const question = { method: 'question', number: 2, answer: 'chess boxing' };
    await this.#call('PUT', `${path}/alternative`, question);
    await this.#call('POST', `${path}/finish`, {});
    this.#token = undefined;
    return phone;
  }

  /** Signs in with password and code. */
  async signInWith(phone: TOTP): Promise<void> {
    const pending = (await this.#signIn({ password })) as { status: string; pending?: string };
    if (pending.status !== 'second-step') throw new Error(`no second step: ${pending.status}`);
    // The step of the set-up, or of the sign-in before, is used up.
    await new Promise((resolve) => setTimeout(resolve, 31_000));
    const proof = { method: 'code', code: await this.#code(phone), token: true };
    const path = `/login/${pending.pending ?? ''}/verify`;
    const { token } = (await this.#call('POST', path, proof)) as { token?: string };
    this.#token = token;
  }

  /** Changes a setting again and again until nobody answers any more. */
  async writeUntilGone(onWriting: () => void): Promise<number> {
    for (let written = 0; ; written += 1) {
      try {
        await this.#call('PATCH', '/settings', { 'network.hostName': `rig-${written}` });
      } catch (error) {
        if (error instanceof TypeError) return written;
        throw error;
      }
      if (written === 5) onWriting();
    }
  }

  async hostName(): Promise<string> {
    const info = (await this.#call('GET', '/info')) as { hostName: string };
    return info.hostName;
  }

  /** By the clock of the appliance, which this host's need not be. */
  async #code(phone: TOTP): Promise<string> {
    const response = await fetch(`${this.#base}/info`);
    return phone.generate({ timestamp: Date.parse(response.headers.get('date') ?? '') });
  }

  async #signIn(words: { password: string }): Promise<unknown> {
    const answer = (await this.#call('POST', '/login', {
      user: 'admin',
      ...words,
      token: true,
    })) as {
      token?: string;
    };
    this.#token = answer.token;
    return answer;
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async #until(pattern: RegExp): Promise<void> {
    this.#seen = await this.#machine.untilUart(pattern, this.#seen, patienceMs);
  }
}
