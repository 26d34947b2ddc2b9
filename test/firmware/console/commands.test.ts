import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '#firmware/console/commands/index';
import { adminInShell, adminPassword, createUser, type ConsoleBench } from './console-bench.ts';

describe('the shell', () => {
  it('has the commands whose subject exists, and no others', () => {
    expect(commands.map(({ name }) => name).toSorted()).toEqual(
      (
        'help date hwclock user group share 2sv session log led buzzer net reset reboot passwd logout ' +
        'poweroff setting uptime whoami mail ntp schedule'
      )
        .split(' ')
        .toSorted(),
    );
  });

  it('explains each of them', async () => {
    const console = await adminInShell();
    const list = await console.enter('help');
    for (const { name, summary } of commands) {
      expect(list).toContain(summary);
      const help = await console.enter(`${name} --help`);
      expect(help).toContain(`Usage: ${name}`);
      expect(await console.enter(`help ${name}`)).toContain(`Usage: ${name}`);
      expect(console.state()).toBe('shell');
    }
  });

  it('an empty line and Ctrl-C ask again, Ctrl-D logs out', async () => {
    const console = await adminInShell();
    expect(await console.type('\r')).toBe('\r\nadmin@TS-453N# ');
    expect(await console.type('res\x03')).toBe('res^C\r\nadmin@TS-453N# ');
    expect(await console.type('\x04')).toMatch(/login: $/);
  });

  it('keeps commands typed ahead in order', async () => {
    const console = await adminInShell();
    const answer = await console.type('whoami\ruptime\rsetting get time.zone\r');
    expect(answer).toMatch(/whoami\r\nadmin \(administrator\)[^]*up 00:[^]*UTC\r\n/);
  });
});

describe('a line that makes no sense', () => {
  let console: ConsoleBench;
  beforeAll(async () => {
    console = await adminInShell();
  });

  it.each([
    ['nonsense', 'There is no command "nonsense"'],
    ['date "', 'Not understood'],
    ['date --sideways', 'makes no sense'],
    ['hwclock --sideways', 'makes no sense'],
    ['log 0', 'COUNT is a number'],
    ['log 201', 'COUNT is a number'],
    ['led blue', 'makes no sense'],
    ['led red 0', 'makes no sense'],
    ['led red 61', 'makes no sense'],
    ['buzzer loud', 'makes no sense'],
    ['reset', 'basic or advanced'],
    ['user destroy', 'there is no "user destroy"'],
    ['user delete', 'write "user delete NAME"'],
    ['group add x', 'write "group add GROUP USER"'],
    ['share grant Public bob all', 'none, read, write or unset'],
    ['share rights Nowhere', 'There is no shared folder'],
    ['share read Public nothing.txt', 'Refused'],
    ['share read Public ../secret', 'Refused'],
    ['setting get no.such', 'there is no setting'],
    ['setting set time.hours', 'the value is missing'],
    ['setting set time.hours 13', 'is one of 24, 12'],
    ['setting set lcd.password 1234', 'asked for, not given'],
    ['setting set hardware.audioAlert maybe', 'is true or false'],
    ['setting set network.serviceBinding {', 'names adapters by service'],
    ['passwd nobody', 'There is no user'],
    ['passwd admin hunter2', 'asked for, not given'],
  ])('answers %j with a reason, and goes on', async (line, why) => {
    expect(await console.enter(line)).toContain(why);
    expect(console.state()).toBe('shell');
  });
});

