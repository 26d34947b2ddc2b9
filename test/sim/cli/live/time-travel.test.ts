import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '#sim/kernel/invariant';
import { SessionBench } from '../session-bench.ts';

/** Leads from the console to the prompt. */
const toggle = '\u001d';

let folder = '';
let sessions: SessionBench[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-travel-'));
});

afterEach(async () => {
  for (const session of sessions) {
    session.terminate();
    await session.done.catch(() => undefined);
  }
  sessions = [];
  rmSync(folder, { recursive: true, force: true });
});

function start(options: ConstructorParameters<typeof SessionBench>[0] = {}): SessionBench {
  const session = new SessionBench(options);
  sessions.push(session);
  return session;
}

async function booted(): Promise<SessionBench> {
  const session = start();
  await session.boot();
  await session.type(`${toggle}mark fresh\r`);
  return session;
}

/** What the prompt says of a line. */
async function told(session: SessionBench, line: string): Promise<string> {
  const before = session.shown.length;
  await session.type(`${line}\r`);
  await session.type('');
  return session.shown.slice(before);
}

describe('back', () => {
  test('undoes what was done since a mark, and the console goes on from there', async () => {
    const session = await booted();
    await session.type(`${toggle}admin\r`);
    await session.advance(1_000);
    expect(session.shown).toMatch(/Password: $/);
    expect(await told(session, `${toggle}states`)).toMatch(/console +password/);
    expect(await told(session, 'back to fresh')).toMatch(/1\.\d+ ?s back, true time/);
    expect(await told(session, 'states')).toMatch(/console +login/);
    await session.type(`${toggle}admin\r`);
    expect(session.shown).toMatch(/admin\r\nPassword: $/);
  });

  test('goes back by a span, and to before what the log or the trace tells', async () => {
    const session = await booted();
    await session.type('power cut\r');
    await session.advance(30_000);
    expect(await told(session, 'states')).toMatch(/appliance +off/);
    expect(await told(session, 'back 31s')).toMatch(/31\.0 s back/);
    expect(await told(session, 'states')).toMatch(/appliance +ready/);
    await session.type('press reset 3s\r');
    await session.advance(4_000);
    await session.type('');
    expect(await told(session, 'back before "kind":"press"')).toMatch(/ back, true time/);
    const told1 = await told(session, 'history');
    expect(told1).toMatch(/\(beginning\) +2026-11-24T10:00:00/);
    expect(told1).toMatch(/fresh +2026/);
    expect(told1).toMatch(/branch-1 [^]*branch-2 /);
  });

  test('leads onto a branch that was left', async () => {
    const session = await booted();
    await session.type('power cut\r');
    await session.advance(2_000);
    await told(session, 'mark dark');
    await told(session, 'back to fresh');
    expect(await told(session, 'states')).toMatch(/appliance +ready/);
    await told(session, 'back to dark');
    expect(await told(session, 'states')).toMatch(/appliance +off/);
  });

  test.each([
    ['back', /say how far: back 30s/],
    ['back to nowhere', /there is no mark "nowhere"; there are: fresh/],
    ['back 3 days', /say how far/],
    ['back 30d', /the way back ends at 2026-11-24T10:00:00/],
    ['back before zzzz', /no entry of the event log and no record/],
    ['back before (', /no regular expression/],
    ['load nowhere', /could not be read/],
    ['mark', /give one name/],
  ])('%s says why not', async (line, why) => {
    const session = await booted();
    expect(await told(session, line)).toMatch(why);
    expect(await told(session, 'states')).toMatch(/appliance +ready/);
  });
});

describe('a saved world', () => {
  test('is for its owner alone, and is gone on from by load and by start --load', async () => {
    const session = await booted();
    const path = join(folder, 'world');
    writeFileSync(path, 'old', { mode: 0o644 });
    await session.type(`${toggle}admin\r`);
    await session.advance(500);
    expect(await told(session, `${toggle}save ${path}`)).toMatch(/bytes in .*it holds secrets/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await session.type('power cut\r');
    await session.advance(2_000);
    expect(await told(session, `load ${path}`)).toMatch(/true time 2026-11-24T10:00:0/);
    expect(await told(session, 'states')).toMatch(/console +password/);

    const other = start({ startUs: undefined, worldPath: path });
    await other.advance(100);
    expect(await told(other, `${toggle}states`)).toMatch(/console +password/);
    expect(await told(other, 'label')).toMatch(/serial/);
  });

  test('brings a board of its own', async () => {
    const path = join(folder, 'world');
    writeFileSync(path, 'x');
    const refused = start({ worldPath: path, seed: 7, startUs: undefined });
    await expect(refused.done).rejects.toThrow(/leave --seed out/);
    const damaged = start({ worldPath: path, startUs: undefined });
    await expect(damaged.done).rejects.toThrow(UsageError);
    expect(readFileSync(path, 'utf8')).toBe('x');
  });
});
