import { restoreBench, type BenchSnapshot } from '#sim/bench';
import { TestBench } from '#sim/test-kit/test-bench';
import type { HttpResponse } from '#sim/parts/http-port';
import type { HttpRequest } from '#sim/peers/http-client';
import type { TestAnswer, TestHttpClient, TestRequest } from '#sim/test-kit/http';
import { powerOn } from '#sim/testing';
import { silenceTimeServers } from '../offline.ts';
import { codeAt } from '../two-step/two-step-rig.ts';

/**
 * The names of all who have an account: `maria`, `carl` and `nora` have 2-step verification, `nora`
 * with codes by e-mail, the others with a question.
 */
const names = ['admin', 'bob', 'maria', 'carl', 'nora'] as const;

/** One of them. */
type Name = (typeof names)[number];

/** The password of each. */
export const passwordOf = (name: string): string => `Pass-of-${name}-7`;

/** The answer to the security question of who has 2-step verification. */
export const answerOf = (name: string): string => `The dog of ${name}`;

/** What somebody with 2-step verification has. */
export interface Kept {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

type Enrolled = 'maria' | 'carl' | 'nora';

interface Stage {
  readonly snapshot: BenchSnapshot;
  readonly kept: Readonly<Record<Enrolled, Kept>>;
}

const enrolled: readonly Enrolled[] = ['maria', 'carl', 'nora'];

const stepMs = 30_000;

/** A client of the JSON API: a browser where it signs in by cookie, else a script. */
export class Api {
  readonly client: TestHttpClient;
  csrfToken: string | undefined;
  /** Sent as `Authorization: Bearer`, where there is one. */
  token: string | undefined;

  constructor(client: TestHttpClient) {
    this.client = client;
  }

  /** `path` is below the prefix of the API. */
  async request(
    method: string,
    path: string,
    json?: unknown,
    more: TestRequest = {},
  ): Promise<TestAnswer> {
    const { headers, ...rest } = more;
    const answer = await this.client.request(method, `/api/v1${path}`, {
      ...(json !== undefined && { json }),
      ...rest,
      headers: {
        ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
        ...(this.csrfToken !== undefined && { 'x-csrf-token': this.csrfToken }),
        ...headers,
      },
    });
    if (answer.status === 200 && answer.headers['content-type'] !== 'image/png') {
      const { csrfToken } = answer.json<{ csrfToken?: unknown }>();
      if (typeof csrfToken === 'string') this.csrfToken = csrfToken;
    }
    return answer;
  }

