import { createServer, request as httpRequest, type RequestOptions } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { networkSuite, runCheck } from '#hal/conformance/index';
import type { HttpListener } from '#hal/network';
import { UsageError } from '#sim/kernel/invariant';
import { LiveWebRig } from './live-web-rig.ts';

let rig: LiveWebRig;

beforeEach(async () => {
  rig = new LiveWebRig();
  await rig.start();
});

afterEach(() => rig.end());

type Handler = Parameters<LiveWebRig['port']['listen']>[1];

/** The firmware listens; answers where clients find it. */
async function listen(handler: Handler, port = 0): Promise<HttpListener> {
  return rig.act(() => rig.port.listen(port, handler));
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: object;
  readonly text: string;
}

/** Makes a true request; answers the code of the error where there is no answer. */
function ask(
  port: number,
  options: RequestOptions & { readonly body?: string | Buffer } = {},
): Promise<Answer | string> {
  const { body, ...rest } = options;
  return new Promise((resolve) => {
    const sent = httpRequest({ host: '127.0.0.1', port, agent: false, ...rest }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, text });
      });
      response.on('error', () => resolve('broken off'));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end(body);
  });
}

/** What comes back for bytes that are sent as they are. */
function send(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

describe('the contract of the network and the board in real time', () => {
  test.each(networkSuite.checks.map((check) => [check.name, check] as const))(
    'it %s',
    async (_name, check) => {
      const { port, board } = rig;
      const outcome = await runCheck(networkSuite, check, {
        port,
        act: {
          macAddresses: () => board.label.macAddresses,
          settle: () => rig.pass(50),
          fetchText: async (at) => {
            const answer = await ask(at);
            if (typeof answer === 'string') throw new Error(answer);
            return answer.text;
          },
          setCable: async (adapter, isConnected) => {
            await rig.act(() => board.network.setCable(adapter, isConnected));
          },
        },
      });
      if (outcome.result === 'failed') throw outcome.error;
      expect(outcome.result).toBe('passed');
    },
  );
});

describe('a true client', () => {
  test('is answered with what the firmware says, and no more', async () => {
    const { port } = await listen((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        response.setHeader('set-cookie', ['a=1', 'b=2']);
        response.end(`${request.method ?? ''} ${request.url ?? ''} ${body}`);
      });
    });
    const answer = await ask(port, { method: 'POST', path: '/a?b=c', body: 'grüße' });
    expect(answer).toMatchObject({ status: 200, text: 'POST /a?b=c grüße' });
    expect(Object.keys((answer as Answer).headers).toSorted()).toEqual([
      'connection',
      'content-length',
      'set-cookie',
    ]);
  });

  test('is known by its address, and its chunks come as one body', async () => {
    let seen: unknown;
    const { port } = await listen((request, response) => {
      const { headers, socket } = request;
      seen = { headers, address: socket.remoteAddress };
      request.resume().on('end', () => response.end());
    });
    const headers = { 'transfer-encoding': 'chunked', expect: '100-continue', 'x-own': 'a' };
    await ask(port, { method: 'PUT', headers, body: 'abc' });
    expect(seen).toMatchObject({
      headers: { 'content-length': '3', 'x-own': 'a' },
      address: '127.0.0.1',
    });
    expect((seen as { headers: object }).headers).not.toHaveProperty('transfer-encoding');
    expect((seen as { headers: object }).headers).not.toHaveProperty('expect');
  });

  test('may ask for the head alone, and go on with the same connection', async () => {
    const { port } = await listen((_, response) => response.end('hello'));
    const text = await send(
      port,
      'HEAD / HTTP/1.1\r\nHost: nas\r\n\r\n' +
        'GET / HTTP/1.1\r\nHost: nas\r\nConnection: close\r\n\r\n',
    );
    expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(text.match(/hello/g)).toHaveLength(1);
  });

  test.each([
    ['that is no HTTP', 'GARBAGE\r\n\r\n', 400],
    ['without a host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['with headers beyond all bounds', `GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'that announces too large a body',
      'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n',
      413,
    ],
  ])('%s is refused, and the next one is answered', async (_what, bytes, status) => {
    let requests = 0;
    const { port } = await listen((_, response) => {
      requests += 1;
      response.end('fine');
    });
    expect(await send(port, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(requests).toBe(0);
    expect(await ask(port)).toMatchObject({ text: 'fine' });
  });

  test('with too large a body in chunks is refused', async () => {
    const { port } = await listen((_, response) => response.end('fine'));
    const headers = { 'transfer-encoding': 'chunked' };
    const body = Buffer.alloc(1024 * 1024 + 1);
    // Some clients notice that they are refused only after they have been cut off.
    const answer = await ask(port, { method: 'PUT', headers, body });
    if (typeof answer === 'string') expect(answer).toMatch(/EPIPE|ECONNRESET/);
    else expect(answer.status).toBe(413);
    expect(await ask(port)).toMatchObject({ text: 'fine' });
  });

  test('that goes away while it waits, or in the middle of a request, harms nobody', async () => {
    let requests = 0;
    const { port } = await listen((_, response) => {
      requests += 1;
      rig.world.after(300_000, 'test', () => response.end('late'));
    });
    for (const bytes of [
      'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
      'PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.write(bytes, () => {
            socket.destroy();
            resolve();
          });
        });
      });
    }
    await rig.pass(1_000);
    expect(await ask(port)).toMatchObject({ text: 'late' });
    expect(requests).toBeLessThanOrEqual(2);
  });
});

