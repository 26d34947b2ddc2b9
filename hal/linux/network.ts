import { createServer } from 'node:http';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { HalError } from '../errors.ts';
import type {
  AdapterStatus,
  AdapterTraffic,
  AddressSettings,
  HttpListener,
  Network,
} from '../network.ts';
import { errnoOf, halErrorFrom } from './errno.ts';
import { findAdapters, readText } from './net-class.ts';

/** How this host's network is used. */
export interface NetworkOptions {
  /** The adapters of the label, in its order. */
  readonly macAddresses: readonly string[];
  /** Where HTTP is served; the machine alone unless told otherwise: `0.0.0.0` is everybody. */
  readonly listen?: string;
  /**
   * Puts settings into effect. Without it they are remembered and shown, and the host's own network
   * configuration stays as it is.
   */
  readonly apply?: (adapter: string, settings: AddressSettings) => void;
  /** `/sys`, `/etc/resolv.conf` and `/proc/net/route`, unless told otherwise. */
  readonly sys?: string;
  readonly resolvConf?: string;
  readonly routes?: string;
}

const factorySettings: AddressSettings = { mode: 'dhcp', mtu: 1500 };
/** Virtual adapters do not know their speed; the slowest Ethernet has this. */
const leastMbps = 10;

/** The adapters as the kernel shows them, and Node's HTTP server. */
export function createNetwork(options: NetworkOptions): Network & { close(): Promise<void> } {
  return new LinuxNetwork(options);
}

class LinuxNetwork implements Network {
  readonly #options: NetworkOptions;
  readonly #sys: string;
  readonly #applied = new Map<number, AddressSettings>();
  readonly #listeners = new Set<HttpListener>();
  #isOpen = true;

  constructor(options: NetworkOptions) {
    this.#options = options;
    this.#sys = options.sys ?? '/sys';
  }

  adapters(): readonly AdapterStatus[] {
    return this.#each((name, macAddress, adapter) => {
      const { mode, mtu } = this.#applied.get(adapter) ?? factorySettings;
      const file = (path: string): string => this.#file(name, path) ?? '';
      const linkUp = file('carrier') === '1';
      const ipv4 = networkInterfaces()[name]?.find(({ family }) => family === 'IPv4');
      const gateway = linkUp ? this.#gatewayOf(name) : undefined;
      return {
        macAddress,
        linkUp,
        speedMbps: linkUp ? Math.max(Number(file('speed')) || 0, leastMbps) : 0,
        mode,
        mtu: Number(file('mtu')) || mtu,
        ...(ipv4 !== undefined && { address: ipv4.address, mask: ipv4.netmask }),
        ...(gateway !== undefined && { gateway }),
      };
    });
  }

  traffic(): readonly AdapterTraffic[] {
    return this.#each((name) => {
      const count = (kind: string): number => Number(this.#file(name, `statistics/${kind}`)) || 0;
      const lost = ['rx_errors', 'tx_errors', 'rx_dropped', 'tx_dropped'];
      return {
        receivedPackets: count('rx_packets'),
        sentPackets: count('tx_packets'),
        errors: lost.reduce((sum, kind) => sum + count(kind), 0),
      };
    });
  }

  nameServers(): readonly string[] {
    this.#checkOpen();
    const text = readText(this.#options.resolvConf ?? '/etc/resolv.conf') ?? '';
    return [...text.matchAll(/^[ \t]*nameserver[ \t]+(\S+)/gm)]
      .map(([, server = '']) => server)
      .filter(isIPv4);
  }

  apply(adapter: number, settings: AddressSettings): void {
    this.#checkOpen();
    const macAddress = this.#options.macAddresses[adapter];
    if (macAddress === undefined) {
      throw new HalError('bad-argument', 'network', `this board has no adapter ${adapter}`);
    }
    this.#applied.set(adapter, settings);
    const name = this.#nameOf(macAddress);
    if (name !== undefined) this.#options.apply?.(name, settings);
  }

  async listen(port: number, onRequest: Parameters<Network['listen']>[1]): Promise<HttpListener> {
    this.#checkOpen();
    if (!Number.isInteger(port) || port < 0 || port > 65_535) {
      throw new HalError('bad-argument', 'network', `${port} is no port: 0 to 65535`);
    }
    const listener = await listenAt(this.#options.listen ?? '127.0.0.1', port, onRequest);
    if (!this.#isOpen) {
      await listener.close();
      throw closed();
    }
    this.#listeners.add(listener);
    return {
      ...listener,
      close: () => {
        this.#listeners.delete(listener);
        return listener.close();
      },
    };
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.all([...this.#listeners].map((listener) => listener.close()));
    this.#listeners.clear();
  }

  #each<T>(look: (name: string, macAddress: string, adapter: number) => T): readonly T[] {
    this.#checkOpen();
    return this.#options.macAddresses.map((mac, adapter) =>
      look(this.#nameOf(mac) ?? '', mac, adapter),
    );
  }

  /** Names of adapters may change while the system runs. */
  #nameOf(macAddress: string): string | undefined {
    return findAdapters(this.#sys).find((found) => found.macAddress === macAddress)?.name;
  }

  #file(name: string, path: string): string | undefined {
    return name === '' ? undefined : readText(`${this.#sys}/class/net/${name}/${path}`);
  }

  #gatewayOf(name: string): string | undefined {
    return defaultGateway(readText(this.#options.routes ?? '/proc/net/route') ?? '', name);
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw closed();
  }
}

/** From the kernel's table: addresses are hexadecimal, the least byte first (proc(5)). */
function defaultGateway(table: string, name: string): string | undefined {
  for (const line of table.split('\n')) {
    const [adapter, destination, gateway = ''] = line.trim().split(/\s+/);
    if (adapter !== name || destination !== '00000000' || gateway === '00000000') continue;
    return [6, 4, 2, 0].map((at) => Number.parseInt(gateway.slice(at, at + 2), 16)).join('.');
  }
  return undefined;
}

function listenAt(
  host: string,
  port: number,
  onRequest: Parameters<Network['listen']>[1],
): Promise<HttpListener> {
  const server = createServer(onRequest);
  let ending: Promise<void> | undefined;
  const close = (): Promise<void> => {
    ending ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return ending;
  };
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, `${host} port ${port}`)));
    server.listen({ host, port, exclusive: true }, () => {
      const bound = server.address();
      if (bound === null || typeof bound === 'string') return;
      server.removeAllListeners('error');
      // From here on: a connection that could not be taken. Its client sees that.
      server.on('error', () => undefined);
      resolve({ address: bound.address, port: bound.port, close });
    });
  });
}

function listenError(error: unknown, where: string): HalError {
  if (errnoOf(error) !== 'EACCES') {
    return halErrorFrom('network', error, { what: `serve HTTP at ${where}` });
  }
  const text =
    `cannot serve HTTP at ${where}: ports below 1024 need AmbientCapabilities=` +
    'CAP_NET_BIND_SERVICE in the service, or choose a higher one';
  return new HalError('permission', 'network', text, { cause: error });
}

function closed(): HalError {
  return new HalError('closed', 'network', 'the board was closed');
}
