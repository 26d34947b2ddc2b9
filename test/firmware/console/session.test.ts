import { describe, expect, it } from 'vitest';
import {
  adminAtMenu,
  adminInShell,
  adminPassword,
  bootedConsole,
  createUser,
} from './console-bench.ts';

const minutes = 60_000;

describe('the idle log-out', () => {
  it('ends a session ten minutes after the last byte, not before', async () => {
    const console = await adminInShell();
    await console.wait(9 * minutes);
    await console.type('x', 0);
    await console.wait(10 * minutes - 1);
    expect(console.state()).toBe('shell');
    expect(await console.wait(1)).toBe(
      '\r\nLogged out: nothing was typed for too long.\r\nTS-453N login: ',
    );
    expect(console.log()[0]).toBe('logged out: idle');
  });

  it.each([
    ['the menu', ''],
    ['a question of the menu', '5\r'],
    ['the question whether to quit', 'q\r'],
  ])('ends a session at %s', async (_where, input) => {
    const console = await adminAtMenu();
    if (input !== '') await console.type(input);
    expect(await console.wait(10 * minutes)).toMatch(/TS-453N login: $/);
    expect(console.state()).toBe('login');
  });

  it('follows the setting', async () => {
    const console = await adminInShell();
    await console.enter('setting set console.idleMinutes 1');
    await console.enter('logout');
    await console.enter('admin');
    await console.enter(adminPassword, 0);
    await console.wait(minutes - 1);
    expect(console.state()).toBe('menu');
    await console.wait(1);
    expect(console.state()).toBe('login');
  });

  it('gives an unfinished login up too', async () => {
    const console = await adminInShell();
    await console.enter('logout');
    await console.enter('admin');
    await console.wait(10 * minutes);
    expect(console.state()).toBe('login');
  });

  it('leaves no time-out behind at the login prompt', async () => {
    const console = await bootedConsole();
    const pending = (): number | undefined => console.bench.board.life?.clock.pending;
    const before = pending();
    await console.enter('admin');
    expect(pending()).toBe((before ?? 0) + 1);
    await console.type('\x03');
    expect(pending()).toBe(before);
  });

  it('never takes the rest of a secret for a name', async () => {
    const console = await adminInShell();
    await console.enter('passwd');
    await console.type('half-a-se');
    expect(await console.wait(10 * minutes)).toMatch(/Press Enter to log in: $/);
    expect(console.state()).toBe('ended');
    expect(await console.type('cret-7')).toBe('');
    expect(await console.type('\r')).toBe('\r\nTS-453N login: ');
  });
});

