import { Secret } from 'otpauth';
import { vi } from 'vitest';
import { HttpPorts, type HttpResponse } from '#sim/parts/http-port';
import type { TestBench } from '#sim/test-kit/test-bench';
import { Api } from './attacks/web-scene.ts';
import { consoleOf } from './console/console-bench.ts';
import { finishWizard } from './console/two-step-person.ts';
import { readableOf, type Readable } from './secret-search.ts';
import { codeAt } from './two-step/two-step-rig.ts';

const loginCgi = '/cgi-bin/authLogin.cgi';
const enrolment = '/me/two-step/enrolment';
const smtpPassword = 'Smtp-relay-word-7';

/** Requests whose answers are for everybody to read who may make them. */
const lists = [
  '/info',
  '/me',
  '/me/two-step',
  '/me/sessions',
  '/me/devices',
  '/users',
  '/users/maria',
  '/groups',
  '/shares',
  '/two-step',
  '/sessions',
  '/settings',
  '/mail-accounts',
  '/outbox',
  '/log',
  '/openapi.json',
];

/** What a run left behind. */
export interface Run {
  readonly bench: TestBench;
  /** Everything that must be readable nowhere, with what it is. */
  readonly secrets: ReadonlyMap<string | Uint8Array, string>;
  /** What the wizard on the console shows once, on purpose. */
  readonly shown: ReadonlySet<string>;
  /** Each is in the one mail that brought it, and nowhere else. */
  readonly mailed: ReadonlySet<string>;
  readonly places: Readable;
}

/** The run must come where it is to come. */
function must(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`the run has gone astray: ${what}`);
}

/** A life with everything that is secret, through console, QTS API, JSON API and mail. */
export class WholeRun {
  readonly bench: TestBench;
  readonly secrets = new Map<string | Uint8Array, string>();
  readonly shown = new Set<string>();
  readonly mailed = new Set<string>();
  readonly #admin: Api;
  readonly #failures: string[] = [];
  readonly #lists: string[] = [];

  constructor(bench: TestBench) {
    this.bench = bench;
    this.#admin = this.#api();
  }

  /** All of it; the caller restores what it spies on. */
  async run(): Promise<Run> {
    const original = HttpPorts.prototype.request;
    const failures = this.#failures;
    vi.spyOn(HttpPorts.prototype, 'request').mockImplementation(async function (
      this: HttpPorts,
      request,
    ): Promise<HttpResponse> {
      const answer = await original.call(this, request);
      if (answer.status >= 400) failures.push(JSON.stringify(answer));
      return answer;
    });
    await this.#setUp();
    const maria = await this.#enrolByApi();
    await this.#signInByApi(maria);
    await this.#signInByQts(maria);
    await this.#useMail();
    await this.#enrolByConsole();
    await this.#changePasswords();
    await this.#fail();
    for (const path of lists) {
      const answer = await this.#admin.request('GET', path);
      must(answer.status === 200, path);
      this.#lists.push(JSON.stringify(answer));
      this.#lists.push(answer.body);
    }
    const { bench, secrets, shown, mailed } = this;
    return { bench, secrets, shown, mailed, places: this.#places() };
  }

  #places(): Readable {
    const { bench } = this;
    const mails = bench.mailbox.messages.map(
      (mail) => Buffer.from(mail.message).toString() + JSON.stringify({ ...mail, message: '' }),
    );
    return {
      ...readableOf(bench.bench),
      'answers to failures': this.#failures.join('\n'),
      'lists of the API': this.#lists.join('\n'),
      'the mails': mails.join('\n'),
      'states and failures of the test kit': bench.describe() + JSON.stringify(bench.states),
    };
  }

