import { describe, expect, test } from 'vitest';
import { TelnetProtocol } from '#sim/serial-servers/telnet-protocol';

const [iac, will, wont, doIt, dont, sb, se] = [255, 251, 252, 253, 254, 250, 240];
const comPort = 44;

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const telnet = (): TelnetProtocol => new TelnetProtocol();
const rfc2217 = (isPowered = true): TelnetProtocol =>
  new TelnetProtocol({ comPort: { isPowered } });
const reply = (...values: readonly number[]): object => ({
  kind: 'reply',
  bytes: bytes(...values),
});
const asBytes = (actions: readonly object[]): unknown =>
  actions.map((each) =>
    'bytes' in each ? { ...each, bytes: Uint8Array.from(each.bytes as Uint8Array) } : each,
  );

/** What is done when the client sends this. */
const heard = (protocol: TelnetProtocol, ...values: readonly number[]): unknown =>
  asBytes(protocol.receive(bytes(...values)));

describe('options', () => {
  test('the server offers to echo, without go-ahead and in binary, and wishes the last two', () => {
    expect([...telnet().greet()]).toEqual(
      [
        [iac, will, 1],
        [iac, will, 3],
        [iac, will, 0],
        [iac, doIt, 3],
        [iac, doIt, 0],
      ].flat(),
    );
    expect([...rfc2217().greet()].slice(-3)).toEqual([iac, doIt, comPort]);
  });

  test.each([
    ['agreement to what was asked is not answered', [iac, doIt, 1, iac, will, 3], []],
    ['refusal of what was asked is not answered', [iac, dont, 1, iac, wont, 3], []],
    ['an unknown offer is refused', [iac, will, 31], [reply(iac, dont, 31)]],
    ['an unknown wish is refused', [iac, doIt, 24], [reply(iac, wont, 24)]],
    ['what was never on needs no answer', [iac, wont, 31, iac, dont, 24], []],
    ['an option that goes off is confirmed', [iac, doIt, 1, iac, dont, 1], [reply(iac, wont, 1)]],
    [
      'going off twice is confirmed once',
      [iac, doIt, 1, iac, dont, 1, iac, dont, 1],
      [reply(iac, wont, 1)],
    ],
    ['one that comes back is confirmed', [iac, dont, 0, iac, doIt, 0], [reply(iac, will, 0)]],
    ['a COM port is refused by plain telnet', [iac, will, comPort], [reply(iac, dont, comPort)]],
  ])('%s', (_what, sent, replies) => {
    const protocol = telnet();
    protocol.greet();
    expect(heard(protocol, ...sent)).toEqual(replies);
  });
});

describe('bytes', () => {
  test('0xFF goes doubled, both ways', () => {
    expect([...telnet().encode(bytes(1, 255, 255, 2))]).toEqual([1, 255, 255, 255, 255, 2]);
    const typed = telnet().receive(bytes(1, iac, 255, 2));
    expect(typed.flatMap((each) => ('bytes' in each ? [...each.bytes] : []))).toEqual([1, 255, 2]);
  });

  test('until both have agreed on binary, Enter is CR and a lone CR goes with a NUL', () => {
    const protocol = telnet();
    expect(heard(protocol, 13, 10)).toEqual([{ kind: 'typed', bytes: bytes(13) }]);
    expect([...protocol.encode(bytes(13, 65))]).toEqual([13, 0, 65]);
    heard(protocol, iac, will, 0, iac, doIt, 0);
    expect(heard(protocol, 13, 10)).toEqual([{ kind: 'typed', bytes: bytes(13, 10) }]);
    expect([...protocol.encode(bytes(13, 65))]).toEqual([13, 65]);
  });

  test.each([
    ['BREAK is a break of the line', 243, { kind: 'break' }],
    ['INTERRUPT PROCESS is Ctrl-C', 244, { kind: 'typed', bytes: bytes(3) }],
  ])('%s', (_what, command, action) => {
    expect(heard(telnet(), iac, command)).toEqual([action]);
  });

  test('ARE YOU THERE is answered, other commands are not', () => {
    expect(telnet().receive(bytes(iac, 246))).toMatchObject([{ kind: 'reply' }]);
    expect(heard(telnet(), iac, 241, iac, 249, iac, 245)).toEqual([]);
  });
});

