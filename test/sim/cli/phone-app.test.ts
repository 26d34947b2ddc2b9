import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import qrcode from 'qrcode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { registerPhone } from '#sim/cli/commands/phone';
import { runPhone, type PhoneFlags } from '#sim/cli/phone-app';
import { UsageError } from '#sim/kernel/invariant';
import { FakeHostClock, rest } from '../kernel/fake-host-clock.ts';
import { FakeTerminal } from './fake-terminal.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-phone-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const key = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const uri = `otpauth://totp/TS-453N:admin?secret=${key}&issuer=TS-453N`;

/** `nasboard phone` at 59 s after the epoch, the first time of RFC 6238's table. */
function start(flags: PhoneFlags, isTerminal: boolean) {
  const screen = new FakeTerminal();
  screen.input.isTTY = isTerminal;
  screen.output.isTTY = isTerminal;
  const clock = new FakeHostClock();
  const originMs = clock.nowMs();
  const errors = new PassThrough();
  let asked = '';
  errors.on('data', (bytes: Buffer) => void (asked += bytes.toString()));
  let terminate = (): void => undefined;
  const done = runPhone(flags, {
    input: screen.input,
    output: screen.output,
    errors,
    clock,
    nowMs: () => 59_000 + clock.nowMs() - originMs,
    onTerminate: (listener) => void (terminate = listener),
  });
  done.catch(() => undefined);
  return { screen, clock, done, asked: () => asked, terminate: () => terminate() };
}

describe('the code of a key', () => {
  test('that was piped in is printed once, alone', async () => {
    const { screen, done, asked } = start({}, false);
    screen.input.end(`${key}\n`);
    expect(await done).toBe(0);
    expect(screen.raw).toBe('287082\n');
    expect(asked()).toBe('');
  });

  test('that was typed is not shown, and counts down until somebody ends it', async () => {
    const { screen, clock, done, asked, terminate } = start({}, true);
    await rest();
    screen.type(`${key}\r`);
    await clock.advance(2_500);
    expect(asked()).toBe('Key or otpauth:// URI (not shown): \n');
    expect(screen.shown.split('\r').slice(1)).toEqual([
      'code         287 082   1 s',
      'code         359 152  30 s',
      'code         359 152  29 s',
    ]);
    terminate();
    expect(await done).toBe(0);
    expect(clock.armed).toBe(0);
    expect(`${screen.raw}${asked()}`).not.toContain(key);
  });

  test('on a terminal with --once', async () => {
    const { screen, done } = start({ once: true }, true);
    await rest();
    screen.type(`${key}\r`);
    expect(await done).toBe(0);
    expect(screen.raw).toBe('287082\n');
  });

  test('by a clock that is behind', async () => {
    const { screen, done } = start({ skew: -30_000 }, false);
    screen.input.end(uri);
    expect(await done).toBe(0);
    expect(screen.raw).toBe('755224\n');
  });

  test.each([
    ['nothing', '', /no key was given/],
    ['a blank line', '\n', /the key: this is no key/],
    ['what is no key', 'my secret\n', /the key: this is no key/],
  ])('%s is misuse', async (_what, typed, text) => {
    const { screen, done } = start({}, false);
    screen.input.end(typed);
    await expect(done).rejects.toThrow(UsageError);
    await expect(done).rejects.toThrow(text);
  });
});

describe('a picture', () => {
  test('with a QR code', async () => {
    const png = join(folder, 'code.png');
    await qrcode.toFile(png, uri);
    const { screen, done } = start({ png }, false);
    expect(await done).toBe(0);
    expect(screen.raw).toBe('287082\n');
  });

  test('that is none names the file', async () => {
    const png = join(folder, 'code.png');
    writeFileSync(png, 'GIF89a');
    await expect(start({ png }, false).done).rejects.toThrow(/code\.png: this is no PNG picture/);
  });
});

test('a key on the command line is refused, and its help says why', async () => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  let help = '';
  registerPhone(program);
  for (const command of program.commands) {
    command.exitOverride().configureOutput({
      writeErr: () => undefined,
      writeOut: (text) => void (help += text),
    });
  }
  const run = async (...words: string[]): Promise<unknown> =>
    program.parseAsync(['phone', ...words], { from: 'user' });
  await expect(run(key)).rejects.toThrow(/too many arguments/);
  await expect(run('--skew', '90')).rejects.toThrow(/--skew: "90" has no unit/);
  await expect(run('--help')).rejects.toMatchObject({ exitCode: 0 });
  expect(help).toContain('seen by every program on the machine');
});
