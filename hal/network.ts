import type { IncomingMessage, ServerResponse } from 'node:http';

/** How an adapter gets its address, and with what. */
export interface AddressSettings {
  readonly mode: 'dhcp' | 'static';
  /** IPv4 dotted quads; used with `static` only. */
  readonly address?: string;
  readonly mask?: string;
  readonly gateway?: string;
  /** Bytes; 1500, or up to 9000 with jumbo frames. */
  readonly mtu: number;
}

/** What an adapter is doing now. */
export interface AdapterStatus {
  /** As in `Identity.macAddresses`. */
  readonly macAddress: string;
  readonly linkUp: boolean;
  readonly speedMbps: number;
  readonly mode: 'dhcp' | 'static';
  /** Absent while there is none (no link, no DHCP answer yet). */
  readonly address?: string;
  readonly mask?: string;
  readonly gateway?: string;
  readonly mtu: number;
}

/** What an adapter has carried since power-on, in packets. */
export interface AdapterTraffic {
  readonly receivedPackets: number;
  readonly sentPackets: number;
  /** Packets that were lost or garbled, either way. */
  readonly errors: number;
}

/** A listening address; closing it ends its connections. */
export interface HttpListener {
  /** Where it listens; the port may differ from the one asked for only where 0 was asked for. */
  readonly address: string;
  readonly port: number;
  /** Stops listening and ends its connections. A second call is no error. */
  close(): Promise<void>;
}

/**
 * The network adapters and the HTTP listener. Errors of `listen`: `busy` (port taken),
 * `permission`, `bad-argument`. `apply` is remembered while the link is down.
 */
export interface Network {
  adapters(): readonly AdapterStatus[];
  /** In the order of the adapters. */
  traffic(): readonly AdapterTraffic[];
  /** Addresses of the name servers in use, the first one first; none while there is no network. */
  nameServers(): readonly string[];
  /** Applies settings to one adapter (index into `Identity.macAddresses`); returns at once. */
  apply(adapter: number, settings: AddressSettings): void;
  listen(
    port: number,
    onRequest: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<HttpListener>;
}
