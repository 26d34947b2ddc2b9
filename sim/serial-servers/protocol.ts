/** Lines of a serial port that its user moves; absent where they stay as they are. */
export interface ModemLines {
  readonly dtr?: boolean;
  readonly rts?: boolean;
}

/** What a client wants, in the order in which it has said so. */
export type ClientAction =
  /** For the board. */
  | { readonly kind: 'typed'; readonly bytes: Uint8Array }
  | { readonly kind: 'break' }
  | { readonly kind: 'lines'; readonly lines: ModemLines }
  /** For the client itself, past all that waits for it. */
  | { readonly kind: 'reply'; readonly bytes: Uint8Array }
  /** No output until it says so. */
  | { readonly kind: 'hold'; readonly isHeld: boolean }
  /** What waits for it is forgotten. */
  | { readonly kind: 'purge' };

/** What a client speaks. Pure: bytes in, actions and bytes out; however the bytes are cut. */
export interface Protocol {
  /** What the server says first. */
  greet(): Uint8Array;
  receive(bytes: Uint8Array): readonly ClientAction[];
  /** Makes the board's bytes into the protocol's. */
  encode(bytes: Uint8Array): Uint8Array;
  /** The board's supply is on or off now; answers what the client hears of it. */
  power(isOn: boolean): Uint8Array;
  /** How the client has set its port, for people; empty where the protocol does not say. */
  readonly settings: string;
}

const nothing = new Uint8Array();

/** The bytes themselves, and nothing else. */
export function rawProtocol(): Protocol {
  return {
    greet: () => nothing,
    receive: (bytes) => [{ kind: 'typed', bytes }],
    encode: (bytes) => bytes,
    power: () => nothing,
    settings: '',
  };
}