describe('time', () => {
  it('is shown in the style of the settings', async () => {
    const console = await adminInShell();
    await console.enter('setting set time.zone Europe/Berlin');
    await console.enter('setting set time.dateFormat D.M.YYYY');
    const answer = await console.enter('date');
    expect(answer).toMatch(/24\.11\.2026 11:00:0\d Europe\/Berlin\r\n2026-11-24 10:00:0\d UTC/);
    await console.enter('setting set time.hours 12');
    expect(await console.enter('date')).toMatch(/11:00:0\d AM/);
    expect(await console.enter('date --utc')).toMatch(/\r\n2026-11-24 10:00:0\d UTC\r\n/);
  });

  it('is set, logged with both times, and copied from and to the RTC', async () => {
    const console = await adminInShell();
    await console.enter('date --set "2030-05-06 07:08:09"');
    expect(console.log()[0]).toMatch(/^clock set from 2026-11-24 .* to 2030-05-06 07:08:09 UTC$/);
    expect(await console.enter('hwclock')).toContain('RTC: 2030-05-06 07:08:0');
    console.bench.board.rtc.setTime(Date.UTC(2033, 0, 1));
    await console.enter('hwclock --hctosys');
    expect(await console.enter('date')).toContain('2033-1-1 00:00:00');
    console.bench.board.rtc.stopOscillator();
    expect(await console.enter('hwclock')).toContain('not valid');
    expect(await console.enter('hwclock --hctosys')).toContain('Refused');
    console.bench.board.rtc.startOscillator();
    expect(await console.enter('hwclock --systohc')).toContain('RTC: 2033-01-01');
  });
});

describe('accounts', () => {
  it('are created with a password that is asked for twice', async () => {
    const console = await adminInShell();
    await createUser(console, 'bob administrators', 'secret-of-bob-1');
    expect(await console.enter('user list')).toMatch(/bob +enabled +administrators/);
    await console.enter('user create eve');
    await console.enter('secret-of-eve-1');
    expect(await console.enter('secret-of-eve-2')).toContain('Nothing was changed.');
    expect(await console.enter('user list')).not.toContain('eve');
  });

  it('can be disabled from a date on', async () => {
    const console = await adminInShell();
    await createUser(console, 'bob', 'secret-of-bob-1');
    await console.enter('user disable bob 2026-11-25 00:00');
    expect(await console.enter('user list')).toContain('disabled from 2026-11-25 00:00:00');
    await console.enter('date --set "2026-11-25 00:00:01"');
    expect(await console.enter('user list')).toMatch(/bob +disabled\r/);
  });

  it('keep their last administrator', async () => {
    const console = await adminInShell();
    expect(await console.enter('user disable admin')).toContain('last enabled administrator');
    expect(console.log()[0]).toMatch(/^refused: /);
  });

  it('are put into groups', async () => {
    const console = await adminInShell();
    await createUser(console, 'bob', 'secret-of-bob-1');
    await console.enter('group create staff');
    await console.enter('group add staff bob');
    expect(await console.enter('group list')).toMatch(/staff +bob/);
    await console.enter('group remove staff bob');
    expect(await console.enter('group list')).not.toMatch(/staff +bob/);
    await console.enter('group delete staff');
    await console.enter('y');
    expect(await console.enter('group list')).not.toContain('staff');
  });
});

describe('shared folders', () => {
  it('show their old data when created again under the old name', async () => {
    const console = await adminInShell();
    await console.enter('share create Films');
    await console.enter('share write Films list.txt Metropolis  "Nosferatu"');
    expect(await console.enter('share read Films list.txt')).toContain('Metropolis Nosferatu\r\n');
    await console.enter('share delete Films');
    await console.enter('y');
    expect(await console.enter('share files Films')).toContain('Refused');
    await console.enter('share create Films');
    expect(await console.enter('share files Films')).toMatch(/list\.txt +21/);
    await console.enter('share erase Films list.txt');
    expect(await console.enter('share files Films')).toContain('(empty)');
  });

  it('open to whom it was granted', async () => {
    const console = await adminInShell();
    await createUser(console, 'bob', 'secret-of-bob-1');
    await console.enter('share create Films');
    await console.enter('share grant Films bob read');
    expect(await console.enter('share rights Films')).toMatch(
      /bob +read[^]*@administrators +write/,
    );
    await console.enter('logout');
    await console.enter('bob');
    await console.enter('secret-of-bob-1');
    expect(await console.enter('share list')).toMatch(/Films +read/);
    expect(await console.enter('share write Films a b')).toContain('Refused');
  });

  it('cannot harm a terminal with what their files hold', async () => {
    const console = await adminInShell();
    const bytes = new TextEncoder().encode('a\x1b[2Jb\r\nc\u202ed\n');
    console.bench.board.dataVolume.putFile('Public/x', bytes);
    expect(await console.enter('share read Public x')).toContain('a?[2Jb\r\nc?d\r\n');
  });
});

