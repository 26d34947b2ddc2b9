import { createServer, get } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { networkSuite } from '#hal/conformance/index';
import { isHalError } from '#hal/errors';
import { createNetwork } from '#hal/linux/network';
import type { AddressSettings } from '#hal/network';
import { conforms } from './conforms.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings, openingsLimitMs } from './open-files.ts';

const macAddresses = ['24:5E:BE:4A:10:7C', '24:5E:BE:4A:10:7D'];

/** What the kernel shows of an adapter. */
function putAdapter(folder: Folder, name: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    folder.put(`sys/class/net/${name}/${path}`, `${text}\n`);
  }
}

function createFakeHost(): Folder {
  const folder = createFolder();
  putAdapter(folder, 'fake0', {
    address: '24:5e:be:4a:10:7c',
    carrier: '1',
    speed: '2500',
    mtu: '9000',
    'statistics/rx_packets': '11',
    'statistics/tx_packets': '22',
    'statistics/rx_errors': '1',
    'statistics/tx_dropped': '2',
  });
  putAdapter(folder, 'fake1', { address: '24:5e:be:4a:10:7d', carrier: '0', mtu: '1500' });
  folder.put('resolv.conf', '# by DHCP\nnameserver 192.0.2.53\nnameserver fe80::1\nsearch a.b\n');
  folder.put(
    'routes',
    'Iface\tDestination\tGateway\nfake0\t0002000A\t00000000\nfake0\t00000000\t010200C0\n',
  );
  return folder;
}

function on(folder: Folder, more: Partial<Parameters<typeof createNetwork>[0]> = {}) {
  return createNetwork({
    macAddresses,
    sys: folder.at('sys'),
    resolvConf: folder.at('resolv.conf'),
    routes: folder.at('routes'),
    ...more,
  });
}

conforms(networkSuite, {
  driver: 'a network of files and loopback',
  unsupported: [
    'applies a fixed address, and DHCP again',
    'applies jumbo frames',
    'remembers what was applied without a link',
    'counts the packets of what it serves',
  ],
  start: () => {
    const folder = createFakeHost();
    const network = on(folder);
    return {
      subject: {
        port: network,
        act: {
          macAddresses: () => macAddresses,
          setCable: async (adapter, isConnected) => {
            folder.put(`sys/class/net/fake${adapter}/carrier`, isConnected ? '1\n' : '0\n');
          },
        },
      },
      end: async () => {
        await network.close();
        folder.remove();
      },
    };
  },
});

describe('the network of this host', () => {
  let folder: Folder;

  beforeEach(() => {
    folder = createFakeHost();
  });

  afterEach(() => {
    folder.remove();
  });

  test('an adapter is told as the kernel shows it', () => {
    const network = on(folder);
    expect(network.adapters()).toEqual([
      {
        macAddress: macAddresses[0],
        linkUp: true,
        speedMbps: 2500,
        mode: 'dhcp',
        mtu: 9000,
        gateway: '192.0.2.1',
      },
      { macAddress: macAddresses[1], linkUp: false, speedMbps: 0, mode: 'dhcp', mtu: 1500 },
    ]);
    expect(network.traffic()[0]).toEqual({ receivedPackets: 11, sentPackets: 22, errors: 3 });
    expect(network.nameServers()).toEqual(['192.0.2.53']);
  });

  test('one whose speed nobody knows has the least that Ethernet can', () => {
    putAdapter(folder, 'fake0', { speed: '-1' });
    expect(on(folder).adapters()[0]?.speedMbps).toBe(10);
  });

  test('one of the label that the machine does not have is there without a link', () => {
    folder.remove('sys/class/net/fake1');
    expect(on(folder).adapters()[1]).toMatchObject({ linkUp: false, speedMbps: 0 });
    expect(on(folder).traffic()[1]).toEqual({ receivedPackets: 0, sentPackets: 0, errors: 0 });
  });

  test('settings go by the name of the adapter to who applies them, and are remembered', () => {
    const applied: unknown[] = [];
    const network = on(folder, { apply: (name, settings) => applied.push([name, settings]) });
    const settings: AddressSettings = { mode: 'static', address: '192.0.2.20', mtu: 1500 };
    network.apply(0, settings);
    expect(applied).toEqual([['fake0', settings]]);
    expect(network.adapters()[0]?.mode).toBe('static');
  });

  test('a port that another program has is busy, and the text says how to find it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const network = on(folder);
    const error: unknown = await network.listen(port, () => undefined).catch((e: unknown) => e);
    expect(isHalError(error) && error.code).toBe('busy');
    other.close();
    await network.close();
  });

  test('closing ends connections that are open, also those that say nothing', async () => {
    const network = on(folder);
    const { port } = await network.listen(0, () => undefined);
    const silent = connect(port, '127.0.0.1');
    const asking = get({ host: '127.0.0.1', port, agent: false });
    const failed = once(asking, 'error');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    const ended = once(silent, 'close');
    await network.close();
    await network.close();
    await Promise.all([ended, failed]);
    const error: unknown = await network.listen(0, () => undefined).catch((e: unknown) => e);
    expect(isHalError(error) && error.code).toBe('closed');
    expect(() => network.adapters()).toThrow('closed');
  });

  test(
    'listening and closing leaves no descriptor behind',
    { timeout: openingsLimitMs },
    async () => {
      const first = on(folder);
      await first.listen(0, () => undefined);
      await first.close();
      const before = openFiles();
      for (let round = 0; round < openings; round += 1) {
        const network = on(folder);
        await network.listen(0, () => undefined);
        await network.close();
      }
      expect(openFiles()).toBe(before);
    },
  );
});
