import type { TestAnswer, TestHttpClient } from '#sim/test-kit/http';
import type { TestBench } from '#sim/test-kit/test-bench';
import type { Begun, Door, Proved, Traits, Try } from './face.ts';
import type { Person } from './scene.ts';

/** All that a client says, it says in one call. */
export const qtsTraits: Traits = {
  isGivingUp: false,
  isFinishAfterChoice: false,
  isLasting: false,
  isOneCall: true,
};

/** The QTS authentication API, as clients that never heard of any other use it. */
export class QtsFace implements Door {
  readonly name = 'QTS wire';
  readonly traits = qtsTraits;
  readonly #client: TestHttpClient;
  #who: Pick<Person, 'name' | 'password'> = { name: '', password: '' };
  #sid: string | undefined;

  constructor(bench: TestBench) {
    this.#client = bench.http.client();
  }

  async begin(who: Pick<Person, 'name' | 'password'>): Promise<Begun> {
    this.#who = who;
    const answer = elementsOf(await this.#logIn({}));
    if (answer['need_2sv'] === '1') return 'second step';
    if (answer['authPassed'] !== '1') return 'refused';
    this.#sid = answer['authSid'];
    if (answer['pw_status'] === '1') return 'new password';
    return answer['force_2sv'] === '1' ? 'set-up only' : 'in';
  }

  async prove({ kind, text }: Try): Promise<Proved> {
    const name = kind === 'answer' ? 'security_answer' : 'security_code';
    const response = await this.#logIn({ [name]: text });
    if (response.status >= 500) return 'failed';
    const answer = elementsOf(response);
    if (answer['authPassed'] !== '1') return answer['need_2sv'] === '1' ? 'wrong' : 'expired';
    this.#sid = answer['authSid'];
    return 'in';
  }

  async askForMail(): Promise<'sent' | 'too soon'> {
    const answer = elementsOf(await this.#logIn({ send_mail: '1' }));
    return answer['send_result'] === '1' ? 'sent' : 'too soon';
  }

  /** Nothing waits for it. */
  async giveUp(): Promise<void> {
    await this.home();
  }

  async home(): Promise<void> {
    if (this.#sid !== undefined) await this.logOut();
  }

  async logOut(): Promise<void> {
    const sid = this.#sid ?? '';
    await this.#client.post('/cgi-bin/authLogout.cgi', { form: { sid } });
    const after = elementsOf(await this.#client.post(authLogin, { form: { sid } }));
    if (after['authPassed'] !== '0') throw new Error('a session outlived its log-out');
    this.#sid = undefined;
  }

  #logIn(more: Readonly<Record<string, string>>): Promise<TestAnswer> {
    const { name: user, password } = this.#who;
    const pwd = Buffer.from(password).toString('base64');
    return this.#client.post(authLogin, { form: { user, pwd, ...more } });
  }
}

const authLogin = '/cgi-bin/authLogin.cgi';

function elementsOf(answer: TestAnswer): Readonly<Record<string, string | undefined>> {
  return answer.xml();
}
