import { ComPort } from './com-port.ts';
import { NetworkTextReader, NetworkTextWriter } from './network-text.ts';
import type { ClientAction, Protocol } from './protocol.ts';
import { telnetOption, TelnetOptions } from './telnet-options.ts';
import { escapeTelnet, telnet, type TelnetEvent, TelnetParser } from './telnet-parser.ts';

const { binary, echo, suppressGoAhead, comPort } = telnetOption;

/** Ctrl-C, which telnet calls "interrupt process". */
const interrupt = Uint8Array.of(0x03);
const isHere = Buffer.from('\r\n[nasboard: yes]\r\n');
const nothing = new Uint8Array();

/**
 * Telnet at the end of a server: the board echoes, characters go as they are typed, all eight bits
 * of them. With `comPort` the client may also set the serial port and move its lines (RFC 2217).
 */
export class TelnetProtocol implements Protocol {
  readonly #parser = new TelnetParser();
  readonly #options: TelnetOptions;
  readonly #comPort: ComPort | undefined;
  readonly #reader = new NetworkTextReader();
  readonly #writer = new NetworkTextWriter();
  #hasComPort = false;

  constructor(how: { readonly comPort?: { readonly isPowered: boolean } } = {}) {
    const isComPort = how.comPort !== undefined;
    this.#comPort = how.comPort && new ComPort(how.comPort.isPowered);
    this.#options = new TelnetOptions({
      ours: [echo, suppressGoAhead, binary],
      theirs: [suppressGoAhead, binary, ...(isComPort ? [comPort] : [])],
    });
  }

  get settings(): string {
    return this.#hasComPort ? (this.#comPort?.settings ?? '') : '';
  }

  greet(): Uint8Array {
    return Uint8Array.from(this.#options.greet());
  }

  receive(bytes: Uint8Array): readonly ClientAction[] {
    return this.#parser.feed(bytes).flatMap((event) => this.#act(event));
  }

  encode(bytes: Uint8Array): Uint8Array {
    return escapeTelnet(this.#writer.write(bytes, this.#options.isOurs(binary)));
  }

  power(isOn: boolean): Uint8Array {
    const said = this.#comPort?.power(isOn) ?? nothing;
    return this.#hasComPort ? said : nothing;
  }

  #act(event: TelnetEvent): readonly ClientAction[] {
    switch (event.kind) {
      case 'data': {
        const bytes = this.#reader.read(event.bytes, this.#options.isTheirs(binary));
        return bytes.length === 0 ? [] : [{ kind: 'typed', bytes }];
      }
      case 'command':
        if (event.command === telnet.break) return [{ kind: 'break' }];
        if (event.command === telnet.interrupt) return [{ kind: 'typed', bytes: interrupt }];
        return event.command === telnet.areYouThere ? [{ kind: 'reply', bytes: isHere }] : [];
      case 'option':
        return this.#negotiate(event);
      default:
        if (event.option !== comPort || this.#comPort === undefined) return [];
        return [...this.#openComPort(), ...this.#comPort.receive(event.payload)];
    }
  }

  #negotiate({ verb, option }: Extract<TelnetEvent, { kind: 'option' }>): readonly ClientAction[] {
    const reply = Uint8Array.from(this.#options.hear(verb, option));
    const opens = option === comPort && this.#options.isTheirs(comPort);
    return [
      ...(reply.length === 0 ? [] : [{ kind: 'reply', bytes: reply } as const]),
      ...(opens ? this.#openComPort() : []),
    ];
  }

  /** The client speaks RFC 2217: it hears of the modem's lines from here on. */
  #openComPort(): readonly ClientAction[] {
    if (this.#hasComPort || this.#comPort === undefined) return [];
    this.#hasComPort = true;
    return [this.#comPort.notice()];
  }
}
