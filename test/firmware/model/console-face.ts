import type { TestBench } from '#sim/test-kit/test-bench';
import type { Begun, Done, Face, Proved, Traits, Try } from './face.ts';
import type { Person } from './scene.ts';

/** How another way is called at the prompt that offers them. */
const ways = {
  answer: 'security question',
  'recovery-code': 'recovery code',
  'email-code': 'code by e-mail',
} as const;

const emailPrompt = 'Code from the mail: ';

/** Longer than the console makes anybody wait after a refusal. */
const refusalMs = 2_100;

/** There is one console, and no other browser. */
export const consoleTraits: Traits = {
  isGivingUp: true,
  isFinishAfterChoice: true,
  isLasting: false,
  isOneCall: false,
};

/** The serial console. */
export class ConsoleFace implements Face {
  readonly name = 'console';
  readonly traits = consoleTraits;
  readonly #bench: TestBench;
  /** What the wizard holds back until Finish, which the console does not ask for. */
  #answer: string | undefined;

  constructor(bench: TestBench) {
    this.#bench = bench;
  }

  async begin({ name, password }: Pick<Person, 'name' | 'password'>): Promise<Begun> {
    this.#expectState('login');
    await this.#enter(name);
    const shown = await this.#enter(password);
    if (this.#state === 'refused') {
      await this.#bench.advance(`${refusalMs}ms`);
      return 'refused';
    }
    if (this.#isAtSecondStep) return 'second step';
    if (this.#state === 'new-password') return 'new password';
    return this.#arrival(shown);
  }

  async prove(tried: Try): Promise<Proved> {
    if (this.#state === 'login') return 'expired';
    if (!(await this.#goTo(tried.kind))) return this.#state === 'login' ? 'expired' : 'not taken';
    const shown = await this.#enter(tried.text);
    if (this.#isIn || this.#state === 'prompt') return 'in';
    const isOver = this.#state === 'login';
    if (/Wrong (code|answer|recovery code)\./.test(shown)) return isOver ? 'over' : 'wrong';
    if (shown.includes('That took too long')) return 'expired';
    if (/Not checked|is not set|is blocked|Blocked after|not open to you/.test(shown)) {
      return 'not taken';
    }
    if (isOver) return 'failed';
    throw this.#unexpected(`what came of a ${tried.kind}`, shown);
  }

  async askForMail(): Promise<'sent' | 'too soon'> {
    const { output } = this.#bench.serial;
    await this.#goTo('email-code');
    const shown = this.#bench.serial.output.slice(output.length);
    if (shown.includes('A code is on its way')) return 'sent';
    if (shown.includes('A code was mailed a moment ago')) return 'too soon';
    throw this.#unexpected('a mail with a code', shown);
  }

  async giveUp(): Promise<void> {
    await this.#type('\x03');
    this.#expectState('login');
  }

  async home(): Promise<void> {
    this.#answer = undefined;
    for (let tries = 0; this.#state !== 'login'; tries += 1) {
      if (tries > 3) throw this.#unexpected('the login prompt', this.#lastLine);
      await this.#type(this.#isIn ? '\x04' : '\x03');
    }
  }

  async logOut(): Promise<void> {
    await this.home();
  }

  async isConfined(): Promise<boolean> {
    // Whatever is typed is an answer to the wizard's question, and leaving it ends the session.
    const shown = await this.#enter('whoami');
    return this.#state === 'prompt' && shown.includes('Wrong code.');
  }

  async replacePassword(password: string): Promise<Begun> {
    await this.#enter(password);
    const shown = await this.#enter(password);
    return shown.includes('Password changed.') ? this.#arrival(shown) : 'refused';
  }

  async openWizard(person: Person, code?: string): Promise<{ readonly uri: string } | Done> {
    // Who may do nothing else is in it already.
    if (this.#isIn) {
      await this.#goToShell();
      await this.#enter('2sv enable');
      await this.#enter(person.password);
      if (code !== undefined) await this.#enter(code);
    }
    const { output } = this.#bench.serial;
    const drawn = output.slice(output.lastIndexOf('1 of 3'));
    const [uri] = /otpauth:\/\/\S+/.exec(drawn) ?? [];
    if (this.#state !== 'prompt' || uri === undefined) return 'refused';
    return { uri };
  }

  async confirm(code: string): Promise<Done> {
    if (this.#state !== 'prompt') return 'expired';
    // Past that question the console asks for no code any more; it says whether it still goes on.
    if (!this.#lastLine.endsWith('Security code: ')) return this.#tellChoice();
    const shown = await this.#enter(code);
    if (this.#state === 'prompt' && !this.#lastLine.endsWith('Security code: ')) return 'done';
    return this.#refusal(shown);
  }

  async chooseQuestion(answer: string): Promise<Done> {
    // A choice made before is taken back by repeating another answer.
    if (this.#answer !== undefined) await this.#enter(`not ${this.#answer}`);
    await this.#enter('1');
    const shown = await this.#enter(answer);
    this.#answer = answer;
    return shown.endsWith('Repeat the answer: ') ? 'done' : this.#refusal(shown);
  }

  async #tellChoice(): Promise<Done> {
    if (this.#answer === undefined) await this.chooseQuestion('whatever');
    const shown = await this.#enter(this.#answer ?? '');
    return shown.includes('2-step verification is on.') ? 'done' : this.#refusal(shown);
  }

  async finish(): Promise<readonly string[] | Done> {
    const shown = await this.#enter(this.#answer ?? '');
    this.#answer = undefined;
    if (!shown.includes('2-step verification is on.')) return this.#refusal(shown);
    this.#expectState('login');
    return recoveryCodesIn(shown);
  }

  /** In place of a question: the code that is mailed to the address, and with it Finish. */
  async finishWithEmail(address: string, code: () => Promise<string>): Promise<readonly string[]> {
    await this.#enter('5');
    await this.#enter(address);
    const shown = await this.#enter(await code());
    this.#expectState('login');
    return recoveryCodesIn(shown);
  }

  async leaveWizard(): Promise<void> {
    this.#answer = undefined;
    await this.#type('\x03');
  }

  async disable(person: Person, code: string): Promise<Done> {
    await this.#goToShell();
    let shown = await this.#enter('2sv disable');
    if (this.#state === 'prompt') {
      await this.#enter(person.password);
      shown = await this.#enter(code);
    }
    if (shown.includes('2-step verification is off.')) return 'done';
    return shown.includes('is not on.') ? 'refused' : this.#refusal(shown);
  }

  async enforce(holder: 'user' | 'group', name: string, isOn: boolean): Promise<Done> {
    const shown = await this.command(`2sv enforce ${holder} ${name} ${isOn ? 'on' : 'off'}`);
    return /is (no longer )?enforced on/.test(shown) ? 'done' : this.#refusal(shown);
  }

  async setMember(group: string, name: string, isMember: boolean): Promise<Done> {
    const shown = await this.command(`group ${isMember ? 'add' : 'remove'} ${group} ${name}`);
    return shown.includes('Done: ') ? 'done' : this.#refusal(shown);
  }

  async disableOther(name: string): Promise<Done> {
    await this.command(`2sv reset ${name}`);
    const shown = await this.#enter('y');
    return shown.includes('is off.') ? 'done' : this.#refusal(shown);
  }

  /** A line in the shell of whoever is logged in; answers what came. */
  async command(line: string): Promise<string> {
    await this.#goToShell();
    return this.#enter(line);
  }

  /** In the session of an administrator. */
  async createUser({ name, password }: Person, group = ''): Promise<void> {
    await this.command(`user create ${name} ${group}`);
    await this.#enter(password);
    const shown = await this.#enter(password);
    if (!shown.includes('Done: ')) throw this.#unexpected('a new user', shown);
  }

  async #goToShell(): Promise<void> {
    if (this.#state === 'menu') await this.#type('q\ry\r');
    this.#expectState('shell');
  }

  /** Goes to the prompt for such a proof; false where that way is not offered. */
  async #goTo(kind: Try['kind']): Promise<boolean> {
    if (kind === 'code') {
      // Without a clock the console asks for none, and Enter would give the login up.
      if (this.#bench.states['clock.trust'] === 'unset') return false;
      if (this.#state === 'another-way') await this.#enter('');
      return this.#state === 'security-code';
    }
    // Asked for a moment ago.
    if (kind === 'email-code' && this.#lastLine === emailPrompt) return true;
    if (this.#state === 'security-code') await this.#enter('');
    if (this.#state !== 'another-way') return false;
    const [, key] = new RegExp(`(\\d) ${ways[kind]}`).exec(this.#lastLine) ?? [];
    if (key !== undefined) await this.#enter(key);
    if (!this.#lastLine.startsWith('Verify another way: ')) return true;
    // Nothing is offered any more where the login is over: the prompt for a code tells why.
    const isNothingOffered = !/\d /.test(this.#lastLine);
    if (isNothingOffered) await this.#enter('');
    return isNothingOffered && this.#isAt('security-code');
  }

  #refusal(shown: string): Done {
    if (/took too long/.test(shown)) return 'expired';
    if (/Wrong/.test(shown)) return 'wrong';
    if (/Refused: /.test(shown)) return 'refused';
    if (/Failed: /.test(shown)) return 'failed';
    throw this.#unexpected('the answer', shown);
  }

  /** Where somebody is who has come in. */
  #arrival(shown: string): Begun {
    if (this.#isIn) return 'in';
    const isSetUp = shown.includes('must be set up before anything else');
    if (this.#state === 'prompt' && isSetUp) return 'set-up only';
    throw this.#unexpected('a session', shown);
  }

  get #state(): string | undefined {
    return this.#bench.bench.stateOf('console');
  }

  #isAt(state: string): boolean {
    return this.#state === state;
  }

  get #isIn(): boolean {
    return this.#state === 'menu' || this.#state === 'shell';
  }

  get #isAtSecondStep(): boolean {
    return this.#state === 'security-code' || this.#state === 'another-way';
  }

  get #lastLine(): string {
    const { output } = this.#bench.serial;
    return output.slice(output.lastIndexOf('\n') + 1);
  }

  async #enter(line: string): Promise<string> {
    return this.#type(`${line}\r`);
  }

  async #type(input: string): Promise<string> {
    const before = this.#bench.serial.output.length;
    await this.#bench.serial.write(input);
    return this.#bench.serial.output.slice(before);
  }

  #expectState(wanted: string): void {
    if (this.#state === wanted) return;
    throw this.#unexpected(`the console in the state ${wanted}`, this.#lastLine);
  }

  #unexpected(wanted: string, shown: string): Error {
    return new Error(`${wanted} was expected; the console is ${this.#state}: ${shown}`);
  }
}

function recoveryCodesIn(shown: string): readonly string[] {
  return [...shown.matchAll(/^ {2}recovery code \d+: (\S+)\s*$/gm)].map(([, code = '']) => code);
}
