import { HalError } from '#hal/errors';
import type { AdapterStatus, AdapterTraffic, AddressSettings, Network } from '#hal/network';
import { UsageError } from '../kernel/invariant.ts';
import { HttpPorts } from './http-port.ts';
import type { Life } from './life.ts';
import type { BoardSite } from './site.ts';
import { TrafficCount } from './traffic.ts';

const unsetSettings: AddressSettings = { mode: 'dhcp', mtu: 1500 };

/** Cables, settings and ports at one instant. */
export interface NetworkState {
  readonly unplugged: ReadonlySet<number>;
  readonly settings: readonly (AddressSettings | undefined)[];
  /** HTTP ports that listen. */
  readonly ports: readonly number[];
  readonly traffic: readonly AdapterTraffic[];
}

/** The network adapters. World face: cables. A world's DHCP server answers at once. */
export class NetworkPart {
  /** Where requests come in. */
  readonly http: HttpPorts;
  readonly #site: BoardSite;
  readonly #macAddresses: readonly string[];
  readonly #traffic: TrafficCount;
  #unplugged: ReadonlySet<number> = new Set();
  #settings: readonly (AddressSettings | undefined)[] = [];

  constructor(site: BoardSite, macAddresses: readonly string[]) {
    this.#site = site;
    this.#macAddresses = macAddresses;
    this.#traffic = new TrafficCount(macAddresses.length);
    this.http = new HttpPorts(site, {
      isLinked: () => this.isLinked,
      address: () => this.adapters().find(({ linkUp }) => linkUp)?.address,
      carried: (way, bytes) => {
        const adapter = this.#firstLinked;
        const mtu = this.#settings[adapter]?.mtu ?? unsetSettings.mtu;
        this.#traffic.add(adapter, way, { bytes, mtu });
      },
    });
  }

  /** Whether any cable is in. */
  get isLinked(): boolean {
    return this.#firstLinked >= 0;
  }

  /** Plugs a cable in or out; all are in at first. */
  setCable(adapter: number, isConnected: boolean): void {
    if (this.#macAddresses[adapter] === undefined) {
      throw new UsageError(
        `adapter ${adapter}: this board has ${this.#macAddresses.length}, from 0`,
      );
    }
    this.#site.stimulus('lan', 'cable', { adapter, connected: isConnected });
    const unplugged = new Set(this.#unplugged);
    if (isConnected) unplugged.delete(adapter);
    else unplugged.add(adapter);
    this.#unplugged = unplugged;
    if (this.isLinked) return;
    for (let cut = this.http.hangUp(); cut > 0; cut -= 1) this.#traffic.lose(adapter);
  }

  /** What the adapters do now. */
  adapters(): readonly AdapterStatus[] {
    return this.#macAddresses.map((macAddress, adapter) => this.#status(adapter, macAddress));
  }

  /** The firmware's face for one life; it starts with DHCP on every adapter. */
  connect(life: Life): Network {
    this.#settings = [];
    this.#traffic.reset();
    this.http.restore([]);
    return {
      adapters: () => this.adapters(),
      traffic: () => this.#traffic.counts,
      nameServers: () => this.#nameServers(),
      apply: (adapter, settings) => {
        if (life.isAlive) this.#apply(adapter, settings);
      },
      listen: (port, onRequest) => this.http.listen(life, port, onRequest),
    };
  }

  /** All of it as plain data. */
  save(): NetworkState {
    return {
      unplugged: this.#unplugged,
      settings: this.#settings,
      ports: this.http.ports,
      traffic: this.#traffic.counts,
    };
  }

  /** Puts all as it was; after `connect`, which forgets settings. */
  restore(state: NetworkState): void {
    this.#unplugged = state.unplugged;
    this.#settings = state.settings;
    this.#traffic.restore(state.traffic);
    this.http.restore(state.ports);
  }

  /** All cables in, no settings. */
  reset(): void {
    this.#unplugged = new Set();
    this.#settings = [];
  }

  /** It carries what there is to carry; -1 where no cable is in. */
  get #firstLinked(): number {
    return this.#macAddresses.findIndex((_, adapter) => !this.#unplugged.has(adapter));
  }

  /** A world's DHCP server names itself as name server. */
  #nameServers(): readonly string[] {
    const gateways = this.adapters().map(({ mode, gateway }) => mode === 'dhcp' && gateway);
    return [...new Set(gateways.filter((gateway) => typeof gateway === 'string'))];
  }

  #apply(adapter: number, settings: AddressSettings): void {
    if (this.#macAddresses[adapter] === undefined) {
      throw new HalError('bad-argument', 'network', `there is no adapter ${adapter}`);
    }
    const all = this.#macAddresses.map((_, place) => this.#settings[place]);
    all[adapter] = { ...settings };
    this.#settings = all;
    this.#site.output('lan', 'apply', { adapter, ...settings });
  }

  #status(adapter: number, macAddress: string): AdapterStatus {
    const settings = this.#settings[adapter] ?? unsetSettings;
    const linkUp = !this.#unplugged.has(adapter);
    const { mode, mtu } = settings;
    const link = { macAddress, linkUp, speedMbps: linkUp ? 1000 : 0, mode, mtu };
    if (mode === 'dhcp') return linkUp ? { ...link, ...this.#lease(adapter) } : link;
    const { address, mask, gateway } = settings;
    return {
      ...link,
      ...(address === undefined ? {} : { address }),
      ...(mask === undefined ? {} : { mask }),
      ...(gateway === undefined ? {} : { gateway }),
    };
  }

  /** Addresses from .20 on, 200 a network, in order of boards and adapters. */
  #lease(adapter: number): { address: string; mask: string; gateway: string } {
    const host = this.#site.ordinal * this.#macAddresses.length + adapter;
    const network = `192.168.${1 + (Math.floor(host / 200) % 254)}`;
    return {
      address: `${network}.${20 + (host % 200)}`,
      mask: '255.255.255.0',
      gateway: `${network}.1`,
    };
  }
}
