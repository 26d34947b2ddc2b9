import type { IncomingMessage, ServerResponse } from 'node:http';
import { beforeEach, describe, expect, test } from 'vitest';
import { HalError } from '#hal/errors';
import type { HttpListener, Network } from '#hal/network';
import { World } from '#sim/kernel/world';
import { ConnectionFailed, type HttpResponse, type WireRequest } from '#sim/parts/http-port';
import { BoardLife } from '#sim/parts/life';
import { NetworkPart } from '#sim/parts/network';
import { BoardSite } from '#sim/parts/site';
import { createPartBench, type PartBench } from './part-bench.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const macAddresses = ['24:5E:BE:00:00:01', '24:5E:BE:00:00:02'];
const from = '192.168.1.100';

let bench: PartBench;
let part: NetworkPart;
let life: BoardLife;
let port: Network;

beforeEach(() => {
  bench = createPartBench();
  part = new NetworkPart(bench.site, macAddresses);
  life = bench.begin();
  port = part.connect(life);
});

/** The answer, or why there is none; undefined while the request is open. */
function begin(request: Partial<WireRequest> = {}): () => HttpResponse | string | undefined {
  let outcome: HttpResponse | string | undefined;
  part.http.request({ url: '/', from, ...request }).then(
    (response) => (outcome = response),
    (error: unknown) => {
      outcome = error instanceof ConnectionFailed ? error.reason : String(error);
    },
  );
  return () => outcome;
}

async function ask(request: Partial<WireRequest> = {}): Promise<HttpResponse | string | undefined> {
  const outcome = begin(request);
  await bench.world.runFor(0);
  return outcome();
}

const greet: Handler = (request, response) => response.end(`hello ${request.url ?? ''}`);

const httpTrace = (): readonly object[] =>
  bench.world.trace.records.filter(({ source }) => source === 'http');

describe('a request', () => {
  test('is answered at the instant at which it is made', async () => {
    await port.listen(8080, greet);
    await bench.world.runFor(1_234_567);
    const nowUs = bench.world.nowUs;
    expect(await ask({ url: '/a/../b%zz?c=d' })).toMatchObject({
      status: 200,
      body: 'hello /a/../b%zz?c=d',
    });
    expect(bench.world.nowUs).toBe(nowUs);
  });

  test('is seen whole by the firmware: method, headers, body and the address of the client', async () => {
    let seen: unknown;
    await port.listen(8080, (request, response) => {
      const { method, headers, socket } = request;
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen = { method, headers, address: socket.remoteAddress, body };
        response.writeHead(201, { 'set-cookie': ['a=1', 'b=2'], 'X-Own': 'yes' }).end();
      });
    });
    const headers = { 'content-type': 'text/plain', cookie: 'a=1' };
    const answer = await ask({ method: 'PUT', headers, body: 'grüße' });
    expect(seen).toMatchObject({
      method: 'PUT',
      headers: { ...headers, 'content-length': '7', host: '192.168.1.20:8080' },
      address: from,
      body: 'grüße',
    });
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'set-cookie': ['a=1', 'b=2'], 'x-own': 'yes' },
      body: '',
    });
  });

  test('is answered later where the firmware takes its time', async () => {
    await port.listen(8080, (_, response) => {
      life.clock.setTimeout(() => response.end('late'), 1500);
    });
    const outcome = begin();
    await bench.world.runFor(1_400_000);
    expect(outcome()).toBeUndefined();
    await bench.world.runFor(100_000);
    expect(outcome()).toMatchObject({ body: 'late' });
  });

  test('of any method reaches the firmware, and no date of the host leaves it', async () => {
    await port.listen(8080, (request, response) => response.end(request.method));
    const answer = await ask({ method: 'BREW' });
    expect(answer).toMatchObject({ status: 200, body: 'BREW' });
    expect((answer as HttpResponse).headers).not.toHaveProperty('date');
  });

  test('carries bytes both ways as they are', async () => {
    const bytes = new Uint8Array(256).map((_, place) => place);
    await port.listen(8080, (request, response) => void request.pipe(response));
    expect(await ask({ method: 'POST', body: bytes })).toMatchObject({ bytes });
  });
});

describe('nobody answers', () => {
  test.each<[string, () => unknown]>([
    ['where nothing listens', () => undefined],
    ['after the listener was closed', async () => (await port.listen(8080, greet)).close()],
    [
      'without a cable',
      async () => {
        await port.listen(8080, greet);
        part.setCable(0, false);
        part.setCable(1, false);
      },
    ],
    [
      'after the power was cut',
      async () => {
        await port.listen(8080, greet);
        life.end();
      },
    ],
  ])('%s: the connection is refused', async (_what, prepare) => {
    await prepare();
    expect(await ask()).toBe('refused');
    expect(httpTrace().at(-1)).toMatchObject({ kind: 'refused', path: '/' });
  });

  test('at another port', async () => {
    await port.listen(8080, greet);
    expect(await ask({ port: 80 })).toBe('refused');
    expect(await ask({ port: 8080 })).toMatchObject({ status: 200 });
  });

  test('but one cable of two is enough', async () => {
    await port.listen(8080, greet);
    part.setCable(0, false);
    expect(await ask()).toMatchObject({ status: 200 });
  });
});

