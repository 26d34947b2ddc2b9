import { beforeEach, describe, expect, test } from 'vitest';
import { HalError } from '#hal/errors';
import type { AdapterStatus } from '#hal/network';
import { UsageError } from '#sim/kernel/invariant';
import { NetworkPart } from '#sim/parts/network';
import { BoardSite } from '#sim/parts/site';
import { createPartBench, type PartBench } from './part-bench.ts';

let bench: PartBench;

beforeEach(() => {
  bench = createPartBench();
});

describe('the network', () => {
  const macAddresses = ['24:5E:BE:00:00:01', '24:5E:BE:00:00:02'];
  let network: NetworkPart;

  beforeEach(() => {
    network = new NetworkPart(bench.site, macAddresses);
  });

  const adapter = (number: number): AdapterStatus | undefined => network.adapters()[number];

  test('adapters have an address by DHCP while their cable is in', () => {
    const port = network.connect(bench.begin());
    expect(port.adapters()).toEqual([
      {
        macAddress: '24:5E:BE:00:00:01',
        linkUp: true,
        speedMbps: 1000,
        mode: 'dhcp',
        mtu: 1500,
        address: '192.168.1.20',
        mask: '255.255.255.0',
        gateway: '192.168.1.1',
      },
      expect.objectContaining({ macAddress: '24:5E:BE:00:00:02', address: '192.168.1.21' }),
    ]);
    network.setCable(0, false);
    expect(adapter(0)).toEqual({
      macAddress: '24:5E:BE:00:00:01',
      linkUp: false,
      speedMbps: 0,
      mode: 'dhcp',
      mtu: 1500,
    });
    network.setCable(0, true);
    expect(adapter(0)?.address).toBe('192.168.1.20');
  });

  test('static settings are applied, and remembered while the link is down', () => {
    const port = network.connect(bench.begin());
    network.setCable(1, false);
    port.apply(1, { mode: 'static', address: '10.0.0.5', mask: '255.0.0.0', mtu: 9000 });
    network.setCable(1, true);
    expect(adapter(1)).toEqual({
      macAddress: '24:5E:BE:00:00:02',
      linkUp: true,
      speedMbps: 1000,
      mode: 'static',
      mtu: 9000,
      address: '10.0.0.5',
      mask: '255.0.0.0',
    });
    expect(adapter(0)?.mode).toBe('dhcp');
  });

  test('settings end with the life, and a dead life applies none', () => {
    const dead = network.connect(bench.begin());
    const settings = { mode: 'static', address: '10.0.0.5', mtu: 1500 } as const;
    dead.apply(0, settings);
    network.connect(bench.begin());
    expect(adapter(0)?.mode).toBe('dhcp');
    dead.apply(0, settings);
    expect(adapter(0)?.mode).toBe('dhcp');
  });

  test('boards of one world get different addresses', () => {
    const others = Array.from({ length: 300 }, () => {
      return new NetworkPart(new BoardSite(bench.world), macAddresses);
    });
    const all = [network, ...others].flatMap((part) => part.adapters());
    expect(new Set(all.map(({ address }) => address)).size).toBe(602);
  });

  test('an adapter that is not there is refused', () => {
    const port = network.connect(bench.begin());
    expect(() => port.apply(2, { mode: 'dhcp', mtu: 1500 })).toThrow(HalError);
    expect(() => network.setCable(2, true)).toThrow(UsageError);
  });

  test('reset plugs all cables in', () => {
    network.setCable(0, false);
    network.reset();
    expect(adapter(0)?.linkUp).toBe(true);
  });
});
