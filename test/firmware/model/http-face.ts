import type { TestBench } from '#sim/test-kit/test-bench';
import type { Begun, Done, Face, Lasting, Proved, Traits, Try } from './face.ts';
import { ApiClient, type ApiAnswer } from './api-client.ts';
import type { Person } from './scene.ts';

const methods = {
  code: 'code',
  'recovery-code': 'recovery-code',
  answer: 'question',
  'email-code': 'email',
} as const;

const enrolmentPath = '/me/two-step/enrolment';

/** Problems that say: that was not looked at. */
const notTaken = [
  'method-not-offered',
  'clock-unset',
  'too-many-tries',
  'alternative-blocked',
  'second-step-blocked',
];

/** What a session that may do only one thing must not be able to do. */
const forbidden = [
  ['GET', '/me'],
  ['GET', '/sessions'],
  ['GET', '/users'],
  ['PUT', '/me/password', { currentPassword: 'wrong', newPassword: 'Another-1-password' }],
] as const;

/** What administrators see of the 2-step verification of all. */
interface Overview {
  readonly users: readonly { readonly name: string; readonly isNamed: boolean }[];
  readonly groups: readonly { readonly name: string; readonly isEnforced: boolean }[];
}

/** Each step is a request of its own. */
export const httpTraits: Traits = {
  isGivingUp: false,
  isFinishAfterChoice: false,
  isLasting: true,
  isOneCall: false,
};

/** The JSON API, as a browser uses it. */
export class HttpFace implements Face, Lasting {
  readonly name = 'JSON API';
  readonly traits = httpTraits;
  readonly lasting = this;
  readonly #bench: TestBench;
  #client: ApiClient;
  #pending = 'none';
  #device: string | undefined;
  readonly #kept = new Map<string, { client: ApiClient; device: string | undefined }>();

  constructor(bench: TestBench) {
    this.#bench = bench;
    this.#client = new ApiClient(bench);
  }

  async begin(who: Pick<Person, 'name' | 'password'>): Promise<Begun> {
    return this.#begin(who);
  }

