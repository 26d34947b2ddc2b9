import { describe, expect, it } from 'vitest';
import type { CommandContext } from '#firmware/console/command';
import { runCommandLine } from '#firmware/console/commands/index';
import type { Services } from '#firmware/services';
import { newServices } from '../services-rig.ts';
import { adminInShell, createUser, type ConsoleBench } from './console-bench.ts';

const bob = { name: 'bob', password: 'secret-of-bob-1' };

/** The ids that `session list` shows. */
async function listed(console: ConsoleBench): Promise<string[]> {
  const rows = (await console.enter('session list')).split('\r\n').slice(2, -1);
  return rows.map((row) => row.split(' ')[0] ?? '');
}

describe('the command session', () => {
  it('shows this session and says which one it is', async () => {
    const console = await adminInShell();
    expect(await console.enter('session list')).toMatch(
      /\r\nID +USER +APPLICATION +ADDRESS +SINCE\r\n\S+ +admin +console +serial +2026-11-24 10:00:\d\d UTC \(this one\)\r\n/,
    );
  });

  it('ends this session', async () => {
    const console = await adminInShell();
    const [id = ''] = await listed(console);
    expect(await console.enter(`session end ${id}`)).toMatch(/TS-453N login: $/);
    expect(console.log()[0]).toBe('logged out');
  });

  it('knows no session of before: a logout ends it', async () => {
    const console = await adminInShell();
    await createUser(console, bob.name, bob.password);
    await console.enter('logout');
    await console.enter(bob.name);
    await console.enter(bob.password);
    expect(await listed(console)).toHaveLength(1);
    expect(await console.enter('session end nonsense')).toContain(
      'There is no session "nonsense".',
    );
  });

  it('knows none of before a forced change of the password but the one that goes on', async () => {
    expect(await listed(await adminInShell())).toHaveLength(1);
  });
});

/** Sessions of `admin` and `bob` at other faces, and what a command line of theirs prints. */
function twoUsers() {
  const services = newServices();
  const { accounts, sessions } = services;
  accounts.createUser(bob);
  const open = (name: string) => {
    const user = accounts.user(name);
    if (user === undefined) throw new Error(`there is no ${name}`);
    return sessions.open(user, { via: 'web', address: '192.168.1.9', application: 'browser' });
  };
  const ofAdmin = open('admin');
  const ofBob = open('bob');
  const run = (session: typeof ofAdmin, line: string): string => {
    let printed = '';
    const context: Pick<CommandContext, 'user' | 'sessionId' | 'print'> & { services: Services } = {
      services,
      user: session.user,
      sessionId: session.id,
      print: (text) => void (printed += `${text}\n`),
    };
    runCommandLine(line, context as CommandContext);
    return printed;
  };
  return { services, ofAdmin, ofBob, run };
}

describe('sessions of others', () => {
  it('are an administrator’s to see and to end', () => {
    const { services, ofAdmin, ofBob, run } = twoUsers();
    expect(run(ofAdmin, 'session list')).toContain(ofBob.id);
    expect(run(ofAdmin, `session end ${ofBob.id}`)).toBe(
      'Done: session of bob (browser, 192.168.1.9) ended.\n',
    );
    expect(services.sessions.find(ofBob.token)).toBeUndefined();
    expect(services.log.page()[0]).toMatchObject({
      text: 'session of bob (browser, 192.168.1.9) ended',
      user: 'admin',
    });
  });

  it('are nobody else’s', () => {
    const { services, ofAdmin, ofBob, run } = twoUsers();
    expect(run(ofBob, 'session list')).not.toContain(ofAdmin.id);
    expect(run(ofBob, `session end ${ofAdmin.id}`)).toContain('There is no session');
    expect(services.sessions.find(ofAdmin.token)).toBeDefined();
  });

  it('are never shown with their tokens', () => {
    const { ofAdmin, ofBob, run } = twoUsers();
    const shown = run(ofAdmin, 'session list');
    expect(shown).not.toContain(ofAdmin.token);
    expect(shown).not.toContain(ofBob.token);
  });
});