describe('a connection', () => {
  test.each<[string, () => void]>([
    ['the plug is pulled', () => rig.board.cutPower()],
    [
      'the last cable is pulled',
      () => {
        for (const adapter of rig.board.label.macAddresses.keys()) {
          rig.board.network.setCable(adapter, false);
        }
      },
    ],
  ])('is cut off when %s', async (_what, act) => {
    let hasCome: () => void = () => undefined;
    const coming = new Promise<void>((resolve) => {
      hasCome = resolve;
    });
    const { port } = await listen(() => hasCome());
    const answer = ask(port);
    await coming;
    await rig.act(act);
    expect(await answer).toBe('ECONNRESET');
    expect(await ask(port)).toMatch(/ECONNRE/);
  });
});

test('an answer that ends with its listener still arrives', async () => {
  for (let round = 0; round < 5; round += 1) {
    const listener: HttpListener = await listen((_, response) => {
      response.once('finish', () => void listener.close());
      response.end('bye');
    });
    expect(await ask(listener.port)).toMatchObject({ text: 'bye' });
    expect(await ask(listener.port)).toBe('ECONNREFUSED');
  }
});

describe('what people are told', () => {
  test('the port that the NAS is set to as shipped is told beforehand', () => {
    expect(rig.web.where).toBe('http://127.0.0.1:8080   (once the NAS is ready)');
  });

  test('another one when it listens, each time it changes', async () => {
    const first = await listen((_, response) => response.end());
    await first.close();
    const second = await listen((_, response) => response.end());
    const told = [first, second].map(({ port }) => `NAS web    http://127.0.0.1:${port}`);
    expect(rig.notices).toEqual(told);
    expect(rig.web.where).toContain(`:${second.port} `);
  });

  test('that the port is taken, and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(listen(() => undefined, port)).rejects.toMatchObject({ code: 'busy' });
    expect(rig.notices.at(-1)).toMatch(/not reachable: .*taken.*--nas-port 8081/);
    await new Promise((resolve) => other.close(resolve));
    expect((await listen((_, response) => response.end(), port)).port).toBe(port);
  });
});

describe('--nas-port and --host', () => {
  test('one port of this machine stands for whichever the NAS listens on', async () => {
    const free = await listen(() => undefined);
    await free.close();
    await rig.end();
    rig = new LiveWebRig({ port: free.port });
    await rig.start();
    for (const port of [8080, 80]) {
      const listener = await listen((_, response) => response.end(`board’s ${port}`), port);
      expect(listener.port).toBe(port);
      expect(await ask(free.port)).toMatchObject({ text: `board’s ${port}` });
      await listener.close();
    }
    expect(rig.notices).toEqual([]);
    expect(rig.web.where).toContain(`http://127.0.0.1:${free.port} `);
  });

  test('an address that other machines reach is told as such', async () => {
    await rig.end();
    rig = new LiveWebRig({ host: '0.0.0.0', port: 0 });
    await rig.start();
    expect(rig.web.where).toMatch(/other machines can reach it/);
    expect(await ask((await listen((_, response) => response.end('fine'))).port)).toMatchObject({
      text: 'fine',
    });
  });

  test('an address of another machine is refused before anything starts', async () => {
    const elsewhere = new LiveWebRig({ host: '192.0.2.1' });
    await expect(elsewhere.web.open()).rejects.toThrow(UsageError);
  });
});
