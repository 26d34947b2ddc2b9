import { describe, expect, it } from 'vitest';
import { adminInShell, consoleOf, createUser, type ConsoleBench } from './console-bench.ts';

const password = 'Tell-nob0dy';
const add = 'mail add Office mail.example 587 starttls nas@example.org';

async function withAccount(): Promise<ConsoleBench> {
  const console = await adminInShell();
  await console.enter(`${add} nas`);
  await console.enter(password);
  return console;
}

describe('the command mail', () => {
  it('says that nobody is notified while there is no account', async () => {
    const console = await adminInShell();
    expect(await console.enter('mail')).toContain('There is no mail account: nobody is notified.');
    expect(await console.enter('mail test carol@example.org')).toContain(
      'There is no mail account.',
    );
    expect(await console.enter('mail queue')).toContain('No mail waits.');
  });

  it('adds an account, asking for its password, which shows nowhere', async () => {
    const console = await adminInShell();
    expect(await console.enter(`${add} nas`)).toMatch(/Mail account password: $/);
    expect(await console.enter(password)).toContain('Done: mail account Office created.');
    expect(await console.enter('mail list')).toMatch(
      /1 \* +Office +mail\.example:587 +starttls +nas@example\.org +nas\r\n/,
    );
    expect(console.bench.traceText()).not.toContain(password);
    expect(JSON.stringify(console.log())).not.toContain(password);
    expect(console.log()[0]).toBe('mail account Office created');
  });

  it('adds an account without a login', async () => {
    const console = await adminInShell();
    expect(await console.enter(add)).toContain('Done: mail account Office created.');
    expect(await console.enter('mail list')).toMatch(/nas@example\.org +no login\r\n/);
  });

  it.each([
    ['mail add Office mail.example 0 tls nas@example.org', 'Refused: The port is 1 to 65535.'],
    ['mail add Office mail.example x tls nas@example.org', 'Refused: The port is no number.'],
    ['mail add Office mail.example 25 ssl nas@example.org', 'Refused: The security is none,'],
    ['mail add Office mail.example 25 tls nas', 'Refused: The e-mail address is none.'],
    ['mail add Office', 'write "mail add NAME HOST PORT SECURITY SENDER [USER]"'],
    ['mail change 7 port 25', 'There is no mail account "7".'],
    ['mail remove 7', 'There is no mail account "7".'],
    ['mail default x', 'There is no mail account "x".'],
    ['mail test carol@example.org 7', 'There is no mail account "7".'],
    ['mail change 1 colour red', 'there is no field "colour"'],
    ['mail change 1 port', 'the value is missing'],
    ['mail change 1 password secret', 'the password is asked for, not given here'],
    ['mail change 1 port 65536', 'Refused: The port is 1 to 65535.'],
    ['mail send', 'there is no "mail send"'],
  ])('answers to %j: %s', async (command, answer) => {
    const console = await withAccount();
    expect(await console.enter(command)).toContain(answer);
    expect(console.state()).toBe('shell');
    expect(await console.enter('mail list')).toMatch(/1 \* +Office +mail\.example:587 +starttls/);
  });

  it('changes an account; another server or user needs the password anew', async () => {
    const console = await withAccount();
    expect(await console.enter('mail change 1 port 465')).toContain(
      'Done: mail account Office: port changed.',
    );
    expect(await console.enter('mail change 1 host other.example')).toMatch(/password: $/);
    expect(await console.enter('another')).toContain('Office: host changed.');
    expect(await console.enter('mail change 1 user board')).toMatch(/password: $/);
    await console.enter('');
    expect(await console.enter('mail list')).toMatch(
      /other\.example:465 +starttls +nas@example\.org +board, no password\r\n/,
    );
    expect(await console.enter('mail change 1 password')).toMatch(/password: $/);
    await console.enter(password);
    expect(await console.enter('mail list')).toMatch(/nas@example\.org +board\r\n/);
    await console.enter('mail change 1 user none');
    expect(await console.enter('mail list')).toMatch(/nas@example\.org +no login\r\n/);
    expect(await console.enter('mail change 1 host third.example')).toContain('host changed.');
  });

  it('makes another account the default, and removes accounts', async () => {
    const console = await withAccount();
    await console.enter('mail add Home mail.example 25 none home@example.org');
    await console.enter('mail default 2');
    expect(await console.enter('mail list')).toMatch(/1 +Office[^]*2 \* +Home/);
    await console.enter('mail remove 2');
    expect(await console.enter('n')).not.toContain('Done');
    await console.enter('mail remove 2');
    expect(await console.enter('y')).toContain('Done: mail account Home removed.');
    expect(await console.enter('mail list')).toMatch(/1 \* +Office/);
  });

  it('is for administrators only', async () => {
    const console = await withAccount();
    await createUser(console, 'bob', 'secret-of-bob-1');
    await console.enter('logout');
    await console.enter('bob');
    await console.enter('secret-of-bob-1');
    expect(await console.enter('mail list')).toContain('Refused: Only administrators');
  });
});

