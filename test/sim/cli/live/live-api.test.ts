import { describe, expect, it } from 'vitest';
import { SessionBench } from '../session-bench.ts';

const token = 'abcdefghijklmnop-0123';

function urlOf(shown: string): string {
  return /bench API +(http:\S+)/.exec(shown)?.[1] ?? '';
}

/** Asks while the test moves the host's time, as the world moves by nothing else. */
async function ask(
  bench: SessionBench,
  path: string,
  options: RequestInit = {},
): Promise<Response> {
  let answer: Response | undefined;
  const asked = fetch(`${urlOf(bench.shown)}/api/v1${path}`, options).then((come) => {
    answer = come;
    return come;
  });
  while (answer === undefined) await bench.advance(10);
  return asked;
}

describe('a session with the bench API', () => {
  it('says where it is, answers there, and ends with it', async () => {
    const bench = new SessionBench({ api: { port: 0 } });
    await bench.boot();
    const board = (await (await ask(bench, '/board')).json()) as { charts: object };
    expect(board.charts).toMatchObject({ appliance: 'ready' });
    const url = urlOf(bench.shown);
    bench.terminate();
    expect(await bench.done).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('has one phone with the prompt', async () => {
    const bench = new SessionBench({ api: { port: 0 }, hasConsole: false });
    await bench.boot();
    await bench.type('phone skew -90s\r');
    const phone = (await (await ask(bench, '/phone')).json()) as object;
    expect(phone).toMatchObject({ skewMs: -90_000 });
    bench.terminate();
    await bench.done;
  });

  it('prints no token that it was given', async () => {
    const bench = new SessionBench({ api: { port: 0, token } });
    await bench.boot();
    expect(bench.shown).toContain('token that of NASBOARD_TOKEN');
    expect(bench.shown).not.toContain(token);
    expect((await ask(bench, '/board')).status).toBe(401);
    bench.terminate();
    await bench.done;
  });

  it('refuses a token that cannot be used before anything starts', async () => {
    await expect(new SessionBench({ api: { port: 0, token: 'short' } }).done).rejects.toThrow(
      /NASBOARD_TOKEN has 16 to 256/,
    );
  });

  it('says nothing of it where nobody wants it', async () => {
    const bench = new SessionBench();
    await bench.boot();
    expect(bench.shown).not.toContain('bench API');
    bench.terminate();
    await bench.done;
  });
});
