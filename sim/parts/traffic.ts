import type { AdapterTraffic } from '#hal/network';

/** Bytes of a packet that are no payload: IPv4 and TCP. */
const headerBytes = 40;

/** Packets without payload that a request, or its answer, brings along. */
const packetsAround = 3;

const none: AdapterTraffic = { receivedPackets: 0, sentPackets: 0, errors: 0 };

/** Counts packets of each adapter, as far as requests and their answers make some. */
export class TrafficCount {
  readonly #adapters: AdapterTraffic[];

  constructor(adapters: number) {
    this.#adapters = Array.from({ length: adapters }, () => none);
  }

  get counts(): readonly AdapterTraffic[] {
    return [...this.#adapters];
  }

  /** So many bytes came in, or went out; an adapter that is not there carries nothing. */
  add(
    adapter: number,
    way: 'received' | 'sent',
    { bytes, mtu }: { bytes: number; mtu: number },
  ): void {
    const packets = packetsAround + Math.ceil(bytes / (mtu - headerBytes));
    const key = way === 'received' ? 'receivedPackets' : 'sentPackets';
    this.#change(adapter, (count) => ({ ...count, [key]: count[key] + packets }));
  }

  /** A packet was lost. */
  lose(adapter: number): void {
    this.#change(adapter, (count) => ({ ...count, errors: count.errors + 1 }));
  }

  restore(counts: readonly AdapterTraffic[]): void {
    this.#adapters.splice(0, this.#adapters.length, ...counts);
  }

  reset(): void {
    this.restore(this.#adapters.map(() => none));
  }

  #change(adapter: number, change: (count: AdapterTraffic) => AdapterTraffic): void {
    const count = this.#adapters[adapter];
    if (count !== undefined) this.#adapters[adapter] = change(count);
  }
}