describe('a request under way', () => {
  let response: ServerResponse;
  let listener: HttpListener;

  beforeEach(async () => {
    listener = await port.listen(8080, (_, open) => {
      response = open;
    });
  });

  test.each<[string, () => unknown]>([
    ['the power is cut', () => life.end()],
    ['the board restarts', () => bench.begin()],
    ['the listener is closed', () => listener.close()],
    ['the last cable is pulled', () => [0, 1].map((adapter) => part.setCable(adapter, false))],
    ['the firmware drops it', () => response.destroy()],
  ])('is reset where %s, and what comes later is not heard', async (_what, act) => {
    const outcome = begin();
    await bench.world.runFor(1_000);
    expect(part.http.isBusy).toBe(true);
    await act();
    await bench.world.settle();
    response.end('too late');
    await bench.world.runFor(1_000);
    expect(outcome()).toBe('reset');
    expect(part.http.isBusy).toBe(false);
    expect(httpTrace().filter((record) => 'status' in record)).toEqual([]);
  });

  test('stays open while the CPU hangs, until the power is cut', async () => {
    const early = begin();
    await bench.world.runFor(1_000);
    life.hang();
    response.end('a hung CPU says nothing');
    const late = begin();
    await bench.world.runFor(60_000_000);
    expect([early(), late()]).toEqual([undefined, undefined]);
    life.end();
    await bench.world.runFor(0);
    expect([early(), late()]).toEqual(['reset', 'reset']);
  });

  test('is answered where its answer has left before the listener is closed', async () => {
    const outcome = begin();
    await bench.world.runFor(1_000);
    response.once('finish', () => void listener.close());
    response.end('bye');
    await bench.world.runFor(0);
    expect(outcome()).toMatchObject({ body: 'bye' });
    expect(httpTrace().slice(-2)).toMatchObject([{ kind: 'response' }, { kind: 'close' }]);
  });

  test('whose handler throws is a bug of the firmware', async () => {
    await listener.close();
    await port.listen(8080, () => {
      throw new TypeError('fell over');
    });
    const outcome = begin();
    await expect(bench.world.runFor(0)).rejects.toThrow('fell over');
    expect(outcome()).toBe('reset');
  });
});

describe('listening', () => {
  test.each([-1, 65_536, 0.5, Number.NaN])('at port %d is refused', async (number) => {
    await expect(port.listen(number, greet)).rejects.toThrow(HalError);
  });

  test('at a port that is taken is refused until it is given free', async () => {
    const listener = await port.listen(8080, greet);
    await expect(port.listen(8080, greet)).rejects.toThrow('(busy)');
    await listener.close();
    await listener.close();
    await port.listen(8080, greet);
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('at port 0 finds a free one', async () => {
    const first = await port.listen(0, greet);
    const second = await port.listen(0, greet);
    expect(first.port).not.toBe(second.port);
    expect(await ask({ port: second.port })).toMatchObject({ status: 200 });
  });

  test('ends with the life, and a dead one never listens', async () => {
    await port.listen(8080, greet);
    const next = part.connect(bench.begin());
    expect(part.http.ports).toEqual([]);
    await expect(port.listen(8080, greet)).rejects.toThrow('(closed)');
    await next.listen(8080, greet);
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('a listener of a former life closes nothing of the present one', async () => {
    const old = await port.listen(8080, greet);
    await part.connect(bench.begin()).listen(8080, greet);
    await old.close();
    expect(part.http.ports).toEqual([8080]);
  });
});

test('two boards of one world listen at the same port, each for itself', async () => {
  const site = new BoardSite(bench.world);
  const other = new NetworkPart(site, macAddresses);
  const { world } = bench;
  const otherLife = new BoardLife({
    world,
    boardName: site.boardName,
    crystalPpm: 0,
    onPowerFailure: (failing) => failing.end(),
  });
  await port.listen(8080, (_, response) => response.end('first'));
  await other.connect(otherLife).listen(8080, (_, response) => response.end('second'));
  const answers: string[] = [];
  for (const each of [part, other]) {
    void each.http.request({ url: '/', from }).then(({ body }) => answers.push(body));
  }
  await world.runFor(0);
  expect(answers).toEqual(['first', 'second']);
  expect(httpTrace().at(-1)).toMatchObject({ board: 'board-2', kind: 'response' });
});

describe('the trace', () => {
  test('holds method, path, client and status, and no query, header or body', async () => {
    await port.listen(8080, (request, response) => {
      request.resume();
      response.setHeader('set-cookie', 'sid=hunter4');
      response.end('hunter5');
    });
    const headers = { authorization: 'hunter2', cookie: 'hunter2' };
    await ask({ method: 'POST', url: '/login?pwd=hunter1#hunter1', headers, body: 'hunter3' });
    await ask({ url: 'http://admin:hunter6@nas/' });
    await ask({ url: '//admin:hunter@nas/' });
    expect(httpTrace()).toMatchObject([
      { kind: 'listen', port: 8080 },
      { kind: 'request', method: 'POST', path: '/login', from },
      { kind: 'response', path: '/login', status: 200 },
      { kind: 'request', path: '(no path)' },
      { kind: 'response', path: '(no path)' },
      { kind: 'request', path: '(no path)' },
      { kind: 'response', path: '(no path)' },
    ]);
    expect(JSON.stringify(bench.world.trace.records)).not.toContain('hunter');
  });

  test('cuts long paths', async () => {
    await ask({ url: `/${'a'.repeat(5_000)}` });
    expect(JSON.stringify(httpTrace()).length).toBeLessThan(1_000);
  });
});

test('a request enters after all that its instant has set going, first or later', async () => {
  const world = new World();
  const fresh = new NetworkPart(new BoardSite(world), macAddresses);
  const order: string[] = [];
  await fresh.connect(bench.begin()).listen(8080, (_, response) => {
    order.push('request');
    response.end();
  });
  for (let round = 0; round < 2; round += 1) {
    void fresh.http.request({ url: '/', from });
    world.at(world.nowUs, 'other', () => {
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => order.push('other'));
    });
    await world.runFor(0);
  }
  expect(order).toEqual(['other', 'request', 'other', 'request']);
});
