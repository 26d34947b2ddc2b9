import { describe, expect, it } from 'vitest';
import { adminAtMenu, adminInShell, adminPassword, createUser } from './console-bench.ts';
import {
  enrolAdmin,
  finishWizard,
  logInWithCode,
  securityAnswer,
  startLogin,
  stepMs,
} from './two-step-person.ts';
import { readQrCode } from '#sim/peers/qr-reader';
import { pictureOfLastDrawing } from '#sim/peers/terminal-picture';
import { goOffline } from '../offline.ts';

const bob = { name: 'bob', password: 'secret-of-bob-1' };

describe('setting up 2-step verification', () => {
  it('asks for the password again, and shows key, URI and the clock of the NAS', async () => {
    const console = await adminInShell();
    expect(await console.enter('2sv enable')).toMatch(/\r\nPassword: $/);
    const shown = await console.enter(adminPassword);
    expect(shown).toMatch(/\r\nSecurity key: ([A-Z2-7]{4} ){7}[A-Z2-7]{4}\r\n/);
    expect(shown).toMatch(/\r\notpauth:\/\/totp\/\S+&algorithm=SHA1&digits=6&period=30\r\n/);
    expect(shown).toMatch(
      /The NAS says it is 2026-11-24 10:00:\d\d UTC \(synchronised \d+ (?:s|min) ago\)\.\r\nSecurity code: $/,
    );
    expect(await console.enter('')).toMatch(
      /^\r\nThe NAS says it is 2026-11-24 10:00:\d\d UTC .*\r\nSecurity code: $/,
    );
  });

  it('draws a QR code that a phone reads from the screen', async () => {
    const console = await adminInShell();
    await console.enter('2sv enable');
    const shown = await console.enter(adminPassword);
    const [uri] = /otpauth:\S+/.exec(shown) ?? [];
    const picture = pictureOfLastDrawing(shown);
    if (picture === undefined) throw new Error('nothing was drawn');
    expect(await readQrCode(picture)).toEqual({ ok: true, text: uri });
  });

  it('ends with recovery codes and logged out, and codes are asked for from then on', async () => {
    const console = await adminInShell();
    await console.enter('2sv enable');
    const shown = await console.enter(adminPassword);
    const before = console.bench.board.uart.output.length;
    const who = { name: 'admin', password: adminPassword };
    const person = await finishWizard(console, shown, who);
    const end = console.bench.board.uart.output.slice(before);
    expect(new Set(person.recoveryCodes).size).toBe(10);
    expect(end).toContain('they are not shown again');
    expect(end).toMatch(/You are logged out everywhere\. .*\r\nTS-453N login: $/);
    expect(end).not.toContain(securityAnswer);
    expect(await startLogin(console, person)).toMatch(/Security code: $/);
  });

  it('asks for the code again where it is wrong', async () => {
    const console = await adminInShell();
    await console.enter('2sv enable');
    await console.enter(adminPassword);
    expect(await console.enter('000000')).toMatch(
      /^\r\nWrong code\.\r\nThe NAS says it is .*\r\nSecurity code: $/,
    );
  });

  it('asks for question and answer until they can be used', async () => {
    const console = await adminInShell();
    await console.enter('2sv enable');
    const shown = await console.enter(adminPassword);
    const who = { name: 'admin', password: adminPassword };
    const code = (await finishWizard(console, shown, who)).code;
    await console.wait(stepMs);
    await startLogin(console, who);
    await console.enter(code());
    await console.type('q\ry\r');
    await console.wait(stepMs);
    await console.enter('2sv enable');
    await console.enter(adminPassword);
    const again = await console.enter(code());
    const app = await import('otpauth');
    const [uri = ''] = /otpauth:\S+/.exec(again) ?? [];
    const fresh = app.URI.parse(uri) as InstanceType<typeof app.TOTP>;
    const timestamp = console.bench.firmware?.wallClockMs() ?? 0;
    const list = await console.enter(fresh.generate({ timestamp }));
    expect(list).toMatch(
      / {2}1: .*\r\n {2}2: .*\r\n {2}3: .*\r\n {2}4: .*\r\n\(A code by e-mail.*\r\nOther way \(1-4\): $/,
    );
    expect(await console.enter('5')).toMatch(/Other way \(1-4\): $/);
    expect(await console.enter('4')).toMatch(/Your question: $/);
    expect(await console.enter('Where was the first board soldered?')).toMatch(/Answer: $/);
    expect(await console.enter('Taipei')).toMatch(/Repeat the answer: $/);
    expect(await console.enter('Tainan')).toMatch(/The two are not the same\.\r\nOther way/);
    await console.enter('4');
    await console.enter('Where was the first board soldered?');
    await console.enter('x');
    expect(await console.enter('x')).toMatch(/Refused: .*\r\nOther way/);
    await console.enter('4');
    await console.enter('Where was the first board soldered?');
    await console.enter('Taipei');
    expect(await console.enter('Taipei')).toContain('2-step verification is on.');
  });

  it.each([
    ['Ctrl-C', '\x03', 50],
    ['Ctrl-D', '\x04', 50],
    ['nobody typing for ten minutes', '', 600_000],
  ])('is dropped by %s', async (_what, byte, ms) => {
    const console = await adminInShell();
    await console.enter('2sv enable');
    await console.enter(adminPassword);
    if (byte !== '') await console.type(byte, ms);
    else await console.wait(ms);
    if (console.state() === 'login')
      await startLogin(console, { name: 'admin', password: adminPassword });
    expect(console.state()).toMatch(/^(shell|menu)$/);
    if (console.state() === 'menu') await console.type('q\ry\r');
    expect(await console.enter('2sv status')).toMatch(/2-step verification +disabled/);
    await console.enter('logout');
    expect(console.bench.firmware?.record()).toBeDefined();
  });

  it('is refused where the password is wrong', async () => {
    const console = await adminInShell();
    await console.enter('2sv enable');
    expect(await console.enter('wrong', 2_100)).toContain('Wrong password. Nothing was changed.');
  });

  it('sets the clock first where that is not set', async () => {
    const console = await adminInShell();
    const { board } = console.bench;
    board.rtc.setBattery(false);
    goOffline(board);
    board.powerCycle();
    await console.wait(5_000);
    await startLogin(console, { name: 'admin', password: adminPassword });
    await console.type('q\ry\r');
    await console.enter('2sv enable');
    expect(await console.enter(adminPassword)).toContain('security codes cannot be checked');
    expect(await console.enter('2026-12-01 08:00:00')).toMatch(
      /The NAS says it is 2026-12-01 08:00:\d\d UTC \(set by hand, not synchronised\)\./,
    );
  });
});

describe('a user on whom 2-step verification is enforced', () => {
  it('is led through the wizard at the login, before anything else', async () => {
    const console = await adminInShell();
    await createUser(console, bob.name, bob.password);
    expect(await console.enter('2sv enforce user bob on')).toContain('is enforced on user bob');
    expect(await console.enter('2sv status bob')).toMatch(/2-step verification +incomplete/);
    await console.enter('logout');
    const shown = await startLogin(console, bob);
    expect(shown).toContain('2-step verification must be set up before anything else.');
    expect(shown).toMatch(/Security code: $/);
    const person = await finishWizard(console, shown, bob);
    expect(console.state()).toBe('login');
    await console.wait(stepMs);
    await logInWithCode(console, person);
    expect(console.state()).toBe('shell');
  });

  it.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
  ])('is logged out by %s in the wizard', async (_key, byte) => {
    const console = await adminInShell();
    await createUser(console, bob.name, bob.password);
    await console.enter('2sv enforce group everyone on');
    await console.enter('logout');
    await startLogin(console, bob);
    expect(await console.type(byte)).toMatch(/TS-453N login: $/);
    expect(console.state()).toBe('login');
    expect(await startLogin(console, bob)).toContain('must be set up');
  });

  it('comes to it after a forced change of the password', async () => {
    const console = await adminInShell();
    const { board } = console.bench;
    await console.enter('2sv enforce user admin on');
    board.resetButton.hold(3_000_000);
    await console.wait(8_000);
    await startLogin(console, { name: 'admin', password: board.defaultPassword });
    await console.enter('Another-tart-8');
    expect(await console.enter('Another-tart-8')).toContain('must be set up before anything else');
  });

  it('cannot switch it off', async () => {
    const console = await adminInShell();
    const admin = await enrolAdmin(console);
    await logInWithCode(console, admin);
    await console.type('q\ry\r');
    await console.enter('2sv enforce user admin on');
    await console.wait(stepMs);
    await console.enter('2sv disable');
    await console.enter(adminPassword);
    expect(await console.enter(admin.code())).toContain('Refused: ');
    expect(await console.enter('2sv status')).toMatch(/2-step verification +enabled/);
  });
});