describe('after the login', () => {
  it('only admin sees the menu, and only while it is to start by itself', async () => {
    const console = await adminInShell();
    await createUser(console, 'bob', 'secret-of-bob-1');
    await console.enter('group add administrators bob');
    await console.enter('setting set console.autoLaunch off');
    await console.enter('logout');
    await console.enter('admin');
    expect(await console.enter(adminPassword)).toMatch(/admin@TS-453N# $/);
    await console.enter('setting set console.autoLaunch on');
    await console.enter('logout');
    await console.enter('bob');
    expect(await console.enter('secret-of-bob-1')).toMatch(/bob@TS-453N# $/);
  });

  it('users who are no administrators get what they may do, and no more', async () => {
    const console = await adminInShell();
    await createUser(console, 'bob', 'secret-of-bob-1');
    await console.enter('logout');
    await console.enter('bob');
    expect(await console.enter('secret-of-bob-1')).toMatch(/bob@TS-453N\$ $/);
    const help = await console.enter('help');
    for (const hidden of ['user', 'setting', 'reset', 'reboot', 'log', 'net', 'led']) {
      expect(help).not.toMatch(new RegExp(`^${hidden} `, 'm'));
      expect(await console.enter(hidden)).toContain('Only administrators');
      expect(await console.enter(`help ${hidden}`)).toContain('there is no command');
    }
    expect(await console.enter('date --set "2030-01-01 00:00:00"')).toContain('Refused');
    expect(await console.enter('hwclock --systohc')).toContain('Refused');
    expect(await console.enter('share create Mine')).toContain('Refused');
    expect(await console.enter('passwd admin')).toContain('Refused');
    const [entry] = console.bench.firmware?.log?.page({ limit: 1 }) ?? [];
    expect(entry).toMatchObject({ severity: 'warning', user: 'bob', address: 'serial' });
    expect(entry?.text).toMatch(/^refused: /);
  });

  it('a history is one person’s', async () => {
    const console = await adminInShell();
    await createUser(console, 'bob', 'secret-of-bob-1');
    await console.enter('whoami');
    expect(await console.type('\x1b[A')).toBe('whoami');
    await console.type('\x15');
    await console.enter('logout');
    await console.enter('bob');
    await console.enter('secret-of-bob-1');
    expect(await console.type('\x1b[A')).toBe('');
  });
});

describe('a session whose user changed', () => {
  it('ends when the user changes the own password', async () => {
    const console = await adminInShell();
    await console.enter('passwd');
    await console.enter(adminPassword);
    await console.enter('Pear-crumble-8');
    expect(await console.enter('Pear-crumble-8')).toMatch(/Log in with the new[^]*login: $/);
    await console.enter('admin');
    await console.enter('Pear-crumble-8');
    expect(console.state()).toBe('menu');
  });

  it('ends when the user disabled or removed itself', async () => {
    const console = await adminInShell();
    await createUser(console, 'bob', 'secret-of-bob-1');
    await console.enter('group add administrators bob');
    await console.enter('user disable admin');
    expect(await console.enter('whoami')).toMatch(/Session ended: [^]*login: $/);
    await console.enter('bob');
    await console.enter('secret-of-bob-1');
    await console.enter('user enable admin');
    await console.enter('user delete bob');
    await console.enter('y');
    expect(await console.enter('whoami')).toMatch(/Session ended: [^]*login: $/);
  });

  it('loses what the user may no longer do', async () => {
    const console = await adminInShell();
    await createUser(console, 'bob', 'secret-of-bob-1');
    await console.enter('group add administrators bob');
    await console.enter('logout');
    await console.enter('bob');
    await console.enter('secret-of-bob-1');
    expect(await console.enter('group remove administrators bob')).toMatch(/bob@TS-453N\$ $/);
    expect(await console.enter('log')).toContain('Only administrators');
  });
});

describe('RESET', () => {
  const holdMs = 3_500;

  it('for three seconds ends a session of admin, wherever it is', async () => {
    for (const input of ['', '6\r', 'q\r', '3\rhalf']) {
      const console = await adminAtMenu();
      if (input !== '') await console.type(input);
      console.bench.board.resetButton.hold(holdMs * 1000);
      const answer = await console.wait(holdMs + 200);
      expect(answer).toContain('Session ended: the appliance was reset.');
      expect(console.state()).toBe(input === '3\rhalf' ? 'ended' : 'login');
      if (input === '3\rhalf') await console.enter('rest');
      await console.enter('admin');
      expect(await console.enter(console.bench.board.defaultPassword)).toContain('New password: ');
      console.bench.stop();
    }
  });

  it('for three seconds leaves a session of another user alone', async () => {
    const console = await adminInShell();
    await createUser(console, 'bob', 'secret-of-bob-1');
    await console.enter('logout');
    await console.enter('bob');
    await console.enter('secret-of-bob-1');
    await console.type('who');
    console.bench.board.resetButton.hold(holdMs * 1000);
    expect(await console.wait(holdMs + 200)).toMatch(/RESET[^]*bob@TS-453N\$ who$/);
    expect(await console.enter('ami')).toContain('bob');
  });

  it('announces itself at the login prompt and draws that again', async () => {
    const console = await adminAtMenu();
    await console.type('\x04');
    await console.type('adm');
    console.bench.board.resetButton.hold(holdMs * 1000);
    expect(await console.wait(holdMs + 200)).toMatch(/^\r\nRESET[^]*TS-453N login: adm$/);
  });
});
