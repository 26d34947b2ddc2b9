import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeNtpPacket, encodeNtpPacket, toNtpTimestamp } from '#hal/drivers/ntp-packet';
import { lines } from './image.ts';
import type { Machine } from './machine.ts';

/** What came of one check in the guest. */
export interface GuestCheck {
  readonly driver: string;
  readonly check: string;
  readonly result: 'passed' | 'failed' | 'unsupported';
  readonly detail?: string;
}

/** A server of this machine's time, for the guest to ask over its network. */
export class TimeServer {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async start(): Promise<TimeServer> {
    const socket = createSocket('udp4');
    socket.on('message', (bytes, from) => {
      const request = decodeNtpPacket(bytes);
      if (request === undefined) return;
      const nowUs = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);
      const receive = toNtpTimestamp(nowUs());
      const answer = encodeNtpPacket({
        leap: 0,
        version: request.version,
        mode: 4,
        stratum: 2,
        poll: request.poll,
        precision: -20,
        rootDelayMs: 1,
        rootDispersionMs: 1,
        referenceId: Uint8Array.of(127, 0, 0, 1),
        reference: receive,
        originate: request.transmit,
        receive,
        transmit: toNtpTimestamp(nowUs()),
      });
      socket.send(answer, from.port, from.address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new TimeServer(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  stop(): void {
    this.#socket.close();
  }
}

/** Who runs the firmware in the guest, by the word of its kernel. */
export interface GuestUser {
  /** Real, effective, saved, of the file system. */
  readonly uid: string;
  readonly groups: string;
  /** Those in effect, as a hexadecimal mask. */
  readonly capabilities: string;
}

/** What the firmware costs at rest, by the word of the guest's kernel. */
export interface GuestCost {
  readonly seconds: number;
  /** Of one core. */
  readonly cpuShare: number;
  readonly residentMb: number;
  readonly anonymousMb: number;
  readonly peakMb: number;
}

/** Does what the guest asks for: the host has its hands on the lines, the UART and the clock. */
export class Host {
  readonly checks: GuestCheck[] = [];
  /** The trace of the firmware in the guest, a line each. */
  readonly trace: string[] = [];
  user: GuestUser | undefined;
  cost: GuestCost | undefined;
  readonly #machine: Machine;
  readonly #timeServer: TimeServer;
  #uartSeen = 0;
  #sayAtRest: () => void = () => undefined;
  readonly #atRest = new Promise<void>((resolve) => (this.#sayAtRest = resolve));

  constructor(machine: Machine, timeServer: TimeServer) {
    this.#machine = machine;
    this.#timeServer = timeServer;
    machine.onLine((line) => this.#hear(line));
  }

  /** The appliance is at rest now: the guest may measure what that costs. */
  letMeasure(): void {
    this.#sayAtRest();
  }

  #hear(line: string): void {
    const [, word, text = ''] = /^@(\w+) (.*)$/.exec(line) ?? [];
    if (word === 'check') this.checks.push(JSON.parse(text) as GuestCheck);
    if (word === 'trace') this.trace.push(text);
    if (word === 'user') this.user = JSON.parse(text) as GuestUser;
    if (word === 'cost') this.cost = JSON.parse(text) as GuestCost;
    const asked = /@ask (\d+) (\S+) ?(.*)$/.exec(line);
    if (asked === null) return;
    const [, number = '', verb = '', words = ''] = asked;
    this.#answer(verb, words).then(
      (answer) => this.#machine.say(`${number} ${answer}`),
      (error: unknown) => this.#machine.say(`${number} !${String(error)}`),
    );
  }

  async #answer(verb: string, words: string): Promise<string> {
    const { driver } = this.#machine;
    switch (verb) {
      case 'press':
      case 'release':
        // Active low: pressed is the low level.
        await driver.set(Number(words), verb === 'release');
        return 'done';
      case 'lit': {
        const levels = await driver.levels();
        const names = [
          ...((levels >> lines.greenLed) & 1 ? ['green'] : []),
          ...((levels >> lines.redLed) & 1 ? ['red'] : []),
        ];
        return names.join('+');
      }
      case 'sounds':
        return ((await driver.levels()) >> lines.buzzer) & 1 ? 'yes' : 'no';
      case 'time-server':
        return String(this.#timeServer.port);
      case 'at-rest':
        await this.#atRest;
        return 'done';
      case 'true-time':
        return String(performance.timeOrigin + performance.now());
      case 'uart-received': {
        // A terminal takes no line of more than 4,095 characters.
        const text = this.#machine.uartText.slice(this.#uartSeen, this.#uartSeen + 1_500);
        this.#uartSeen += text.length;
        return Buffer.from(text, 'latin1').toString('base64');
      }
      case 'uart-send':
        this.#machine.type(Buffer.from(words, 'base64').toString('latin1'));
        return 'done';
      default:
        throw new Error(`the guest asks for «${verb}»`);
    }
  }
}
