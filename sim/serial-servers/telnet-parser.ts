/** Commands of RFC 854, as far as they mean something here. */
export const telnet = {
  subnegotiationEnd: 240,
  break: 243,
  interrupt: 244,
  areYouThere: 246,
  subnegotiation: 250,
  will: 251,
  wont: 252,
  do: 253,
  dont: 254,
  /** Interpret as command; twice where the byte itself is meant. */
  iac: 255,
} as const;

/** The verbs of a negotiation. */
export type TelnetVerb = 'will' | 'wont' | 'do' | 'dont';

/** What a stream of telnet consists of. */
export type TelnetEvent =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'command'; readonly command: number }
  | { readonly kind: 'option'; readonly verb: TelnetVerb; readonly option: number }
  | {
      readonly kind: 'subnegotiation';
      readonly option: number;
      readonly payload: Uint8Array;
    };

/** Longer subnegotiations are left out: none that means something here is longer than a name. */
const payloadMax = 256;

const verbs: ReadonlyMap<number, TelnetVerb> = new Map([
  [telnet.will, 'will'],
  [telnet.wont, 'wont'],
  [telnet.do, 'do'],
  [telnet.dont, 'dont'],
]);

type Place =
  | { readonly in: 'data' }
  | { readonly in: 'command' }
  | { readonly in: 'option'; readonly verb: TelnetVerb }
  | { readonly in: 'subnegotiation-option' }
  | { readonly in: 'subnegotiation'; readonly isEscaped: boolean };

const inData: Place = { in: 'data' };

/**
 * Takes telnet (RFC 854, 855) apart, byte for byte, however it was cut. Any sequence of bytes means
 * something; no sequence takes more memory than the longest subnegotiation.
 */
export class TelnetParser {
  #place: Place = inData;
  #option = 0;
  /** Undefined where the subnegotiation under way is too long. */
  #payload: number[] | undefined = [];

  feed(bytes: Uint8Array): readonly TelnetEvent[] {
    const events: TelnetEvent[] = [];
    let place = 0;
    while (place < bytes.length) {
      if (this.#place.in !== 'data') {
        const event = this.#step(bytes[place] ?? 0);
        if (event !== undefined) events.push(event);
        place += 1;
        continue;
      }
      const found = bytes.indexOf(telnet.iac, place);
      const end = found < 0 ? bytes.length : found;
      if (end > place) events.push({ kind: 'data', bytes: bytes.subarray(place, end) });
      if (found >= 0) this.#place = { in: 'command' };
      place = end + 1;
    }
    return events;
  }

  /** One byte outside of plain data. */
  #step(byte: number): TelnetEvent | undefined {
    const at = this.#place;
    switch (at.in) {
      case 'data':
        return undefined;
      case 'command':
        return this.#command(byte);
      case 'option':
        this.#place = inData;
        return { kind: 'option', verb: at.verb, option: byte };
      case 'subnegotiation-option':
        this.#place = { in: 'subnegotiation', isEscaped: false };
        this.#option = byte;
        this.#payload = [];
        return undefined;
      default:
        return at.isEscaped ? this.#escaped(byte) : this.#inside(byte);
    }
  }

  #command(byte: number): TelnetEvent | undefined {
    const verb = verbs.get(byte);
    this.#place = inData;
    if (byte === telnet.iac) return { kind: 'data', bytes: Uint8Array.of(byte) };
    if (verb !== undefined) this.#place = { in: 'option', verb };
    else if (byte === telnet.subnegotiation) this.#place = { in: 'subnegotiation-option' };
    else return { kind: 'command', command: byte };
    return undefined;
  }

  #inside(byte: number): undefined {
    if (byte === telnet.iac) this.#place = { in: 'subnegotiation', isEscaped: true };
    else this.#add(byte);
  }

  #escaped(byte: number): TelnetEvent | undefined {
    if (byte === telnet.iac) {
      this.#place = { in: 'subnegotiation', isEscaped: false };
      this.#add(byte);
      return undefined;
    }
    // Any other command ends it too: the client has forgotten to.
    if (byte !== telnet.subnegotiationEnd) return this.#command(byte);
    this.#place = inData;
    if (this.#payload === undefined) return undefined;
    return {
      kind: 'subnegotiation',
      option: this.#option,
      payload: Uint8Array.from(this.#payload),
    };
  }

  #add(byte: number): void {
    if (this.#payload === undefined || this.#payload.length < payloadMax) this.#payload?.push(byte);
    else this.#payload = undefined;
  }
}

/** Doubles each byte that would be taken for the beginning of a command. */
export function escapeTelnet(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(telnet.iac)) return bytes;
  const escaped = new Uint8Array(bytes.length * 2);
  let length = 0;
  for (const byte of bytes) {
    if (byte === telnet.iac) escaped[length++] = byte;
    escaped[length++] = byte;
  }
  return escaped.subarray(0, length);
}