describe('the command 2sv', () => {
  it('switches it off with password and code, and logs out', async () => {
    const console = await adminInShell();
    const admin = await enrolAdmin(console);
    await logInWithCode(console, admin);
    await console.type('q\ry\r');
    await console.wait(stepMs);
    await console.enter('2sv disable');
    await console.enter(adminPassword);
    expect(await console.enter(admin.code())).toMatch(
      /2-step verification is off\. You are logged out everywhere\.\r\nTS-453N login: $/,
    );
    await startLogin(console, admin);
    expect(console.state()).toBe('menu');
  });

  it('lets an administrator switch it off for a user who lost the phone', async () => {
    const console = await adminInShell();
    await createUser(console, bob.name, bob.password);
    await console.enter('logout');
    await startLogin(console, bob);
    await console.enter('2sv enable');
    await finishWizard(console, await console.enter(bob.password), bob);
    await startLogin(console, { name: 'admin', password: adminPassword });
    await console.type('q\ry\r');
    expect(await console.enter('2sv list')).toMatch(/^bob +enabled +no\r$/m);
    await console.enter('2sv reset bob');
    expect(await console.enter('y')).toContain('2-step verification of bob is off.');
    await console.enter('logout');
    await startLogin(console, bob);
    expect(console.state()).toBe('shell');
  });

  it('makes new recovery codes, and those of before are void', async () => {
    const console = await adminInShell();
    const admin = await enrolAdmin(console);
    await logInWithCode(console, admin);
    await console.type('q\ry\r');
    await console.wait(stepMs);
    await console.enter('2sv recovery-codes');
    const shown = await console.enter(admin.code());
    const [fresh = ''] = /[A-Z2-7]{4}(-[A-Z2-7]{4}){3}/.exec(shown) ?? [];
    expect(fresh).not.toBe('');
    await console.enter('logout');
    await startLogin(console, admin);
    await console.type('\r2\r');
    expect(await console.enter(admin.recoveryCodes[0] ?? '')).toContain('Wrong recovery code.');
    await console.enter('2');
    await console.enter(fresh);
    expect(console.state()).toBe('menu');
  });

  it('shows users their own state and nothing of others', async () => {
    const console = await adminInShell();
    await createUser(console, bob.name, bob.password);
    await console.enter('logout');
    await startLogin(console, bob);
    expect(await console.enter('2sv')).toMatch(/User +bob\r\n2-step verification +disabled/);
    for (const command of [
      '2sv status admin',
      '2sv status nobody',
      '2sv list',
      '2sv enforce user bob on',
      '2sv reset admin',
      '2sv unblock admin',
    ]) {
      expect(await console.enter(command)).toContain('Refused: Only administrators');
    }
  });

  it.each([
    ['2sv enforce user nobody on', 'There is no user "nobody".'],
    ['2sv enforce group nobodies on', 'There is no group "nobodies".'],
    ['2sv enforce users bob on', 'write "2sv enforce'],
    ['2sv enforce user admin maybe', 'write "2sv enforce'],
    ['2sv reset nobody', 'There is no user "nobody".'],
    ['2sv unblock nobody', 'There is no user "nobody".'],
    ['2sv disable', '2-step verification is not on.'],
    ['2sv recovery-codes', '2-step verification is not on.'],
  ])('answers to %j: %s', async (command, answer) => {
    const console = await adminInShell();
    expect(await console.enter(command)).toContain(answer);
    expect(console.state()).toBe('shell');
  });

  it('has its place in the menu', async () => {
    const console = await adminAtMenu();
    expect(await console.enter('4')).toMatch(/2-step verification +disabled[^]*Enter: back $/);
    expect(await console.enter('l')).toMatch(/^admin +disabled +no\r$/m);
    expect(await console.enter('e')).toMatch(/Password: $/);
    expect(await console.enter(adminPassword)).toContain('Security key: ');
    await console.type('\x03');
    expect(console.state()).toBe('menu');
  });
});