describe('a COM port', () => {
  const ask = (...value: readonly number[]): readonly number[] => [
    iac,
    sb,
    comPort,
    ...value,
    iac,
    se,
  ];
  const answer = (...value: readonly number[]): object => reply(...ask(...value));
  /** One whose client has agreed already. */
  const agreed = (): TelnetProtocol => {
    const protocol = rfc2217();
    expect(heard(protocol, iac, will, comPort)).toEqual([answer(107, 0xb0)]);
    return protocol;
  };

  test.each([
    ['a baud rate', ask(1, 0, 0, 37, 128), [answer(101, 0, 0, 37, 128)]],
    [
      'a rate with 0xFF in it, which goes doubled',
      ask(1, 0, 0, 255, 255, 0),
      [answer(101, 0, 0, 255, 255, 0)],
    ],
    ['the question for the baud rate', ask(1, 0, 0, 0, 0), [answer(101, 0, 1, 194, 0)]],
    ['a data size', ask(2, 7), [answer(102, 7)]],
    ['a data size that is none', ask(2, 9), [answer(102, 8)]],
    ['even parity', ask(3, 3), [answer(103, 3)]],
    ['the question for the parity', ask(3, 0), [answer(103, 1)]],
    ['two stop bits', ask(4, 2), [answer(104, 2)]],
    ['hardware flow control', ask(5, 3), [answer(105, 3)]],
    ['the question for flow control', ask(5, 0), [answer(105, 1)]],
    ['inbound flow control', ask(5, 16), [answer(105, 16)]],
    ['the question for inbound flow control', ask(5, 13), [answer(105, 14)]],
    ['a break', ask(5, 5), [{ kind: 'break' }, answer(105, 5)]],
    ['the end of a break', ask(5, 6), [answer(105, 6)]],
    ['the question for a break', ask(5, 4), [answer(105, 6)]],
    ['DTR on', ask(5, 8), [{ kind: 'lines', lines: { dtr: true } }, answer(105, 8)]],
    ['the question for DTR', ask(5, 7), [answer(105, 9)]],
    ['RTS off', ask(5, 12), [{ kind: 'lines', lines: { rts: false } }, answer(105, 12)]],
    ['the question for RTS', ask(5, 10), [answer(105, 12)]],
    ['a control that is none', ask(5, 99), []],
    ['the question for the signature', ask(0), [answer(100, ...Buffer.from('nasboard'))]],
    ['the signature of the client', ask(0, 65), []],
    ['the modem state', ask(7), [answer(107, 0xb0)]],
    ['no more output', ask(8), [{ kind: 'hold', isHeld: true }]],
    ['output again', ask(9), [{ kind: 'hold', isHeld: false }]],
    ['a mask for the line state', ask(10, 5), [answer(110, 5)]],
    ['a mask for the modem state', ask(11, 0x30), [answer(111, 0x30), answer(107, 0x30)]],
    ['purging what has come', ask(12, 1), [{ kind: 'purge' }, answer(112, 1)]],
    ['purging what was sent', ask(12, 2), [answer(112, 2)]],
    ['purging both', ask(12, 3), [{ kind: 'purge' }, answer(112, 3)]],
    ['an unknown command', ask(77, 1), []],
    ['a command without its value', ask(2), []],
    ['a rate of three bytes', ask(1, 0, 1, 2), []],
    ['an empty one', ask(), []],
  ])('%s', (_what, sent, actions) => {
    expect(heard(agreed(), ...sent)).toEqual(actions);
  });

  test('a break that lasts is one break', () => {
    const protocol = agreed();
    heard(protocol, ...ask(5, 5));
    expect(heard(protocol, ...ask(5, 5))).toEqual([answer(105, 5)]);
  });

  test('the settings are told as people write them, once the client speaks of them', () => {
    const protocol = rfc2217();
    expect(protocol.settings).toBe('');
    heard(protocol, ...ask(1, 0, 0, 37, 128), ...ask(3, 2), ...ask(5, 8));
    expect(protocol.settings).toBe('9600 8O1 DTR');
  });

  test('CTS, DSR and carrier follow the supply of the board, as far as the mask lets them', () => {
    const protocol = agreed();
    expect([...protocol.power(false)]).toEqual(ask(107, 0x0b));
    expect([...protocol.power(false)]).toEqual([]);
    expect([...protocol.power(true)]).toEqual(ask(107, 0xbb));
    heard(protocol, ...ask(11, 0));
    expect([...protocol.power(false)]).toEqual([]);
    expect([...telnet().power(false)]).toEqual([]);
  });
});
