import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HttpPorts, type WireRequest } from '#sim/parts/http-port';
import { readScenario, runScenario } from '#sim/scenario/index';
import { placesOf, type Readable } from './secret-search.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const own = {
  admin: 'Adm1n-of-all-of-it',
  maria: 'First-of-maria-1',
  answer: 'Kirkenes by the sea',
  wrong: 'Wr0ng-of-maria-9',
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A request of the JSON API; `csrf` names the captured token that goes with it. */
function api(
  method: string,
  path: string,
  { csrf, ...rest }: Readonly<Record<string, unknown>> & { readonly csrf?: string },
): object {
  const headers = csrf === undefined ? {} : { headers: { 'x-csrf-token': `\${${csrf}}` } };
  return { http: { method, path: `/api/v1${path}`, ...headers, ...rest } };
}

const qts = (rest: Readonly<Record<string, unknown>>): object => ({
  http: { path: '/cgi-bin/authLogin.cgi', ...rest },
});

const enrolment = '/me/two-step/enrolment';
const asMaria = { as: 'maria', csrf: 'ofMaria' };
const loginOfMaria = { user: 'maria', password: own.maria };
const loginOfAdmin = { user: 'admin', password: own.admin };

/** Admin and Maria sign in by every way that a scenario has; she sets 2-step verification up. */
const steps: readonly object[] = [
  { 'wait-state': { appliance: 'ready' } },
  api('POST', '/login', {
    json: { user: 'admin', password: '${label.defaultPassword}' },
    capture: { ofAdmin: 'csrfToken' },
  }),
  api('PUT', '/me/password', { csrf: 'ofAdmin', json: { newPassword: own.admin } }),
  api('POST', '/users', { csrf: 'ofAdmin', json: { name: 'maria', password: own.maria } }),
  api('PUT', '/two-step/enforcement', { csrf: 'ofAdmin', json: { users: ['maria'], groups: [] } }),
  api('POST', '/login', { as: 'maria', json: loginOfMaria, capture: { ofMaria: 'csrfToken' } }),
  api('POST', enrolment, { ...asMaria, json: {}, capture: { uri: 'uri' } }),
  { phone: { add: '${uri}', as: 'maria' } },
  api('POST', `${enrolment}/confirm`, { ...asMaria, json: { code: '${totp(maria)}' } }),
  api('PUT', `${enrolment}/alternative`, {
    ...asMaria,
    json: { method: 'question', number: 1, answer: own.answer },
  }),
  api('POST', `${enrolment}/finish`, { ...asMaria, capture: { recovery: 'recoveryCodes[0]' } }),
  { delay: '30s' },
  api('POST', '/login', { as: 'script', json: loginOfMaria, capture: { pending: 'pending' } }),
  api('POST', '/login/${pending}/verify', {
    as: 'script',
    json: { method: 'code', code: '${totp(maria)}', remember: true, token: true },
    capture: { token: 'token', device: 'device.token' },
  }),
  qts({
    method: 'POST',
    form: { user: 'maria', pwd: base64(own.maria), security_code: '${recovery}' },
    capture: { sid: 'authSid' },
  }),
  qts({ query: { sid: '${sid}' }, expect: { xml: { authPassed: 1 } } }),
  { 'write-serial': 'maria\r' },
  { 'wait-serial': 'Password: ' },
  { 'write-serial': `${own.maria}\r` },
  { 'wait-serial': 'code: ' },
  { 'write-serial': '\r' },
  { 'wait-serial': 'another way' },
];

const tokenOfAdmin = { as: 'other', json: { ...loginOfAdmin, token: true } };
const queryOfAdmin = { user: 'admin', pwd: base64(own.admin) };

/** Steps of which the last one fails, each in its way, with a secret in sight. */
const endings = {
  'a value of an answer': [
    api('POST', '/login', {
      json: { user: 'maria', password: own.wrong },
      expect: { json: { status: 'signed-in' } },
    }),
  ],
  'a token of an answer': [
    api('POST', '/login', { ...tokenOfAdmin, expect: { json: { token: 'nothing' } } }),
  ],
  'the body of an answer': [
    api('POST', '/login', { ...tokenOfAdmin, expect: { body: '^nothing$' } }),
  ],
  'a header of an answer': [
    api('POST', '/login', {
      as: 'other',
      json: loginOfAdmin,
      expect: { headers: { 'set-cookie': 'nothing' } },
    }),
  ],
  'an element of an answer': [
    qts({ query: queryOfAdmin, expect: { xml: { authSid: 'nothing' } } }),
  ],
  'a value that is kept': [qts({ query: queryOfAdmin, capture: { no: 'no/such/place' } })],
  'a connection': [qts({ query: { ...queryOfAdmin, sid: '${sid}' }, port: 81 })],
  'a line of the console': [
    { 'write-serial': '1\r' },
    { 'write-serial': `${own.answer}\r` },
    { 'wait-serial': { text: 'no such text', timeout: '5s' } },
  ],
  'a screen with recovery codes': [
    { 'write-serial': '\r' },
    { delay: '30s' },
    { 'write-serial': '${totp(maria)}\r' },
    { 'wait-serial': 'TS-453N$ ' },
    { 'write-serial': '2sv recovery-codes\r' },
    { 'wait-serial': 'code: ' },
    { delay: '30s' },
    { 'write-serial': '${totp(maria)}\r' },
    { 'wait-serial': 'recovery code 10' },
    { 'wait-serial': { text: 'no such text', timeout: '5s' } },
  ],
  'an entry of the log': [{ 'expect-log': { pattern: 'no such entry', timeout: '1s' } }],
} as const satisfies Readonly<Record<string, readonly object[]>>;