describe('a test mail', () => {
  it('is sent at once, and what came of it is told at the prompt and logged', async () => {
    const console = await withAccount();
    const shown = await console.enter('mail test carol@example.org', 1_000);
    expect(shown).toMatch(
      /through Office\. The result follows\.\r\nadmin@TS-453N# \r\nResult: test mail through Office was taken by the server\.\r\nadmin@TS-453N# $/,
    );
    expect(console.bench.mailServer.messages).toMatchObject([{ to: ['carol@example.org'] }]);
    expect(console.log()[0]).toBe('test mail through Office was taken by the server');
  });

  it('that fails says why', async () => {
    const console = await withAccount();
    console.bench.mailServer.reject('550 5.7.1 not you');
    const shown = await console.enter('mail test carol@example.org 1', 1_000);
    expect(shown).toContain('failed: mail: 550 5.7.1 not you (refused).');
  });

  it('tells nobody who logged in after the one who asked', async () => {
    const console = await withAccount();
    console.bench.mailServer.slow(2_000_000);
    await console.enter('mail test carol@example.org');
    await console.enter('logout');
    expect(console.bench.firmware?.record()).toBeUndefined();
    expect(await console.wait(5_000)).toBe('');
    expect(console.log()[0]).toBe('test mail through Office was taken by the server');
    expect(console.bench.firmware?.record()).toBeDefined();
  });

  it('that a power cut ends is none: the next life knows nothing of it', async () => {
    const console = await withAccount();
    console.bench.mailServer.slow(2_000_000);
    await console.enter('mail test carol@example.org');
    console.bench.board.powerCycle();
    await console.wait(10_000);
    expect(console.bench.mailServer.messages).toEqual([]);
    expect(console.state()).toBe('login');
  });
});

describe('mails that wait', () => {
  it('keep the appliance from being put aside, and go out after the next boot', async () => {
    const console = await withAccount();
    const { mailServer, board } = console.bench;
    mailServer.down();
    await console.enter('user email admin carol@example.org');
    await console.enter('2sv enforce user admin on', 1_000);
    const queue = await console.enter('mail queue');
    expect(queue).toMatch(/carol@example\.org +\[TS-453N\] 2-step verification must be set up +1/);
    await console.enter('logout');
    expect(console.bench.firmware?.record()).toBeUndefined();
    mailServer.up();
    board.powerCycle();
    await consoleOf(console.bench).wait(10_000);
    expect(mailServer.messages).toHaveLength(1);
    expect(console.bench.firmware?.record()).toBeDefined();
  });
});

describe('the command user', () => {
  it('sets where a user is told of things, and takes it away', async () => {
    const console = await adminInShell();
    expect(await console.enter('user email admin carol@example.org')).toContain(
      'Done: e-mail address of user admin changed.',
    );
    expect(await console.enter('user list')).toMatch(/admin +.*carol@example\.org\r\n/);
    expect(await console.enter('user email admin carol')).toContain(
      'Refused: That is no e-mail address.',
    );
    expect(await console.enter('user email admin none')).toContain('removed');
    expect(await console.enter('user list')).not.toContain('example.org');
    expect(await console.enter('user email nobody none')).toContain('Refused: ');
  });
});