describe('indicators', () => {
  it('the LED shows a colour for so long, then its meaning again', async () => {
    const console = await adminInShell();
    const { statusLed } = console.bench.board;
    await console.enter('led red 2', 1_900);
    expect(statusLed.colour).toBe('red');
    await console.wait(200);
    expect(statusLed.colour).toBe('green');
    expect(await console.enter('led')).toContain('ready');
  });

  it('the buzzer beeps, unless the audio alert is off', async () => {
    const console = await adminInShell();
    const { buzzer } = console.bench.board;
    const before = buzzer.beeps.length;
    await console.enter('buzzer long', 2_000);
    expect(buzzer.beeps.length).toBe(before + 1);
    await console.enter('setting set hardware.audioAlert off');
    expect(await console.enter('buzzer', 2_000)).toContain('Silent');
    expect(buzzer.beeps.length).toBe(before + 1);
  });
});

describe('settings', () => {
  it('of the network are put into effect', async () => {
    const console = await adminInShell();
    await console.enter('setting set network.address 10.0.0.9');
    await console.enter('setting set network.mode static');
    expect(await console.enter('net')).toMatch(/static +10\.0\.0\.9/);
    expect(console.log().slice(0, 2)).toEqual([
      'network.mode set to static',
      'network.address set to 10.0.0.9',
    ]);
  });

  it('that are secret are neither shown nor logged', async () => {
    const console = await adminInShell();
    await console.enter('setting set lcd.password');
    await console.enter('73219');
    expect(await console.enter('setting list lcd')).toContain('(hidden)');
    expect(await console.enter('setting get lcd.password')).toContain('(hidden)');
    expect(JSON.stringify(console.log())).not.toContain('73219');
    expect(console.bench.traceText()).not.toContain('73219');
  });
});

describe('resets and power', () => {
  it('reset basic restores the label’s password and keeps the users', async () => {
    const console = await adminInShell();
    await createUser(console, 'bob', 'secret-of-bob-1');
    await console.enter('reset basic');
    await console.enter(adminPassword);
    expect(await console.enter('y')).toMatch(/Session ended[^]*login: $/);
    await console.wait(4_000);
    await console.enter('bob');
    await console.enter('secret-of-bob-1');
    expect(console.state()).toBe('shell');
    await console.enter('logout');
    await console.enter('admin');
    await console.enter(console.bench.board.defaultPassword);
    expect(console.state()).toBe('new-password');
  });

  it('poweroff asks, then switches off', async () => {
    const console = await adminInShell();
    await console.enter('poweroff');
    await console.enter('n');
    expect(console.bench.board.isPowered).toBe(true);
    await console.enter('poweroff');
    await console.enter('y', 1_000);
    expect(console.bench.board.isPowered).toBe(false);
  });

  it('a flash that fails is told, and the session goes on', async () => {
    const console = await adminInShell();
    console.bench.board.flash.failWrites(1_000, 'io');
    expect(await console.enter('setting set time.hours 12')).toContain('Failed: ');
    expect(console.state()).toBe('shell');
    expect(await console.enter('setting get time.hours')).toContain('24');
  });

  it('a flash that fails keeps nobody out', async () => {
    const console = await adminInShell();
    await console.enter('logout');
    console.bench.board.flash.failWrites(1_000, 'io');
    await console.enter('admin');
    expect(await console.enter(adminPassword)).toContain('The event log could not be written');
    expect(console.state()).toBe('menu');
  });
});