  /** A request that nothing must go wrong with. */
  async ask<T = Readonly<Record<string, unknown>>>(
    method: string,
    path: string,
    json?: unknown,
  ): Promise<T> {
    const answer = await this.request(method, path, json);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.body}`);
    return (answer.body === '' ? undefined : answer.json()) as T;
  }

  /** The first step. */
  async begin(name: string, more: object = {}): Promise<TestAnswer> {
    return this.request('POST', '/login', { user: name, password: passwordOf(name), ...more });
  }

  /** The first step of somebody with 2-step verification: what the second one is given to. */
  async pending(name: string): Promise<string> {
    const answer = await this.begin(name);
    const { pending } = answer.json<{ pending?: string }>();
    if (pending === undefined) throw new Error(`no second step: ${answer.body}`);
    return pending;
  }

  /** The second step. */
  async prove(pending: string, proof: object): Promise<TestAnswer> {
    return this.request('POST', `/login/${pending}/verify`, proof);
  }
}

/** What a problem is called; undefined where it is none. */
export function problemOf(answer: TestAnswer): string | undefined {
  if (!/problem\+json/.test(String(answer.headers['content-type']))) return undefined;
  return answer.json<{ type: string }>().type.replace('urn:nasboard:problem:', '');
}

/** What requests that came at one instant were answered, in no order: `200 401 401`. */
export function statusesOf(answers: readonly HttpResponse[]): string {
  return answers
    .map(({ status }) => String(status))
    .toSorted()
    .join(' ');
}

/** An appliance on the network, its people, and whoever means no good. */
export class WebScene implements AsyncDisposable {
  readonly bench: TestBench;
  readonly kept: Stage['kept'];

  constructor(bench: TestBench, kept: Stage['kept']) {
    this.bench = bench;
    this.kept = kept;
  }

  /** What the appliance believes the time is, ms. */
  get nowMs(): number {
    return this.bench.bench.firmware?.wallClockMs() ?? 0;
  }

  /** A client with cookies of its own. */
  api(from?: string): Api {
    return new Api(this.bench.http.client(from === undefined ? {} : { from }));
  }

  /** The code of somebody, so many steps from now. */
  code(name: Enrolled, steps = 0): string {
    return codeAt(this.kept[name].secret, this.nowMs + steps * stepMs);
  }

  /** Six digits that are the code of none of them for an hour around. */
  wrongCode(place = 0): string {
    const near = new Set<string>();
    for (let step = -120; step <= 120; step += 1) {
      for (const name of enrolled) near.add(this.code(name, step));
    }
    let code = 100_000 + place * 1_000;
    while (near.has(String(code))) code += 1;
    return String(code);
  }

  /** Somebody who is in, with a cookie. */
  async signedIn(name: Name, from?: string): Promise<Api> {
    const api = this.api(from);
    const answer = await api.begin(name);
    if (name === 'admin' || name === 'bob') return api;
    const { pending } = answer.json<{ pending: string }>();
    // The step that is used by nobody else here.
    const proof = { method: 'code', code: this.code(name, 1) };
    const proved = await api.prove(pending, proof);
    if (proved.status !== 200) throw new Error(proved.body);
    return api;
  }

  /**
   * Guesses a code of Maria's from an address of its own, with her password, once the wait is over;
   * answers what came of it.
   */
  async guess(place: number): Promise<string | undefined> {
    const api = this.api(`10.1.${Math.floor(place / 250)}.${1 + (place % 250)}`);
    const proof = { method: 'code', code: this.wrongCode() };
    const answer = await api.prove(await api.pending('maria'), proof);
    if (problemOf(answer) !== 'too-many-tries') return problemOf(answer);
    const { waitSeconds } = answer.json<{ waitSeconds: number }>();
    await this.bench.advance(`${waitSeconds}s`);
    return problemOf(await api.prove(await api.pending('maria'), proof));
  }

  /** Lets time pass until the appliance's clock says so, to the millisecond. */
  async passUntil(timeMs: number): Promise<void> {
    await this.bench.advance(`${Math.round((timeMs - this.nowMs) * 1000)}us`);
  }

  /** Requests that come at one instant. */
  async atOnce(requests: readonly HttpRequest[]): Promise<readonly HttpResponse[]> {
    const { bench } = this.bench;
    let isAnswered = false;
    const answers = Promise.all(requests.map((request) => bench.http(request)));
    const note = (): void => {
      isAnswered = true;
    };
    answers.then(note, note);
    await this.bench.until(() => isAnswered);
    return answers;
  }

  /** Switches off and on again, with the clock chip at that time. */
  async restartAt(timeMs: number): Promise<void> {
    await this.bench.power.off();
    this.bench.rtc.setTime(timeMs);
    await this.bench.power.on();
    await this.bench.ready();
  }

  logTexts(): readonly string[] {
    return this.bench.log.map(({ text }) => text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bench.stop();
  }
}

const mailOf = (name: string): string => `${name}@example.org`;

/** The code of the next mail to somebody. */
export async function mailedCode(bench: TestBench, name: string): Promise<string> {
  const { text } = await bench.mailbox.waitFor({ to: mailOf(name), text: /\d{8}/ });
  return /\d{8}/.exec(text)?.[0] ?? '';
}

/** Sets somebody's 2-step verification up, who is made to. */
async function enrol(bench: TestBench, name: Enrolled): Promise<Kept> {
  const api = new Api(bench.http.client());
  await api.begin(name);
  const path = '/me/two-step/enrolment';
  const { key } = await api.ask<{ key: string }>('POST', path, {});
  await api.ask('POST', `${path}/confirm`, {
    code: codeAt(key, (bench.bench.firmware?.wallClockMs() ?? 0) - stepMs),
  });
  if (name === 'nora') {
    await api.ask('PUT', `${path}/alternative`, { method: 'email', address: mailOf(name) });
    await api.ask('POST', `${path}/email-confirmation`, { code: await mailedCode(bench, name) });
  } else {
    const question = { method: 'question', number: 1, answer: answerOf(name) };
    await api.ask('PUT', `${path}/alternative`, question);
  }
  const { recoveryCodes } = await api.ask<Kept>('POST', `${path}/finish`);
  return { secret: key, recoveryCodes };
}

async function makeStage(): Promise<Stage> {
  await using bench = await powerOn({ seed: 23, until: 'power-on' });
  // Tests here count the milliseconds of its clock: that must not be slewed.
  silenceTimeServers(bench.bench);
  await bench.ready();
  const admin = new Api(bench.http.client());
  const { defaultPassword } = bench.label;
  await admin.ask('POST', '/login', { user: 'admin', password: defaultPassword });
  await admin.ask('PUT', '/me/password', { newPassword: passwordOf('admin') });
  await admin.ask('POST', '/mail-accounts', {
    name: 'Office',
    host: 'mail.example',
    port: 587,
    security: 'starttls',
    sender: 'nas@example.org',
  });
  for (const name of ['bob', 'maria', 'carl', 'nora']) {
    await admin.ask('POST', '/users', { name, password: passwordOf(name) });
  }
  await admin.ask('PUT', '/two-step/enforcement', { users: enrolled, groups: [] });
  const kept = {
    maria: await enrol(bench, 'maria'),
    carl: await enrol(bench, 'carl'),
    nora: await enrol(bench, 'nora'),
  };
  await admin.ask('PUT', '/two-step/enforcement', { users: [], groups: [] });
  await admin.ask('DELETE', '/session');
  // A code may be mailed again.
  await bench.advance('31s');
  return { snapshot: bench.bench.snapshot(), kept };
}

let stage: Promise<Stage> | undefined;

/** An appliance with its people, nobody signed in. */
export async function webScene(): Promise<WebScene> {
  stage ??= makeStage();
  const { snapshot, kept } = await stage;
  const bench = new TestBench(restoreBench(snapshot));
  bench.mailbox.discard();
  return new WebScene(bench, kept);
}
