import { describe, expect, it } from 'vitest';
import { adminAtMenu, adminPassword } from './console-bench.ts';

describe('the menu', () => {
  it('offers what there is, under the vendor’s numbers', async () => {
    const console = await adminAtMenu();
    const menu = await console.type('\r');
    expect(menu.match(/^ {2}\S: .*$/gm)).toEqual([
      '  1: Show network settings',
      '  2: System event logs',
      '  3: Reset to factory default (password required)',
      '  4: 2-step verification',
      '  5: Date and time',
      '  6: Users',
      '  7: Reboot',
      '  Q: Quit to the shell',
    ]);
    expect(menu).toMatch(/\r\n>> $/);
  });

  it.each(['0', '11', 'x', 'help', '日'])('has no item %j', async (choice) => {
    const console = await adminAtMenu();
    expect(await console.enter(choice)).toContain(`There is no item "${choice}".`);
    expect(console.state()).toBe('menu');
  });

  it('shows the network settings', async () => {
    const console = await adminAtMenu();
    const answer = await console.enter('1');
    expect(answer).toContain(console.bench.board.label.macAddresses[0]);
    expect(answer).toMatch(/System port +8080/);
    expect(console.state()).toBe('menu');
  });

  it('pages through the event log, the newest first', async () => {
    const console = await adminAtMenu();
    for (let count = 0; count < 50; count += 1) {
      console.bench.firmware?.log?.append({
        severity: 'info',
        category: 'test',
        text: `entry ${count} of 50`,
      });
    }
    const first = await console.enter('2');
    expect(first).toContain('entry 49 of 50');
    expect(first).toContain('entry 30 of 50');
    expect(first).not.toContain('entry 29 of 50');
    expect(console.state()).toBe('prompt');
    const second = await console.enter('');
    expect(second).toContain('entry 29 of 50');
    expect(await console.enter('')).toContain('started (power-on)');
    expect(console.state()).toBe('menu');
    await console.enter('2');
    expect(await console.enter('q')).toMatch(/>> $/);
  });

  it('sets the clock, and the RTC with it', async () => {
    const console = await adminAtMenu();
    expect(await console.enter('5')).toMatch(/RTC: 2026-11-24 10:00:0\d UTC/);
    expect(await console.enter('2031-02-03 04:05:06')).toContain('2031-02-03 04:05:06');
    expect(console.bench.firmware?.wallClockMs()).toBeCloseTo(
      Date.UTC(2031, 1, 3, 4, 5, 6) + 50,
      0,
    );
    expect(console.bench.states()['clock.trust']).toBe('manual');
    await console.enter('5');
    expect(await console.enter('')).not.toContain('Refused');
    await console.enter('5');
    expect(await console.enter('yesterday')).toContain('Refused');
  });

  it('adds, disables, enables and removes users', async () => {
    const console = await adminAtMenu();
    await console.enter('6');
    await console.enter('a');
    await console.enter('bob');
    await console.enter('secret-of-bob-1');
    expect(await console.enter('secret-of-bob-1')).toMatch(/bob +enabled/);
    await console.enter('D');
    expect(await console.enter('bob')).toMatch(/bob +disabled/);
    await console.enter('E');
    expect(await console.enter('bob')).toMatch(/bob +enabled/);
    await console.enter('P');
    await console.enter('bob');
    await console.enter('secret-of-bob-2');
    expect(await console.enter('secret-of-bob-2')).toContain('password of bob changed');
    await console.enter('R');
    await console.enter('bob');
    expect(await console.enter('y')).not.toMatch(/^bob +/m);
    await console.enter('R');
    await console.enter('admin');
    expect(await console.enter('y')).toContain('Refused');
    await console.enter('x');
    await console.enter('');
    expect(console.state()).toBe('menu');
  });

  it('quits to the shell only on a yes', async () => {
    const console = await adminAtMenu();
    for (const no of ['n', '', 'x', '\x03']) {
      expect(await console.enter('Q')).toMatch(/\(Y\/N\) $/);
      expect(console.state()).toBe('quit-confirm');
      await console.type(no === '\x03' ? no : `${no}\r`);
      expect(console.state()).toBe('menu');
    }
    await console.enter('q');
    await console.enter('Y');
    expect(console.state()).toBe('shell');
  });

  it('logs out on Ctrl-D and stays on Ctrl-C', async () => {
    const console = await adminAtMenu();
    expect(await console.type('7\x03')).toMatch(/\^C\r\n>> $/);
    expect(await console.type('\x04')).toMatch(/login: $/);
  });

  it('leaves an item on Ctrl-C', async () => {
    const console = await adminAtMenu();
    await console.enter('3');
    expect(await console.type('abc\x03')).toMatch(/>> $/);
    expect(console.state()).toBe('menu');
  });
});

describe('its reset to factory default', () => {
  it('says what it does and wants the password and a yes', async () => {
    const console = await adminAtMenu();
    const question = await console.enter('3');
    expect(question).toMatch(/ALL users[^]*data on the disks stays[^]*Password: $/);
    expect(await console.enter(adminPassword)).toMatch(/\(Y\/N\) $/);
    expect(await console.enter('maybe')).toMatch(/\(Y\/N\) $/);
    expect(await console.enter('n')).toContain('Nothing was changed.');
    expect(console.bench.states()['appliance']).toBe('ready');
  });

  it('makes a wrong password cost two seconds, and logs it', async () => {
    const console = await adminAtMenu();
    await console.enter('3');
    await console.enter('wrong', 1_999);
    expect(console.state()).toBe('paused');
    expect(await console.wait(1)).toContain('Wrong password. Nothing was changed.');
    expect(console.state()).toBe('menu');
    expect(console.log()[0]).toMatch(/^wrong password/);
  });

  it('resets, ends the session and restarts', async () => {
    const console = await adminAtMenu();
    await console.enter('3');
    await console.enter(adminPassword);
    expect(await console.enter('y')).toContain('Session ended: the appliance was reset.');
    expect(console.bench.states()['appliance']).toBe('resetting-advanced');
    await console.enter('admin');
    expect(await console.enter(console.bench.board.defaultPassword)).toContain('Not now');
    await console.wait(8_000);
    expect(console.bench.board.bootCount).toBe(2);
    await console.enter('admin');
    expect(await console.enter(console.bench.board.defaultPassword)).toContain('New password: ');
  });
});

describe('its restart', () => {
  it('asks first, then restarts', async () => {
    const console = await adminAtMenu();
    expect(await console.enter('7')).toMatch(/\(Y\/N\) $/);
    await console.enter('n');
    expect(console.bench.states()['appliance']).toBe('ready');
    await console.enter('7');
    await console.enter('y', 5_000);
    expect(console.bench.board.bootCount).toBe(2);
    expect(console.bench.board.uart.output).toMatch(/login: $/);
  });
});