  async #begin(
    { name, password }: Pick<Person, 'name' | 'password'>,
    deviceToken?: string,
  ): Promise<Begun> {
    this.#client = new ApiClient(this.#bench);
    this.#device = undefined;
    const answer = await this.#client.request('POST', '/login', {
      user: name,
      password,
      ...(deviceToken !== undefined && { deviceToken }),
    });
    if (answer.problem === 'wrong-credentials') return 'refused';
    this.#expectStatus(answer, 200);
    if (answer.body['status'] === 'second-step') {
      this.#pending = String(answer.body['pending']);
      return 'second step';
    }
    return this.#arrival();
  }

  async prove({ kind, text }: Try): Promise<Proved> {
    const what = kind === 'answer' ? { answer: text } : { code: text };
    const path = `/login/${this.#pending}`;
    const answer = await this.#client.request('POST', `${path}/verify`, {
      method: methods[kind],
      ...what,
      remember: true,
    });
    if (answer.status === 200) {
      this.#device = (answer.body['device'] as { readonly token: string }).token;
      return 'in';
    }
    if (answer.problem === 'login-expired') return 'expired';
    if (answer.problem === 'unavailable') return 'failed';
    if (answer.problem !== undefined && notTaken.includes(answer.problem)) return 'not taken';
    if (answer.problem !== 'wrong-proof') throw unexpected(answer);
    const still = await this.#client.request('GET', path);
    return still.status === 200 ? 'wrong' : 'over';
  }

  async askForMail(): Promise<'sent' | 'too soon'> {
    const answer = await this.#client.request('POST', `/login/${this.#pending}/email-code`);
    if (answer.problem === 'too-many-tries') return 'too soon';
    this.#expectStatus(answer, 200);
    return 'sent';
  }

  async giveUp(): Promise<void> {
    this.#expectStatus(await this.#client.request('DELETE', `/login/${this.#pending}`), 204);
  }

  async home(): Promise<void> {
    await this.#client.request('DELETE', '/session');
  }

  async logOut(): Promise<void> {
    this.#expectStatus(await this.#client.request('DELETE', '/session'), 204);
  }

  async isConfined(): Promise<boolean> {
    return isConfined(this.#client);
  }

  async replacePassword(password: string): Promise<Begun> {
    const answer = await this.#client.request('PUT', '/me/password', { newPassword: password });
    if (answer.problem === 'password-refused') return 'refused';
    this.#expectStatus(answer, 200);
    return this.#arrival();
  }

  async openWizard(person: Person, code?: string): Promise<{ readonly uri: string } | Done> {
    const answer = await this.#client.request('POST', enrolmentPath, {
      password: person.password,
      ...(code !== undefined && { code }),
    });
    return answer.status === 200 ? { uri: String(answer.body['uri']) } : doneOf(answer);
  }

  async confirm(code: string): Promise<Done> {
    return doneOf(await this.#client.request('POST', `${enrolmentPath}/confirm`, { code }));
  }

  async chooseQuestion(answer: string): Promise<Done> {
    const choice = { method: 'question', number: 1, answer };
    return doneOf(await this.#client.request('PUT', `${enrolmentPath}/alternative`, choice));
  }

  async finish(): Promise<readonly string[] | Done> {
    const answer = await this.#client.request('POST', `${enrolmentPath}/finish`);
    if (answer.status !== 200) return doneOf(answer);
    const after = await this.#client.request('GET', '/session');
    if (after.problem !== 'not-signed-in') throw unexpected(after);
    return answer.body['recoveryCodes'] as readonly string[];
  }

  async leaveWizard(): Promise<void> {
    this.#expectStatus(await this.#client.request('DELETE', enrolmentPath), 204);
  }

  async disable(person: Person, code: string): Promise<Done> {
    const { password } = person;
    return doneOf(await this.#client.request('POST', '/me/two-step/disable', { password, code }));
  }

  async enforce(holder: 'user' | 'group', name: string, isOn: boolean): Promise<Done> {
    const { body } = await this.#client.request('GET', '/two-step');
    const overview = body as unknown as Overview;
    const isKept = (kind: string, one: string): boolean => kind !== holder || one !== name;
    const listed = {
      user: overview.users.filter(({ isNamed }) => isNamed),
      group: overview.groups.filter(({ isEnforced }) => isEnforced),
    };
    const wanted = (kind: 'user' | 'group'): readonly string[] => [
      ...listed[kind].map((one) => one.name).filter((one) => isKept(kind, one)),
      ...(kind === holder && isOn ? [name] : []),
    ];
    const change = { users: wanted('user'), groups: wanted('group') };
    return doneOf(await this.#client.request('PUT', '/two-step/enforcement', change));
  }

  async setMember(group: string, name: string, isMember: boolean): Promise<Done> {
    const path = `/groups/${group}/members/${name}`;
    return doneOf(await this.#client.request(isMember ? 'PUT' : 'DELETE', path));
  }

  async disableOther(name: string): Promise<Done> {
    return doneOf(await this.#client.request('POST', `/users/${name}/two-step/reset`));
  }

  keep(owner: string): void {
    this.#kept.set(owner, { client: this.#client, device: this.#device });
    this.#client = new ApiClient(this.#bench);
  }

  async kept(owner: string): Promise<'over' | 'free' | 'limited'> {
    const client = this.#kept.get(owner)?.client;
    const answer = await client?.request('GET', '/session');
    if (client === undefined || answer?.problem === 'not-signed-in') return 'over';
    return (await isConfined(client)) ? 'limited' : 'free';
  }

  async beginAtDevice(who: Pick<Person, 'name' | 'password'>, owner: string): Promise<Begun> {
    return this.#begin(who, this.#kept.get(owner)?.device ?? 'none');
  }

  /** What the session is that the client has now. */
  async #arrival(): Promise<Begun> {
    const answer = await this.#client.request('GET', '/session');
    this.#expectStatus(answer, 200);
    const { limitedTo } = answer.body['session'] as { readonly limitedTo: string | null };
    if (limitedTo === 'change-password') return 'new password';
    return limitedTo === 'set-up-2sv' ? 'set-up only' : 'in';
  }

  #expectStatus(answer: ApiAnswer, wanted: number): void {
    if (answer.status !== wanted) throw unexpected(answer);
  }
}

/** Whether a session may do none of that. */
async function isConfined(client: ApiClient): Promise<boolean> {
  const answers: string[] = [];
  for (const [method, path, json] of forbidden) {
    const { problem } = await client.request(method, path, json);
    answers.push(problem ?? 'done');
  }
  return answers.every((answer) => answer === 'session-limited');
}

function doneOf(answer: ApiAnswer): Done {
  const { status, problem } = answer;
  if (problem === undefined && status < 300) return 'done';
  if (problem === 'code-wrong') return 'wrong';
  if (problem === 'enrolment-expired') return 'expired';
  if (problem === 'unavailable') return 'failed';
  if (problem === 'two-step-enforced' || problem === 'two-step-not-enabled') return 'refused';
  throw unexpected(answer);
}

function unexpected({ status, problem }: ApiAnswer): Error {
  return new Error(`an answer that nobody expects: ${status} ${problem ?? ''}`);
}
