import { beforeEach, describe, expect, test } from 'vitest';
import type { Network } from '#hal/network';
import { NetworkPart } from '#sim/parts/network';
import { createPartBench, type PartBench } from './part-bench.ts';

let bench: PartBench;
let part: NetworkPart;
let port: Network;

beforeEach(async () => {
  bench = createPartBench();
  part = new NetworkPart(bench.site, ['24:5E:BE:00:00:01', '24:5E:BE:00:00:02']);
  port = part.connect(bench.begin());
  await port.listen(8080, (_, response) => response.end('x'.repeat(3_000)));
});

async function ask(body = ''): Promise<void> {
  const answer = part.http.request({ url: '/', from: '10.0.0.1', body, method: 'POST' });
  answer.catch(() => undefined);
  await bench.world.runFor(0);
}

const packets = (): readonly number[][] =>
  port.traffic().map((count) => [count.receivedPackets, count.sentPackets, count.errors]);

describe('the packets of an adapter', () => {
  test('are those of the requests and answers that it has carried', async () => {
    expect(packets()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    await ask('y'.repeat(5_000));
    expect(packets()).toEqual([
      [7, 6, 0],
      [0, 0, 0],
    ]);
    await ask();
    expect(packets()).toEqual([
      [11, 12, 0],
      [0, 0, 0],
    ]);
  });

  test('are fewer with jumbo frames', async () => {
    port.apply(0, { mode: 'dhcp', mtu: 9_000 });
    await ask('y'.repeat(5_000));
    expect(packets()[0]).toEqual([4, 4, 0]);
  });

  test('go over the other adapter where the first has no cable', async () => {
    part.setCable(0, false);
    await ask();
    expect(packets()).toEqual([
      [0, 0, 0],
      [4, 6, 0],
    ]);
  });

  test('are lost where a cable is pulled out of a request', async () => {
    await port.listen(8081, () => undefined);
    const open = part.http.request({ url: '/', from: '10.0.0.1', port: 8081 });
    open.catch(() => undefined);
    await bench.world.runFor(0);
    part.setCable(1, false);
    part.setCable(0, false);
    expect(packets()).toEqual([
      [4, 0, 1],
      [0, 0, 0],
    ]);
  });

  test('are counted anew in each life, and go on from a snapshot', async () => {
    await ask();
    const saved = part.save();
    port = part.connect(bench.begin());
    expect(packets()[0]).toEqual([0, 0, 0]);
    part.restore(saved);
    expect(packets()[0]).toEqual([4, 6, 0]);
  });
});

describe('the name servers', () => {
  test('are those that DHCP names, each once', () => {
    expect(port.nameServers()).toEqual(['192.168.1.1']);
    part.setCable(0, false);
    expect(port.nameServers()).toEqual(['192.168.1.1']);
    part.setCable(1, false);
    expect(port.nameServers()).toEqual([]);
  });

  test('are none with a static address', () => {
    const fixed = { mode: 'static', address: '10.0.0.5', gateway: '10.0.0.1', mtu: 1_500 } as const;
    port.apply(0, fixed);
    port.apply(1, fixed);
    expect(port.nameServers()).toEqual([]);
  });
});
