import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyInput, cutAnyhow } from './any-input.ts';
import { adminInShell, adminPassword, bootedConsole, type ConsoleBench } from './console-bench.ts';
import { enrolAdmin, startLogin } from './two-step-person.ts';

/** Printable output, line ends, backspaces and bells; no terminal is steered. */
const steering = /(?![\b\x07\r\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Only a QR code has colours, around each of its lines. */
const lineOfQrCode = /\x1b\[30;47;107m[ ▀▄█]+\x1b\[0m/g;

function expectNoSteering(output: string): void {
  expect(output.replace(lineOfQrCode, '')).not.toMatch(steering);
}

async function pour(console: ConsoleBench, bytes: Uint8Array, cuts: Iterable<number>) {
  for (const chunk of cutAnyhow(bytes, cuts)) await console.type(chunk, 1);
}

/** Out of whatever the noise led to, back to a login prompt. */
async function leave(console: ConsoleBench): Promise<void> {
  await console.wait(2_100);
  for (let count = 0; count < 3 && console.state() !== 'login'; count += 1) {
    await console.type('\x03\x04', 2_100);
  }
  await console.type('\x03');
}

/** Pours anything into a console and logs in afterwards. `fault` breaks the board on the way. */
async function checkConsole(
  console: ConsoleBench,
  fault: (bytes: Uint8Array) => void = () => undefined,
): Promise<void> {
  const { board } = console.bench;
  await fc.assert(
    fc.asyncProperty(anyInput(), fc.infiniteStream(fc.nat({ max: 64 })), async (bytes, cuts) => {
      await pour(console, bytes, cuts);
      fault(bytes);
      await leave(console);
      expect(console.bench.states()['appliance']).toBe('ready');
      await console.enter('admin');
      await console.enter(board.defaultPassword);
      expect(console.state()).toBe('new-password');
      await console.type('\x03');
      expectNoSteering(board.uart.output);
      board.uart.clearOutput();
    }),
    { numRuns: 60 },
  );
  expect(board.bootCount).toBe(1);
}

describe('the whole console, whatever is typed', () => {
  it('at the login prompt nothing breaks, and a login works afterwards', async () => {
    await checkConsole(await bootedConsole());
  });

  it('that hung on a byte would be found', async () => {
    const console = await bootedConsole();
    const hang = (bytes: Uint8Array): void => {
      if (bytes.includes(0xff)) console.bench.board.hangCpu();
    };
    await expect(checkConsole(console, hang)).rejects.toThrow();
  });

  it('in the shell and its questions nothing breaks either', async () => {
    const console = await adminInShell();
    const { board } = console.bench;
    const opening = fc.constantFrom(
      'passwd\r',
      'log --page\r',
      'user create x\r',
      'reset basic\r',
      '2sv enable\r',
      `2sv enable\r${adminPassword}\r`,
      'session list\r',
      '',
    );
    await fc.assert(
      fc.asyncProperty(
        opening,
        anyInput(),
        fc.infiniteStream(fc.nat({ max: 64 })),
        async (command, bytes, cuts) => {
          await console.type(command);
          await pour(console, bytes, cuts);
          await leave(console);
          expect(console.bench.states()['appliance']).toBe('ready');
          await console.enter('admin');
          await console.enter(adminPassword);
          expect(console.state()).toBe('menu');
          await console.enter('q');
          await console.enter('y');
          expect(await console.enter('whoami')).toContain('admin (administrator)');
          expectNoSteering(board.uart.output);
          board.uart.clearOutput();
        },
      ),
      { numRuns: 60 },
    );
    expect(board.bootCount).toBe(1);
  });
});

describe('the second step of a login, whatever is typed', () => {
  it('lets nobody in, and a login works afterwards', async () => {
    const console = await adminInShell();
    const admin = await enrolAdmin(console);
    const { board } = console.bench;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('', '\r', '\r1\r', '\r2\r'),
        anyInput(),
        fc.infiniteStream(fc.nat({ max: 64 })),
        async (opening, bytes, cuts) => {
          await startLogin(console, admin);
          await console.type(opening);
          await pour(console, bytes, cuts);
          expect(console.bench.states()['appliance']).toBe('ready');
          expect(console.state()).not.toMatch(/menu|shell|prompt/);
          await leave(console);
          expectNoSteering(board.uart.output);
          board.uart.clearOutput();
        },
      ),
      { numRuns: 30 },
    );
    // Long enough for every wait after wrong codes.
    await console.wait(3_600_000);
    await startLogin(console, admin);
    await console.enter(admin.code());
    expect(console.state()).toBe('menu');
    expect(board.bootCount).toBe(1);
  });
});

/** Logs in and changes the password with every byte cut anyhow; answers all that was echoed. */
async function typeSecrets(cuts: readonly number[], isEchoing: boolean): Promise<string> {
  const console = await bootedConsole();
  const { board } = console.bench;
  // The fault to be found: a terminal driver that echoes by itself.
  const echo = (chunk: Uint8Array): string => (isEchoing ? new TextDecoder().decode(chunk) : '');
  let output = '';
  const input = `admin\r${board.defaultPassword}\r${adminPassword}\r${adminPassword}\rq\ry\rwhoami\r`;
  const chunks = cutAnyhow(new TextEncoder().encode(input), cuts);
  for (const chunk of chunks) output += echo(chunk) + (await console.type(chunk, 1));
  expect(output).toContain('admin (administrator)');
  console.bench.stop();
  return output.replaceAll('\r\n', '').replaceAll(board.defaultPassword, 'SECRET');
}

async function checkSecrets(isEchoing: boolean): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 80 }), async (cuts) => {
      const output = await typeSecrets(cuts, isEchoing);
      expect(output).not.toContain('SECRET');
      expect(output).not.toContain(adminPassword.slice(0, 3));
    }),
    { numRuns: 40 },
  );
}

describe('a secret', () => {
  it('is never echoed, however the bytes are cut', () => checkSecrets(false));

  it('that were echoed would be seen', () => expect(checkSecrets(true)).rejects.toThrow());
});
