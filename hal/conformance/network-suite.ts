import { get } from 'node:http';
import type { AddressSettings, Network } from '../network.ts';
import {
  checksOf,
  type ConformanceSuite,
  expectHalError,
  expectSame,
  expectThat,
} from './suite.ts';

/** What a rig can do around the network. */
export interface NetworkActs {
  /** `Identity.macAddresses` of the same board. */
  macAddresses(): readonly string[];
  /** Waits until applied settings are in force. Only a rig whose addresses may change has it. */
  settle(): Promise<void>;
  /** Plugs the cable of an adapter in or out, and waits until the adapter has noticed. */
  setCable(adapter: number, isConnected: boolean): Promise<void>;
  /**
   * Fetches `/` from a port of the board as a client does; rejects where nobody answers. Only a rig
   * has it whose board cannot be reached at 127.0.0.1.
   */
  fetchText(port: number): Promise<string>;
}

const check = checksOf<Network, NetworkActs>();

const ipv4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;

const staticSettings: AddressSettings = {
  mode: 'static',
  address: '192.0.2.20',
  mask: '255.255.255.0',
  gateway: '192.0.2.1',
  mtu: 1500,
};
const dhcpSettings: AddressSettings = { mode: 'dhcp', mtu: 1500 };

const adapters = [
  check('has the adapters of the label, in its order', ['macAddresses'], ({ port, act }) => {
    const seen = port.adapters().map((adapter) => adapter.macAddress);
    expectSame('MAC addresses', seen, [...act.macAddresses()]);
  }),
  check('tells of each adapter what makes sense', [], ({ port }) => {
    for (const { linkUp, speedMbps, mtu, mode, address, mask, gateway } of port.adapters()) {
      expectThat(!linkUp || speedMbps > 0, 'speed', { expected: '> 0', seen: speedMbps });
      expectThat(mtu >= 576 && mtu <= 9216, 'MTU', { expected: '576 to 9216', seen: mtu });
      expectThat(mode === 'dhcp' || mode === 'static', 'mode', { expected: 'known', seen: mode });
      for (const quad of [address, mask, gateway]) {
        const isRight = quad === undefined || ipv4.test(quad);
        expectThat(isRight, 'address', { expected: 'an IPv4 address or none', seen: quad });
      }
    }
  }),
  check('counts what each adapter has carried', [], ({ port }) => {
    const traffic = port.traffic();
    expectSame('adapters', traffic.length, port.adapters().length);
    for (const { receivedPackets, sentPackets, errors } of traffic) {
      for (const count of [receivedPackets, sentPackets, errors]) {
        const isCount = Number.isSafeInteger(count) && count >= 0;
        expectThat(isCount, 'packets', { expected: 'a count', seen: count });
      }
    }
  }),
  check('knows name servers by their addresses', [], ({ port }) => {
    for (const server of port.nameServers()) {
      expectThat(ipv4.test(server), 'name server', { expected: 'an IPv4 address', seen: server });
    }
  }),
  check('applies a fixed address, and DHCP again', ['settle'], async ({ port, act }) => {
    port.apply(0, staticSettings);
    await act.settle();
    const { mode, address, mask, gateway, mtu } = port.adapters()[0] ?? {};
    const { address: wanted, mask: wantedMask, gateway: wantedGateway } = staticSettings;
    expectSame('mode', mode, 'static');
    expectSame('addresses', [address, mask, gateway], [wanted, wantedMask, wantedGateway]);
    expectSame('MTU', mtu, 1500);
    port.apply(0, dhcpSettings);
    await act.settle();
    expectSame('mode', port.adapters()[0]?.mode, 'dhcp');
    expectSame('fixed address is gone', port.adapters()[0]?.address !== wanted, true);
  }),
  check('applies jumbo frames', ['settle'], async ({ port, act }) => {
    port.apply(0, { ...dhcpSettings, mtu: 9000 });
    await act.settle();
    expectSame('MTU', port.adapters()[0]?.mtu, 9000);
    port.apply(0, dhcpSettings);
    await act.settle();
    expectSame('MTU', port.adapters()[0]?.mtu, 1500);
  }),
  check('refuses settings for an adapter that it does not have', [], async ({ port }) => {
    for (const adapter of [-1, port.adapters().length, 0.5]) {
      await expectHalError('apply', 'bad-argument', () => port.apply(adapter, dhcpSettings));
    }
  }),
  check('notices a cable', ['setCable'], async ({ port, act }) => {
    await act.setCable(0, false);
    expectSame('link without a cable', port.adapters()[0]?.linkUp, false);
    await act.setCable(0, true);
    expectSame('link with a cable', port.adapters()[0]?.linkUp, true);
  }),
  check('remembers what was applied without a link', ['setCable', 'settle'], async (rig) => {
    const { port, act } = rig;
    await act.setCable(0, false);
    port.apply(0, staticSettings);
    await act.settle();
    await act.setCable(0, true);
    await act.settle();
    expectSame('address', port.adapters()[0]?.address, staticSettings.address);
    port.apply(0, dhcpSettings);
    await act.settle();
  }),
];

function fetchOverLoopback(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

const listening = [
  check('serves HTTP on the port that it answers', [], async ({ port, act }) => {
    const { fetchText = fetchOverLoopback } = act;
    const listener = await port.listen(0, (request, response) => {
      response.end(`asked for ${request.url ?? ''}`);
    });
    expectThat(listener.port > 0, 'port', { expected: '> 0', seen: listener.port });
    const text = await fetchText(listener.port);
    await listener.close();
    expectSame('answer', text, 'asked for /');
  }),
  check('counts the packets of what it serves', ['fetchText'], async ({ port, act }) => {
    const total = (key: 'receivedPackets' | 'sentPackets'): number =>
      port.traffic().reduce((sum, adapter) => sum + adapter[key], 0);
    const [received, sent] = [total('receivedPackets'), total('sentPackets')];
    const listener = await port.listen(0, (_, response) => response.end('counted'));
    await act.fetchText(listener.port);
    await listener.close();
    const more = [total('receivedPackets') > received, total('sentPackets') > sent];
    expectSame('more packets came in, and went out', more, [true, true]);
  }),
  check('refuses a port that is taken, and gives it free again', [], async ({ port, act }) => {
    const { fetchText = fetchOverLoopback } = act;
    const first = await port.listen(0, (_, response) => response.end('first'));
    await expectHalError('listen', 'busy', () => port.listen(first.port, () => undefined));
    await first.close();
    await first.close();
    const second = await port.listen(first.port, (_, response) => response.end('second'));
    const text = await fetchText(second.port);
    await second.close();
    expectSame('answer', text, 'second');
  }),
  check('listens no more after close', [], async ({ port, act }) => {
    const { fetchText = fetchOverLoopback } = act;
    const listener = await port.listen(0, (_, response) => response.end('late'));
    await listener.close();
    const answer = await fetchText(listener.port).catch(() => 'no answer');
    expectSame('answer', answer, 'no answer');
  }),
  ...[-1, 65_536, 0.5, Number.NaN].map((number) =>
    check(`refuses to listen on port ${number}`, [], async ({ port }) => {
      await expectHalError('listen', 'bad-argument', () => port.listen(number, () => undefined));
    }),
  ),
];

/** The contract of `hal/network.ts`. */
export const networkSuite: ConformanceSuite<Network, NetworkActs> = {
  port: 'network',
  checks: [...adapters, ...listening],
};
