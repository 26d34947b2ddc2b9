import type { ClientAction } from './protocol.ts';
import { escapeTelnet, telnet } from './telnet-parser.ts';
import { telnetOption } from './telnet-options.ts';

/** Commands of RFC 2217, as clients number them; answers are numbered from 100 on. */
const command = {
  signature: 0,
  baudRate: 1,
  dataSize: 2,
  parity: 3,
  stopSize: 4,
  control: 5,
  notifyModemState: 7,
  suspend: 8,
  resume: 9,
  lineStateMask: 10,
  modemStateMask: 11,
  purge: 12,
} as const;

const answerOffset = 100;

/** Values of `control`: 0, 4, 7, 10 and 13 ask how something is set. */
const control = {
  askFlow: 0,
  lastFlow: 3,
  askBreak: 4,
  breakOn: 5,
  breakOff: 6,
  askDtr: 7,
  dtrOn: 8,
  dtrOff: 9,
  askRts: 10,
  rtsOn: 11,
  rtsOff: 12,
  askInboundFlow: 13,
  lastInboundFlow: 16,
  /** Flow control by carrier, DTR and DSR. */
  lastFlowOfAll: 19,
} as const;

/** CTS, DSR and carrier; their changes are the same bits, four places down. */
const poweredState = 0x10 | 0x20 | 0x80;

const parityLetters = ['', 'N', 'O', 'E', 'M', 'S'];
const stopTexts = ['', '1', '2', '1.5'];

/**
 * The COM port control option of telnet (RFC 2217), at the end that has the port. Settings are
 * taken, confirmed and told; the simulated line itself is always 115200 8N1.
 */
export class ComPort {
  #baudRate = 115_200;
  #dataSize = 8;
  #parity = 1;
  #stopSize = 1;
  #flow = 1;
  #inboundFlow = 14;
  #isBreaking = false;
  #dtr = false;
  #rts = false;
  #lineStateMask = 0;
  #modemStateMask = 0xff;
  #modemState: number;

  constructor(isPowered: boolean) {
    this.#modemState = isPowered ? poweredState : 0;
  }

  /** As `9600 8N1 DTR RTS`. */
  get settings(): string {
    const frame = `${this.#dataSize}${parityLetters[this.#parity]}${stopTexts[this.#stopSize]}`;
    const lines = [this.#dtr ? ' DTR' : '', this.#rts ? ' RTS' : ''].join('');
    return `${this.#baudRate} ${frame}${lines}`;
  }

  /** A subnegotiation of the client. What has no known form is left out. */
  receive(payload: Uint8Array): readonly ClientAction[] {
    const [code, value] = payload;
    switch (code) {
      case command.signature:
        // With a text it is the client's own.
        return payload.length > 1 ? [] : [answer(code, Buffer.from('nasboard'))];
      case command.suspend:
      case command.resume:
        return [{ kind: 'hold', isHeld: code === command.suspend }];
      case command.baudRate:
        return payload.length === 5 ? [this.#setBaudRate(payload)] : [];
      case command.notifyModemState:
        return [answer(code, [this.#modemState])];
      default:
        return code === undefined || value === undefined ? [] : this.#set(code, value);
    }
  }

  /** CTS, DSR and carrier come and go with the board's supply. Answers what the client hears. */
  power(isOn: boolean): Uint8Array {
    const state = isOn ? poweredState : 0;
    const changes = ((state ^ this.#modemState) & 0xf0) >> 4;
    this.#modemState = state;
    const seen = (state | changes) & this.#modemStateMask;
    return changes === 0 || (seen & 0x0f) === 0
      ? new Uint8Array()
      : message(command.notifyModemState, [seen]);
  }

  /** How the modem's lines are now: what the client hears first. */
  notice(): ClientAction {
    return answer(command.notifyModemState, [this.#modemState & this.#modemStateMask]);
  }

  #setBaudRate(payload: Uint8Array): ClientAction {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    const wanted = view.getUint32(1);
    if (wanted !== 0) this.#baudRate = wanted;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#baudRate);
    return answer(command.baudRate, bytes);
  }

  /** Commands of one byte; 0 asks for what is set. */
  #set(code: number, value: number): readonly ClientAction[] {
    switch (code) {
      case command.dataSize:
        if (value >= 5 && value <= 8) this.#dataSize = value;
        return [answer(code, [this.#dataSize])];
      case command.parity:
        if (value >= 1 && value <= 5) this.#parity = value;
        return [answer(code, [this.#parity])];
      case command.stopSize:
        if (value >= 1 && value <= 3) this.#stopSize = value;
        return [answer(code, [this.#stopSize])];
      case command.control:
        return this.#control(value);
      case command.lineStateMask:
        this.#lineStateMask = value;
        return [answer(code, [this.#lineStateMask])];
      case command.modemStateMask:
        this.#modemStateMask = value;
        return [answer(code, [value]), this.notice()];
      case command.purge:
        // What the client has sent has reached the board already: only the other way holds bytes.
        return [...(value === 2 ? [] : [purge]), answer(code, [value])];
      default:
        return [];
    }
  }

  #control(value: number): readonly ClientAction[] {
    switch (value) {
      case control.askBreak:
        return confirmed(this.#isBreaking ? control.breakOn : control.breakOff);
      case control.breakOn:
      case control.breakOff: {
        const begins = value === control.breakOn && !this.#isBreaking;
        this.#isBreaking = value === control.breakOn;
        return [...(begins ? [{ kind: 'break' } as const] : []), ...confirmed(value)];
      }
      case control.askDtr:
        return confirmed(this.#dtr ? control.dtrOn : control.dtrOff);
      case control.dtrOn:
      case control.dtrOff:
        this.#dtr = value === control.dtrOn;
        return [{ kind: 'lines', lines: { dtr: this.#dtr } }, ...confirmed(value)];
      case control.askRts:
        return confirmed(this.#rts ? control.rtsOn : control.rtsOff);
      case control.rtsOn:
      case control.rtsOff:
        this.#rts = value === control.rtsOn;
        return [{ kind: 'lines', lines: { rts: this.#rts } }, ...confirmed(value)];
      default:
        return this.#controlFlow(value);
    }
  }

  #controlFlow(value: number): readonly ClientAction[] {
    if (value > control.lastFlowOfAll) return [];
    const isInbound = value >= control.askInboundFlow && value <= control.lastInboundFlow;
    const isQuestion = value === control.askFlow || value === control.askInboundFlow;
    if (isInbound && !isQuestion) this.#inboundFlow = value;
    if (!isInbound && !isQuestion) this.#flow = value;
    return confirmed(isInbound ? this.#inboundFlow : this.#flow);
  }
}

const purge: ClientAction = { kind: 'purge' };

function confirmed(value: number): readonly ClientAction[] {
  return [answer(command.control, [value])];
}

function answer(code: number, value: Uint8Array | readonly number[]): ClientAction {
  return { kind: 'reply', bytes: message(code, value) };
}

function message(code: number, value: Uint8Array | readonly number[]): Uint8Array {
  const { iac, subnegotiation, subnegotiationEnd } = telnet;
  return Buffer.concat([
    Uint8Array.of(iac, subnegotiation, telnetOption.comPort, code + answerOffset),
    escapeTelnet(Uint8Array.from(value)),
    Uint8Array.of(iac, subnegotiationEnd),
  ]);
}
