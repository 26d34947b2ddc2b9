import { powerOn, type PowerOnOptions, type TestBench } from '#sim/testing';
import type { TestAnswer, TestHttpClient, TestRequest } from '#sim/test-kit/http';
import { silenceTimeServers } from '../../offline.ts';

/** The password of `admin` in these tests. */
export const adminPassword = 'Correct-horse-1';

/** The answer to the security question in these tests. */
export const securityAnswer = 'Rex the second';

interface Named {
  readonly name: string;
  readonly status: string;
}

interface Listed {
  readonly id: string;
  readonly user: string;
  readonly application: string;
}

/** All that tests read of bodies by name. */
export interface ApiBody {
  readonly type?: string;
  readonly status: string | number;
  readonly name: string;
  readonly detail: string;
  readonly errors: readonly object[];
  readonly triesLeft: number;
  readonly waitSeconds: number;
  readonly csrfToken: string | null;
  readonly token: string | null;
  readonly pending: string;
  readonly session: { readonly limitedTo: string | null };
  readonly device: { readonly token: string; readonly expires: string };
  readonly devices: readonly { readonly id: number }[];
  readonly sessions: readonly Listed[];
  readonly users: readonly Named[];
  readonly groups: readonly object[];
  readonly shares: readonly object[];
  readonly accounts: readonly object[];
  readonly adapters: readonly object[];
  readonly entries: readonly { readonly id: number; readonly category: string }[];
  readonly mails: readonly object[];
  readonly next: number | null;
  readonly id: number;
  readonly key: string;
  readonly uri: string;
  readonly clock: { readonly trust: string };
  readonly recoveryCodes: readonly string[];
  readonly twoStep: string;
  readonly email: string | null;
  readonly isDisabled: boolean;
  readonly network: Readonly<Record<string, unknown>>;
  readonly time: Readonly<Record<string, unknown>>;
}

/** What came back, as tests look at it. */
export interface ApiAnswer {
  readonly status: number;
  /** What a problem is called; undefined where it is none. */
  readonly problem: string | undefined;
  readonly headers: TestAnswer['headers'];
  /** Tests read what they expect to be there; `{}` where there is no JSON. */
  readonly body: ApiBody;
  readonly raw: TestAnswer;
}

/** A browser with one page of the API open: it keeps its cookie and the token of its session. */
export class Browser {
  readonly bench: TestBench;
  readonly client: TestHttpClient;
  csrfToken: string | undefined;

  constructor(bench: TestBench, from?: string) {
    this.bench = bench;
    this.client = bench.http.client(from === undefined ? {} : { from });
  }

  /** A request below the prefix; JSON, where there is any. */
  async request(
    method: string,
    path: string,
    json?: unknown,
    more: TestRequest = {},
  ): Promise<ApiAnswer> {
    const headers = {
      ...(this.csrfToken !== undefined && { 'x-csrf-token': this.csrfToken }),
      ...more.headers,
    };
    const raw = await this.client.request(method, `/api/v1${path}`, {
      ...(json !== undefined && { json }),
      ...more,
      headers,
    });
    const answer = apiAnswerOf(raw);
    if (typeof answer.body.csrfToken === 'string') this.csrfToken = answer.body.csrfToken;
    return answer;
  }

  get(path: string, more?: TestRequest): Promise<ApiAnswer> {
    return this.request('GET', path, undefined, more);
  }

  post(path: string, json?: unknown): Promise<ApiAnswer> {
    return this.request('POST', path, json);
  }

  put(path: string, json?: unknown): Promise<ApiAnswer> {
    return this.request('PUT', path, json);
  }

  patch(path: string, json?: unknown): Promise<ApiAnswer> {
    return this.request('PATCH', path, json);
  }

  delete(path: string): Promise<ApiAnswer> {
    return this.request('DELETE', path);
  }

  logIn(user: string, password: string, more: object = {}): Promise<ApiAnswer> {
    return this.post('/login', { user, password, ...more });
  }
}

/** An answer as tests look at it. */
export function apiAnswerOf(raw: TestAnswer): ApiAnswer {
  const type = String(raw.headers['content-type'] ?? '');
  const isJson = /^application\/(problem\+)?json(;|$)/.test(type);
  const body = isJson ? raw.json<ApiBody>() : ({} as ApiBody);
  const [, problem] = /^urn:nasboard:problem:(.+)$/.exec(body.type ?? '') ?? [];
  return { status: raw.status, problem, headers: raw.headers, body, raw };
}

/** A board with `admin` signed in, who has replaced the default password. */
export async function appliance(
  options: PowerOnOptions & { readonly isTimeKnown?: boolean } = {},
): Promise<{ bench: TestBench; admin: Browser }> {
  const { isTimeKnown = true, ...rest } = options;
  const bench = await powerOn({ ...rest, until: 'power-on' });
  if (!isTimeKnown) silenceTimeServers(bench.bench);
  await bench.ready();
  const admin = new Browser(bench);
  await admin.logIn('admin', bench.label.defaultPassword);
  const changed = await admin.put('/me/password', { newPassword: adminPassword });
  if (changed.status !== 200) throw new Error(`no new password: ${JSON.stringify(changed.body)}`);
  return { bench, admin };
}

/** A user beside `admin`, signed in. */
export async function newUser(
  admin: Browser,
  name: string,
  options: { password?: string; groups?: readonly string[] } = {},
): Promise<Browser> {
  const { password = passwordOf(name), groups = [] } = options;
  const made = await admin.post('/users', { name, password, groups });
  if (made.status !== 201) throw new Error(`no user: ${JSON.stringify(made.body)}`);
  const user = new Browser(admin.bench);
  await user.logIn(name, password);
  return user;
}

/** The password of a user in these tests. */
export function passwordOf(name: string): string {
  return `Password-of-${name}-1`;
}

/** Walks the wizard with a phone; answers the recovery codes. Everybody is signed out after it. */
export async function enrol(
  browser: Browser,
  name: string,
  password: string | undefined,
): Promise<readonly string[]> {
  const { phone } = browser.bench;
  const begun = await browser.post(
    '/me/two-step/enrolment',
    password === undefined ? {} : { password },
  );
  if (begun.status !== 200) throw new Error(`no enrolment: ${JSON.stringify(begun.body)}`);
  await phone.add(begun.body.uri, name);
  await browser.post('/me/two-step/enrolment/confirm', { code: phone.code(name) });
  await browser.put('/me/two-step/enrolment/alternative', {
    method: 'question',
    number: 1,
    answer: securityAnswer,
  });
  const finished = await browser.post('/me/two-step/enrolment/finish');
  if (finished.status !== 200) throw new Error(`not finished: ${JSON.stringify(finished.body)}`);
  browser.csrfToken = undefined;
  await browser.bench.advance('31s');
  return finished.body.recoveryCodes;
}

/** Signs in with password and the phone's present code. */
export async function logInWithCode(
  browser: Browser,
  name: string,
  password: string,
  more: object = {},
): Promise<ApiAnswer> {
  const first = await browser.logIn(name, password);
  const { pending } = first.body;
  return browser.post(`/login/${pending}/verify`, {
    method: 'code',
    code: browser.bench.phone.code(name),
    ...more,
  });
}
