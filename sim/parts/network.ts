import { HalError } from '#hal/errors';
import type { AdapterStatus, AddressSettings, HttpListener, Network } from '#hal/network';
import { UsageError } from '../kernel/invariant.ts';
import type { Life } from './life.ts';
import type { BoardSite } from './site.ts';

const unsetSettings: AddressSettings = { mode: 'dhcp', mtu: 1500 };

/** Cables and settings at one instant. */
export interface NetworkState {
  readonly unplugged: ReadonlySet<number>;
  readonly settings: readonly (AddressSettings | undefined)[];
}

/** The network adapters. World face: cables. A world's DHCP server answers at once. */
export class NetworkPart {
  readonly #site: BoardSite;
  readonly #macAddresses: readonly string[];
  #unplugged: ReadonlySet<number> = new Set();
  #settings: readonly (AddressSettings | undefined)[] = [];

  constructor(site: BoardSite, macAddresses: readonly string[]) {
    this.#site = site;
    this.#macAddresses = macAddresses;
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
  }

  /** What the adapters do now. */
  adapters(): readonly AdapterStatus[] {
    return this.#macAddresses.map((macAddress, adapter) => this.#status(adapter, macAddress));
  }

  /** The firmware's face for one life; it starts with DHCP on every adapter. */
  connect(life: Life): Network {
    this.#settings = [];
    return {
      adapters: () => this.adapters(),
      apply: (adapter, settings) => {
        if (life.isAlive) this.#apply(adapter, settings);
      },
      listen: (): Promise<HttpListener> =>
        Promise.reject(new HalError('unsupported', 'network', 'this board has no HTTP listener')),
    };
  }

  /** Cables and settings as plain data. */
  save(): NetworkState {
    return { unplugged: this.#unplugged, settings: this.#settings };
  }

  /** Puts cables and settings as they were; after `connect`, which forgets settings. */
  restore(state: NetworkState): void {
    this.#unplugged = state.unplugged;
    this.#settings = state.settings;
  }

  /** All cables in, no settings. */
  reset(): void {
    this.#unplugged = new Set();
    this.#settings = [];
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