  #api(): Api {
    return new Api(this.bench.http.client());
  }

  #keep(what: string, secret: string): string {
    must(secret !== '', what);
    this.secrets.set(secret, what);
    return secret;
  }

  /** The key of an authenticator, in all the forms that a key has beyond those of any word. */
  #keepKey(what: string, key: string): string {
    this.#keep(what, key);
    this.#keep(`${what} in groups`, key.match(/.{4}/g)?.join(' ') ?? '');
    this.secrets.set(new Uint8Array(Secret.fromBase32(key).bytes), `${what} as bytes`);
    return key;
  }

  #keepTokens(api: Api): void {
    this.#keep('session token', api.client.cookie('nasboard_session') ?? '');
    this.#keep('CSRF token', api.csrfToken ?? '');
  }

  #code(key: string, steps = 0): string {
    const nowMs = this.bench.bench.firmware?.wallClockMs() ?? 0;
    return this.#keep('security code', codeAt(key, nowMs + steps * 30_000));
  }

  async #setUp(): Promise<void> {
    const { bench } = this;
    const admin = this.#admin;
    const first = this.#keep('default password', bench.label.defaultPassword);
    await admin.ask('POST', '/login', { user: 'admin', password: first });
    this.#keepTokens(admin);
    const tooShort = this.#keep('password that is refused', 'Sh0rt-w');
    await admin.request('PUT', '/me/password', { newPassword: tooShort });
    const password = this.#keep('password', 'Adm1n-of-all');
    await admin.ask('PUT', '/me/password', { newPassword: password });
    const account = { user: 'relay', password: this.#keep('SMTP password', smtpPassword) };
    bench.mailbox.demandAccount(account);
    await admin.ask('POST', '/mail-accounts', {
      name: 'Office',
      host: 'mail.example',
      port: 587,
      security: 'starttls',
      sender: 'nas@example.org',
      ...account,
    });
    for (const name of ['maria', 'olga', 'nora']) {
      const email = `${name}@example.org`;
      const word = this.#keep('password', `First-of-${name}-1`);
      await admin.ask('POST', '/users', { name, password: word, email });
    }
    await admin.ask('PUT', '/two-step/enforcement', { users: ['maria', 'nora'], groups: [] });
    // Typed too early, in the place of a name.
    const early = this.#keep('password in place of a name', 'Typed-too-early-9');
    await this.#api().request('POST', '/login', { user: early, password: early });
    const wrong = this.#keep('wrong password', 'Wr0ng-of-maria');
    await this.#api().request('POST', '/login', { user: 'maria', password: wrong });
  }

  async #enrolByApi(): Promise<{ key: string; recoveryCodes: readonly string[] }> {
    const api = this.#api();
    await api.ask('POST', '/login', { user: 'maria', password: 'First-of-maria-1' });
    this.#keepTokens(api);
    const begun = await api.ask<{ key: string; uri: string }>('POST', enrolment, {});
    const key = this.#keepKey('security key', begun.key);
    this.#keep('otpauth URI', begun.uri);
    await api.request('GET', `${enrolment}/qr.png`);
    await api.request('POST', `${enrolment}/confirm`, { code: this.#code(key, 9) });
    await api.ask('POST', `${enrolment}/confirm`, { code: this.#code(key, -1) });
    const answer = this.#keep('answer', 'Kirkenes by the sea');
    const question = { method: 'question', number: 4, text: 'Where?', answer };
    await api.ask('PUT', `${enrolment}/alternative`, question);
    const { recoveryCodes } = await api.ask<{ recoveryCodes: string[] }>(
      'POST',
      `${enrolment}/finish`,
    );
    for (const code of recoveryCodes) {
      this.#keep('recovery code', code);
      this.#keep('recovery code without hyphens', code.replaceAll('-', ''));
    }
    return { key, recoveryCodes };
  }

  async #pendingOfMaria(api: Api): Promise<string> {
    const login = { user: 'maria', password: 'First-of-maria-1' };
    const { pending } = await api.ask<{ pending: string }>('POST', '/login', login);
    return pending;
  }

  async #signInByApi({ key, recoveryCodes }: { key: string; recoveryCodes: readonly string[] }) {
    const api = this.#api();
    const pending = await this.#pendingOfMaria(api);
    const wrongAnswer = this.#keep('wrong answer', 'Svolvaer by the sea');
    for (const proof of [
      { method: 'code', code: this.#code(key, 40) },
      { method: 'code', code: this.#code(key, -1) },
      { method: 'question', answer: wrongAnswer },
      { method: 'recovery-code', code: 'AAAA-BBBB-CCCC-DDDD' },
      { method: 'code', code: `${recoveryCodes[1]}-${recoveryCodes[2]}-${recoveryCodes[3]}-x` },
    ]) {
      must((await api.prove(pending, proof)).status >= 400, `${proof.method} is refused`);
    }
    const again = this.#api();
    const remembered = await again.prove(await this.#pendingOfMaria(again), {
      method: 'code',
      code: this.#code(key),
      remember: true,
    });
    const { device } = remembered.json<{ device: { token: string } }>();
    this.#keepTokens(again);
    const deviceToken = this.#keep('device token', device.token);
    const script = this.#api();
    const login = { user: 'maria', password: 'First-of-maria-1', deviceToken, token: true };
    const { token } = await script.ask<{ token: string }>('POST', '/login', login);
    script.token = this.#keep('bearer token', token);
    await script.ask('GET', '/me');
    const other = this.#api();
    for (const proof of [
      { method: 'question', answer: 'kirkenes  by the SEA' },
      { method: 'recovery-code', code: recoveryCodes[0] },
    ]) {
      const answer = await other.prove(await this.#pendingOfMaria(other), proof);
      must(answer.status === 200, proof.method);
      this.#keepTokens(other);
    }
  }

  async #signInByQts({ key, recoveryCodes }: { key: string; recoveryCodes: readonly string[] }) {
    const { client } = this.#api();
    const pwd = Buffer.from('First-of-maria-1').toString('base64');
    const call = async (more: Readonly<Record<string, string>>) => {
      const query = { user: 'maria', pwd, ...more };
      return (await client.get(loginCgi, { query })).xml<Readonly<Record<string, string>>>();
    };
    await call({ get_question: '1' });
    await call({ security_answer: this.#keep('wrong answer', 'Hammerfest by the sea') });
    await call({ security_code: this.#code(key, 50) });
    const more = { dont_verify_2sv_again: '1', security_code: this.#code(key, 1) };
    const passed = await call({ ...more, gen_client_id: '1' });
    const sid = this.#keep('sid', passed['authSid'] ?? '');
    const vtoken = this.#keep('vtoken', passed['vtoken'] ?? '');
    this.#keep('sid', (await call({ vtoken }))['authSid'] ?? '');
    this.#keep('sid', (await call({ security_code: recoveryCodes[4] ?? '' }))['authSid'] ?? '');
    const query = { subfunc: 'sysinfo', hd: 'no', multicpu: '1', sid };
    await client.get('/cgi-bin/management/manaRequest.cgi', { query });
    await client.get(loginCgi, { query: { sid } });
    await client.get(`${loginCgi}x`, { query: { sid } });
    await client.get(`${loginCgi}?sid=${sid}&sid=${sid}`);
    await client.get('/cgi-bin/authLogout.cgi', { query: { sid } });
  }

  async #mailedCode(): Promise<string> {
    const { text } = await this.bench.mailbox.waitFor({ to: 'nora@example.org', text: /\d{8}/ });
    const code = this.#keep('mailed code', /\d{8}/.exec(text)?.[0] ?? '');
    this.mailed.add(code);
    return code;
  }

  /** Nora has codes mailed: as she sets it up, and by either API. */
  async #useMail(): Promise<void> {
    const api = this.#api();
    const login = { user: 'nora', password: 'First-of-nora-1' };
    await api.ask('POST', '/login', login);
    const { key } = await api.ask<{ key: string }>('POST', enrolment, {});
    this.#keepKey('security key', key);
    await api.ask('POST', `${enrolment}/confirm`, { code: this.#code(key) });
    const choice = { method: 'email', address: 'nora@example.org' };
    await api.ask('PUT', `${enrolment}/alternative`, choice);
    const code = await this.#mailedCode();
    await api.request('POST', `${enrolment}/email-confirmation`, { code: '12345678' });
    await api.ask('POST', `${enrolment}/email-confirmation`, { code });
    await api.ask('POST', `${enrolment}/finish`);
    await this.bench.advance('40s');
    const { pending } = await api.ask<{ pending: string }>('POST', '/login', login);
    await api.ask('POST', `/login/${pending}/email-code`);
    const proof = { method: 'email', code: await this.#mailedCode() };
    must((await api.prove(pending, proof)).status === 200, 'a mailed code');
    this.#keepTokens(api);
    await this.bench.advance('40s');
    const { client } = this.#api();
    const form = { user: 'nora', pwd: Buffer.from(login.password).toString('base64') };
    await client.post(loginCgi, { form: { ...form, send_mail: '1' } });
    const more = { security_code: await this.#mailedCode(), remme: '1', client_id: 'phone' };
    const passed = (await client.post(loginCgi, { form: { ...form, ...more } })).xml<
      Readonly<Record<string, string>>
    >();
    this.#keep('sid', passed['authSid'] ?? '');
    this.#keep('qtoken', passed['qtoken'] ?? '');
  }

  async #enrolByConsole(): Promise<void> {
    const console = consoleOf(this.bench.bench);
    const olga = { name: 'olga', password: 'First-of-olga-1' };
    await console.enter(olga.name);
    await console.enter(olga.password);
    await console.enter('2sv enable');
    const seen = await console.enter(olga.password);
    const person = await finishWizard(console, seen, olga);
    for (const code of person.recoveryCodes) this.shown.add(this.#keep('recovery code', code));
    const groups = person.secretBase32.match(/.{4}/g)?.join(' ') ?? '';
    this.#keepKey('security key', person.secretBase32);
    // The URI holds the key, too.
    this.shown.add(person.secretBase32).add(groups);
    await console.wait(30_000);
    await console.enter(olga.name);
    await console.enter(olga.password);
    await console.enter(this.#keep('security code', person.code()));
    await console.enter('passwd');
    await console.enter(olga.password);
    const changed = this.#keep('password', 'Second-of-olga-2');
    await console.enter(changed);
    // It ends all sessions, this one too.
    must((await console.enter(changed)).endsWith('login: '), 'a new password');
    await console.enter(olga.name);
    await console.enter(changed);
    await console.enter('');
    await console.enter('2');
    const arrived = await console.enter(person.recoveryCodes[0] ?? '');
    must(arrived.endsWith('$ '), 'a recovery code');
    await console.enter('logout');
  }

  async #changePasswords(): Promise<void> {
    const admin = this.#admin;
    const wrong = this.#keep('wrong password', 'Wr0ng-of-admin');
    const newPassword = this.#keep('password', 'Adm1n-of-all-2nd');
    await admin.request('PUT', '/me/password', { currentPassword: wrong, newPassword });
    await admin.ask('PUT', '/me/password', { currentPassword: 'Adm1n-of-all', newPassword });
    await admin.ask('POST', '/login', { user: 'admin', password: newPassword });
    this.#keepTokens(admin);
  }

  /** The mail server, then the flash fail: what is said of that holds nothing either. */
  async #fail(): Promise<void> {
    const { bench } = this;
    const to = { to: 'maria@example.org' };
    const test = '/mail-accounts/1/test';
    must((await this.#admin.ask('POST', test, to))['mail'] === 'sent', 'a test mail');
    bench.mailbox.reject('535 5.7.8 no such account');
    must((await this.#admin.ask('POST', test, to))['mail'] === 'failed', 'a refused mail');
    bench.mailbox.up();
    bench.flash.failWrites(1);
    const word = this.#keep('password that is not stored', 'Third-of-maria-3');
    const failed = await this.#admin.request('PATCH', '/users/maria', { password: word });
    must(failed.status === 503, 'a failing flash');
    await bench.advance('2m');
  }
}