type Ending = keyof typeof endings;

/** A scenario in YAML, of which JSON is a part; a step a line. */
function scenario(ending: Ending): string {
  const all = [...steps, ...endings[ending]].map((step) => `  - ${JSON.stringify(step)}`);
  return ['name: secrets', 'version: 1', 'board: { seed: 7 }', 'steps:', ...all].join('\n');
}

/** What a run learns and gives away; the same seed makes the same secrets in every process. */
async function secretsOf(text: string): Promise<ReadonlySet<string>> {
  const secrets = new Set(Object.values(own));
  const original = HttpPorts.prototype.request;
  const keep = (content: string): void => {
    for (const [, ...found] of content.matchAll(named)) {
      for (const secret of found) if (secret !== undefined) secrets.add(secret);
    }
    for (const [code] of content.matchAll(recoveryCode)) secrets.add(code);
  };
  const spy = vi.spyOn(HttpPorts.prototype, 'request');
  spy.mockImplementation(async function (this: HttpPorts, request: WireRequest) {
    keep(`${request.url} ${Buffer.from(request.body ?? '').toString()}`);
    const answer = await original.call(this, request);
    keep(`${answer.body} ${String(answer.headers['set-cookie'])}`);
    return answer;
  });
  await runScenario(readScenario(text, 'secrets.yaml'));
  spy.mockRestore();
  return secrets;
}

const named =
  /"(?:token|csrfToken|key|uri|code)":"([^"]+)"|<(?:authSid|vtoken)><!\[CDATA\[([^\]]+)|nasboard_session=([\w-]+)/g;
const recoveryCode = /[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}/g;

interface Said {
  readonly secrets: ReadonlySet<string>;
  /** Whatever a process of its own said and wrote. */
  readonly places: Readable;
  /** What the console showed, as it was ordered to be written down: with all that it shows. */
  readonly serialLogs: string;
}

/** Runs all the scenarios, here and in a process of its own. */
async function runAll(folder: string): Promise<Said> {
  const secrets = new Set<string>();
  const files: string[] = [];
  for (const ending of Object.keys(endings) as Ending[]) {
    const text = scenario(ending);
    for (const secret of await secretsOf(text)) secrets.add(secret);
    files.push(join(folder, `${ending}.yaml`));
    writeFileSync(join(folder, `${ending}.yaml`), text);
  }
  const words = ['run', ...files, '--verbose'];
  for (const report of ['junit', 'json', 'trace', 'serial-log']) {
    words.push(`--${report}`, join(folder, `out-of.${report}`));
  }
  const program = "import { main } from '#sim/cli/main'; await main(process.argv);";
  const node = ['--conditions=source', '--import', 'tsx', '--input-type=module'];
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [...node, '--eval', program, 'nasboard', ...words],
    { cwd: root },
  ).catch((error: { stdout: string; stderr: string }) => error);
  const contentOf = (kind: string): string =>
    readdirSync(folder)
      .filter((name) => name.startsWith('out-of') && name.endsWith(kind))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
  const [junit, json, trace] = [contentOf('junit'), contentOf('json'), contentOf('trace')];
  const serialLogs = contentOf('serial-log');
  // What the console shows on purpose is a secret everywhere else.
  for (const [code] of serialLogs.matchAll(recoveryCode)) secrets.add(code);
  return { secrets, places: { stdout, stderr, junit, json, trace }, serialLogs };
}

describe('a process that runs scenarios', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nasboard-secrecy-'));
  let said: Said;
  beforeAll(async () => {
    said = await runAll(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(Object.keys(endings) as Ending[])('tells where and how it failed at %s', (ending) => {
    const line = 4 + steps.length + endings[ending].length;
    expect(said.places['stdout']).toContain(`${ending}.yaml:${line} `);
    expect(said.places['junit']).toContain(`${ending}.yaml:${line}:`);
  });

  it('says and writes no password, key, code, answer or token of any of them', () => {
    const { secrets, places } = said;
    // The console has shown ten recovery codes, the API another ten.
    expect([...secrets].filter((secret) => secret.match(recoveryCode))).toHaveLength(20);
    expect(secrets.size).toBeGreaterThan(30);
    const leaks = [...secrets].flatMap((secret) =>
      placesOf(secret, places).map((place) => `${secret}: ${place}`),
    );
    expect(leaks).toEqual([]);
  });

  it('writes what nobody has to see into no log of the console either', () => {
    const { secrets, serialLogs } = said;
    const hidden = [...secrets].filter((secret) => !secret.match(recoveryCode));
    const leaks = hidden.filter((secret) => placesOf(secret, { serialLogs }).length > 0);
    expect(leaks).toEqual([]);
  });

  it('was searched well: words that it does say are found everywhere', () => {
    const { places } = said;
    expect(placesOf('no such text', places)).toEqual(['stdout', 'junit', 'json']);
    expect(placesOf('another way', places)).toEqual(['stdout', 'junit', 'json', 'trace']);
  });
});
