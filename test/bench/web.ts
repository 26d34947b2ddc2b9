import autocannon from 'autocannon';
import { LiveBench } from '#sim/cli/live/live-bench';
import { defaultStartUs } from '#sim/kernel/world';
import type { Figure } from './measure.ts';

const seconds = 5;
const connections = 10;
const password = 'Bench-2morrow';

/** A live board on loopback, asked by real clients over real sockets. */
export async function measureWeb(): Promise<readonly Figure[]> {
  const live = new LiveBench({ startUs: defaultStartUs, speed: 1, web: { port: 0 } });
  await live.open();
  const notice = new Promise<string>((resolve) => live.web.onNotice(resolve));
  await live.start();
  try {
    const [url = ''] = /http:\S+/.exec(await notice) ?? [];
    const sid = await signIn(url, live.bench.board.defaultPassword);
    return [await sessionChecks(`${url}/cgi-bin/authLogin.cgi?sid=${sid}`)];
  } finally {
    await live.end();
  }
}

/** Chooses a password, and lets this machine ask as often as it can. */
async function signIn(url: string, defaultPassword: string): Promise<string> {
  const first = await tokenOf(url, defaultPassword);
  await ask(url, 'PUT', '/me/password', { newPassword: password }, first);
  const token = await tokenOf(url, password);
  await ask(url, 'PATCH', '/settings', { 'web.requestsPerSecond': 100_000 }, token);
  return token;
}

async function tokenOf(url: string, typed: string): Promise<string> {
  const body = { user: 'admin', password: typed, token: true };
  const answer = (await (await ask(url, 'POST', '/login', body)).json()) as { token: string };
  return answer.token;
}

async function ask(
  url: string,
  method: string,
  path: string,
  body: object,
  token?: string,
): Promise<Response> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

async function sessionChecks(url: string): Promise<Figure> {
  const { requests, latency, non2xx } = await autocannon({ url, connections, duration: seconds });
  if (non2xx > 0) throw new Error(`${non2xx} session checks were refused`);
  return {
    what: `session checks over HTTP on loopback, ${connections} clients`,
    seen: `${Math.round(requests.average).toLocaleString('en')} a second`,
    beside: `median ${latency.p50} ms, 99 % within ${latency.p99} ms`,
    wanted: '',
    isMet: undefined,
  };
}
