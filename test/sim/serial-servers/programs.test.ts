import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Program } from './program.ts';
import { SerialRig } from './serial-rig.ts';

let rig: SerialRig;

beforeEach(() => {
  rig = new SerialRig();
});

afterEach(async () => {
  await rig.end();
});

const allBytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/** Says whether all 256 bytes come back as they were sent, also many in a row. */
const echoOfAllBytes = `
sent = bytes(range(256)) * 4
port.write(sent)
got = port.read(len(sent))
print('clean' if got == sent else 'sent %r, got %r' % (sent, got))
`;

describe('pyserial', () => {
  test.each([
    ['a terminal', 'pty', () => `${rig.folder}/ttyS0`],
    ['raw TCP', 'tcp', () => `socket://127.0.0.1:${rig.portOf('tcp')}`],
    ['RFC 2217', 'rfc2217', () => `rfc2217://127.0.0.1:${rig.portOf('rfc2217')}`],
  ])('gets all 256 bytes back as it has sent them, over %s', async (_how, kind, url) => {
    await rig.start(kind === 'pty' ? `pty:${rig.folder}/ttyS0` : `${kind}:0`);
    const program = Program.python(url(), echoOfAllBytes);
    expect(await program.exited(), program.errors).toBe(0);
    expect(program.shown.toString()).toBe('clean\n');
    expect(rig.got.indexOf(allBytes)).toBe(0);
  });

  test('moves DTR and RTS, sends a break and sets its port over RFC 2217', async () => {
    await rig.start('rfc2217:0');
    const program = Program.python(
      `rfc2217://127.0.0.1:${rig.portOf('rfc2217')}`,
      `
port.dtr = False
port.rts = False
port.dtr = True
port.send_break(0.01)
port.baudrate = 9600
port.bytesize = 7
port.parity = 'E'
port.stopbits = 2
port.xonxoff = True
port.reset_input_buffer()
port.reset_output_buffer()
print(port.cts, port.dsr, port.cd, port.ri)
sys.stdin.readline()
`,
    );
    await program.until('True True True False');
    await rig.until(() => rig.stimuli.includes('break {}'), 'a break');
    expect(rig.stimuli.slice(-4)).toEqual([
      'modem-lines {"dtr":false}',
      'modem-lines {"rts":false}',
      'modem-lines {"dtr":true}',
      'break {}',
    ]);
    expect(rig.got).toEqual(Buffer.of(0));
    expect(rig.servers.clients[0]).toMatch(/^rfc2217 127\..* set to 9600 7E2 DTR$/);
    program.endInput();
    expect(await program.exited()).toBe(0);
  });

  test('hears over RFC 2217 that the board lost its power', async () => {
    await rig.start('rfc2217:0');
    const program = Program.python(
      `rfc2217://127.0.0.1:${rig.portOf('rfc2217')}`,
      `
print('before', port.dsr)
sys.stdin.readline()
while port.dsr: pass
print('after', port.dsr)
`,
    );
    await program.until('before True');
    await rig.pacer.act(() => rig.board.cutPower());
    program.type('\n');
    await program.until('after False');
    expect(await program.exited()).toBe(0);
  });
});

describe('picocom', () => {
  test('shows what the board says and sends what is typed; then it comes back', async () => {
    await rig.start(`pty:${rig.folder}/ttyS0`);
    for (const round of ['one', 'two']) {
      const program = Program.onTerminal('/usr/bin/picocom', '-b', '115200', `${rig.folder}/ttyS0`);
      await program.until('Terminal ready');
      program.type(`round ${round}\r`);
      await rig.untilGot(`round ${round}\r`);
      await program.until(`round ${round}\r`);
      program.type('\x01\x18');
      expect(await program.exited()).toBe(0);
    }
  });
});

describe('screen', () => {
  test('shows what the board says and sends what is typed', async () => {
    await rig.start(`pty:${rig.folder}/ttyS0`);
    const program = Program.onTerminal('/usr/bin/screen', `${rig.folder}/ttyS0`, '115200');
    program.type('from screen');
    await rig.untilGot('from screen');
    await program.until('from screen');
    program.type('\x01\\y');
    await program.exited();
    expect(rig.got.toString()).toBe('from screen');
  });
});

describe('socat', () => {
  test.each([
    ['a terminal', 'pty', () => `${rig.folder}/ttyS0,rawer`],
    ['raw TCP', 'tcp:0', () => `tcp:127.0.0.1:${rig.portOf('tcp')}`],
  ])('carries all 256 bytes over %s', async (_how, kind, address) => {
    await rig.start(kind === 'pty' ? `pty:${rig.folder}/ttyS0` : kind);
    const program = Program.run('/usr/bin/socat', '-', address());
    program.type(allBytes);
    await program.until(allBytes);
    expect(program.shown).toEqual(allBytes);
    await program.kill();
  });
});

describe('telnet', () => {
  test('sends characters as they are typed, Enter as CR, and a break', async () => {
    await rig.start('telnet:0');
    const port = String(rig.portOf('telnet'));
    const program = Program.onTerminal('/usr/bin/telnet', '127.0.0.1', port);
    await program.until('Escape character');
    program.type('no line yet');
    await rig.untilGot('no line yet');
    await program.until('no line yet');
    program.type('\r');
    await rig.untilGot('no line yet\r');
    // Its own prompt is on the terminal as socat has set it: a line ends with LF there.
    program.type('\x1dsend brk\n');
    await rig.until(() => rig.stimuli.includes('break {}'), 'a break');
    expect(rig.got).toEqual(Buffer.from('no line yet\r\0'));
    await program.kill();
  });
});
