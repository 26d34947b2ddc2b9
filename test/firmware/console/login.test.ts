import { describe, expect, it } from 'vitest';
import {
  adminAtMenu,
  adminInShell,
  adminPassword,
  bootedConsole,
  createUser,
} from './console-bench.ts';

describe('the boot', () => {
  it('logs from the first instant and ends in a login prompt named after the model', async () => {
    const console = await bootedConsole();
    const { output } = console.bench.board.uart;
    expect(output).toMatch(/^\[ {4}0\.000\] nasboard firmware /);
    expect(output).toMatch(/\] ready\r\nTS-453N login: $/);
    expect(output).not.toMatch(/(?<!\r)\n/);
    expect(console.state()).toBe('login');
  });

  it('takes no input before there is a prompt', async () => {
    const console = await bootedConsole();
    console.bench.board.powerCycle();
    await console.wait(2_000);
    expect(await console.type('admin\rwhatever\r', 3_000)).not.toContain('Password');
    expect(console.state()).toBe('login');
  });
});

describe('a login with the label’s password', () => {
  it('may only change the password, then goes on to the menu', async () => {
    const console = await bootedConsole();
    expect(await console.enter('admin')).toBe('admin\r\nPassword: ');
    expect(await console.enter(console.bench.board.defaultPassword)).toBe(
      '\r\nSecurity: this is the password on the label. Choose your own now.\r\nNew password: ',
    );
    expect(console.state()).toBe('new-password');
    expect(await console.enter(adminPassword)).toBe('\r\nRepeat the new password: ');
    expect(await console.enter(adminPassword)).toMatch(/^\r\nPassword changed\.\r\n[^]*>> $/);
    expect(console.state()).toBe('menu');
    expect(console.log()).toEqual(
      expect.arrayContaining(['default password replaced', 'logged in with the default password']),
    );
  });

  it.each([
    ['short1', 'short1', 'at least 8 characters'],
    ['longenough', 'longenough', 'contains a digit'],
    ['', '', 'at least 8 characters'],
    ['Apple-tart-7', 'Apple-tart-8', 'not the same'],
    ['x1'.repeat(40), 'x1'.repeat(40), 'at most 64 characters'],
  ])('asks again after the new password %j, %j', async (first, second, why) => {
    const console = await bootedConsole();
    await console.enter('admin');
    await console.enter(console.bench.board.defaultPassword);
    await console.enter(first);
    const answer = await console.enter(second);
    expect(answer).toContain(why);
    expect(answer).toMatch(/New password: $/);
    expect(console.state()).toBe('new-password');
  });

  it('refuses the label’s password as the new one, however it is written', async () => {
    const console = await bootedConsole();
    const { defaultPassword, label } = console.bench.board;
    await console.enter('admin');
    await console.enter(defaultPassword);
    for (const again of [defaultPassword, defaultPassword.toLowerCase(), label.macAddresses[0]]) {
      await console.enter(again ?? '');
      expect(await console.enter(again ?? '')).toContain('must not be the default password');
    }
  });

  it.each([
    ['Ctrl-C', '\x03', 'new-password'],
    ['Ctrl-D', '\x04', 'new-password'],
    ['Ctrl-C', '\x03', 'repeat-password'],
    ['Ctrl-D', '\x04', 'repeat-password'],
  ])('is logged out by %s (%j) at %s, and asked again the next time', async (_key, byte, at) => {
    const console = await bootedConsole();
    await console.enter('admin');
    await console.enter(console.bench.board.defaultPassword);
    if (at === 'repeat-password') await console.enter(adminPassword);
    expect(console.state()).toBe(at);
    expect(await console.type(byte)).toMatch(/TS-453N login: $/);
    expect(console.log()[0]).toBe('logged out');
    await console.enter('admin');
    expect(await console.enter(console.bench.board.defaultPassword)).toContain('New password: ');
  });
});

describe('a refused login', () => {
  it('says the same after the same two seconds, whether or not the user exists', async () => {
    const console = await adminAtMenu();
    await console.type('\x04');
    const answers = [];
    for (const name of ['admin', 'nobody']) {
      await console.enter(name);
      const atOnce = await console.enter('wrong', 1_999);
      expect(console.state()).toBe('refused');
      answers.push([atOnce, await console.wait(1)]);
    }
    expect(answers[0]).toEqual(['\r\n', 'Login incorrect\r\nTS-453N login: ']);
    expect(answers[1]).toEqual(answers[0]);
  });

  it('is logged with the name only where such a user exists', async () => {
    const console = await bootedConsole();
    await console.enter('ADMIN');
    await console.enter('wrong-secret', 3_000);
    await console.enter('my-real-password');
    await console.enter('wrong-secret', 3_000);
    const entries = console.bench.firmware?.log?.page({ category: 'login' });
    expect(entries).toMatchObject([
      {
        severity: 'warning',
        address: 'serial',
        text: 'login refused: wrong user name or password',
      },
      { severity: 'warning', user: 'admin', address: 'serial' },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/real-password|wrong-secret/);
  });

  it('of a disabled user with the right password says the same, and the log says why', async () => {
    const console = await adminInShell();
    await createUser(console, 'bob', 'secret-of-bob-1');
    await console.enter('user disable bob');
    await console.enter('logout');
    await console.enter('bob');
    expect(await console.enter('secret-of-bob-1', 2_100)).toContain('Login incorrect');
    expect(console.log()[0]).toBe('login refused: the account is disabled');
  });

  it('keeps what is typed meanwhile, unseen, for the next attempt', async () => {
    const console = await adminAtMenu();
    await console.type('\x04');
    const answer = await console.type(`admin\rwrong\radmin\r${adminPassword}\r`, 2_100);
    expect(answer).toContain('Login incorrect\r\nTS-453N login: admin\r\nPassword: \r\n');
    expect(answer).not.toContain(adminPassword);
    expect(console.state()).toBe('menu');
  });
});

describe('the login prompt', () => {
  it.each([
    ['an empty name', '\r'],
    ['blanks', '   \r'],
    ['Ctrl-C', 'adm\x03'],
    ['Ctrl-D', '\x04'],
    ['Ctrl-C at the password', 'admin\rsec\x03'],
    ['Ctrl-D at the password', 'admin\r\x04'],
  ])('comes again after %s', async (_what, input) => {
    const console = await bootedConsole();
    expect(await console.type(input)).toMatch(/TS-453N login: $/);
    expect(console.state()).toBe('login');
  });

  it('takes names without regard to case and surrounding blanks', async () => {
    const console = await adminAtMenu();
    await console.type('\x04');
    await console.enter('  Admin ');
    await console.enter(adminPassword);
    expect(console.state()).toBe('menu');
  });

  it.each(['\r', '\n', '\r\n'])('takes %j as the end of a line', async (end) => {
    const console = await bootedConsole();
    await console.type(`admin${end}`);
    await console.type(`${console.bench.board.defaultPassword}${end}`);
    expect(console.state()).toBe('new-password');
  });

  it('is named after the host name once there is one', async () => {
    const console = await adminInShell();
    await console.enter('setting set network.hostName cellar');
    expect(await console.enter('logout')).toMatch(/cellar login: $/);
  });

  it('shows where a session began, who ended it, in the event log', async () => {
    const console = await adminAtMenu();
    await console.type('\x04');
    await console.enter('admin');
    await console.enter(adminPassword);
    expect(console.bench.firmware?.log?.page({ limit: 2 })).toMatchObject([
      { text: 'logged in with the password', user: 'admin', address: 'serial', category: 'login' },
      { text: 'logged out', user: 'admin', address: 'serial', category: 'login' },
    ]);
  });
});
