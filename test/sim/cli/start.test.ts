import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SimulatorBug, UsageError } from '#sim/kernel/invariant';
import { parseStart } from '#sim/cli/live/session';
import { FakeHostClock } from '../kernel/fake-host-clock.ts';
import { powerOn } from '#sim/testing';
import { SessionBench } from './session-bench.ts';

const toggle = '\x1d';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-start-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('on a terminal', () => {
  test('the label, the seed, the time and the way to the prompt are shown, then the console', async () => {
    const session = new SessionBench({ seed: 7, speed: 10 });
    await session.advance(500);
    expect(session.shown).toMatch(/board TS-453N {3}serial Q226B\d{5} {3}MAC 1 {2}24:5E:BE:/);
    expect(session.shown).toMatch(/password of admin: 245EBE[0-9A-F]{6}/);
    expect(session.shown).toMatch(/10x, true time 2026-11-24 10:00:00 UTC {3}seed 7/);
    expect(session.shown).toMatch(
      / time from {2}ntp1.example \(UDP 127.0.0.1:\d+\) {2}ntp2.example .* {2}ntp3.example /,
    );
    expect(session.shown).toContain('Ctrl-]');
    expect(session.shown).toMatch(/\[ {4}0\.000\] nasboard firmware/);
    expect(session.shown).toContain('TS-453N login: ');
    session.terminate();
    expect(await session.done).toBe(0);
  });

  test('without --start true time begins at the host’s present time', async () => {
    const session = new SessionBench({ startUs: undefined });
    await session.advance(10);
    expect(session.shown).toContain('true time 2027-01-01 00:00:00 UTC');
    session.terminate();
    await session.done;
  });

  test('keys reach the console, and Ctrl-C ends what is typed there, not the program', async () => {
    const session = new SessionBench();
    await session.boot();
    await session.type('adm\x03');
    await session.type('admin\r');
    expect(session.shown).toMatch(/login: adm\^C\s+TS-453N login: admin\s+Password: $/);
    session.terminate();
    expect(await session.done).toBe(0);
  });

  test('the terminal is in raw mode until the end, and no signal is heard after it', async () => {
    const session = new SessionBench();
    await session.boot();
    expect(session.screen.rawModes).toEqual([true]);
    session.terminate();
    await session.done;
    expect(session.screen.rawModes).toEqual([true, false]);
    expect(session.isListeningForSignals).toBe(false);
    expect(session.clock.armed).toBe(0);
  });

  test('a window that is closed ends the session', async () => {
    const session = new SessionBench();
    await session.boot();
    session.screen.input.end();
    expect(await session.done).toBe(0);
  });
});

describe('at bench>', () => {
  test('holding RESET takes as long as it says, and the beep is shown as it comes', async () => {
    const session = new SessionBench();
    await session.boot();
    await session.type(`${toggle}press reset 3.5s\r`);
    await session.advance(2_999);
    expect(session.shown).not.toMatch(/s {2}beep/);
    await session.advance(1);
    expect(session.shown).toMatch(/ 3\.000 s {2}beep$/);
    await session.advance(500);
    expect(session.shown).toMatch(/ 3\.000 s {2}beep 500 ms\n/);
    await session.advance(1_000);
    expect(session.shown).toMatch(/ 3\.500 s {2}released after 3\.500 s {2}-> {2}basic reset/);
    session.terminate();
    await session.done;
  });

  test.each([
    ['press reset 2.9s', /released after 2\.900 s {2}-> {2}nothing/],
    ['press: { part-id: reset, hold: 2.9s }', /released after 2\.900 s {2}-> {2}nothing/],
    ['{"press": {"part-id": "reset", "hold": "2.9s"}}', /-> {2}nothing/],
    ['press reset 12s', /10\.000 s {2}advanced reset[^]*released after 12\.000 s\n/],
    ['power cut', /0\.000 s {2}appliance off/],
    ['expect-led status green', /\n {2}ok\n/],
    ['expect-state appliance halted', /expected {2}halted\n {2}seen {6}ready/],
    ['rtc battery dead', /bench> $/],
    ['states', /appliance {6}ready\n/],
    ['label', /model {6}TS-453N\n/],
    ['log', /info {5}power: started \(power-on\)\n/],
    ['speed', /\n {2}1x\n/],
    ['help', /press reset 3s[^]*speed \[10x\|max\]/],
    ['fault', /fault: [^]*for example: fault flash cut-power-after-writes 3/],
    ['press reset 3', /press\.hold: "3" has no unit[^]*for example: press reset 3s/],
    ['http', /http\.method: [^]*for example: http GET \/cgi-bin\/authLogin\.cgi/],
    ['repeat 3', /write it in a scenario file/],
    ['frobnicate', /"frobnicate" is no step and no word here: try help/],
    ['speed 1000x', /outside 0\.1x to 100x/],
    ['trace', /name a file: trace FILE/],
    ['trace /nowhere/at/all', /the trace could not be written: ENOENT/],
  ])('%s', async (line, answer) => {
    const session = new SessionBench();
    await session.boot();
    await session.type(`${toggle}${line}\r`);
    await session.advance(15_000);
    expect(session.shown).toMatch(answer);
    expect(session.shown).toMatch(/bench> $/);
    session.terminate();
    expect(await session.done).toBe(0);
  });

  test('an HTTP request shows what it is answered, paused or not', async () => {
    // The web server is loaded for the first request of a process: real time that no test moves.
    await using bench = await powerOn();
    await bench.http.get('/cgi-bin/authLogin.cgi');
    const session = new SessionBench();
    await session.boot();
    await session.type(`${toggle}http GET /cgi-bin/authLogin.cgi user=nobody\r`);
    expect(session.shown).toMatch(/200 text\/xml, \d+ bytes\n[^]*<authPassed>[^]*ok\n/);
    await session.type('pause\r');
    await session.type('http POST /nowhere a=b\r');
    expect(session.shown).toMatch(/404[ ,][^]*ok\nbench> $/);
    session.terminate();
    expect(await session.done).toBe(0);
  });

  test('while paused a hold takes no real time', async () => {
    const session = new SessionBench();
    await session.boot();
    await session.type(`${toggle}pause\r`);
    await session.type('press reset 3s\r');
    await session.type('step\r');
    await session.type('');
    expect(session.shown).toMatch(/-> {2}basic reset/);
    expect(session.shown).toMatch(/true time 2026-11-24T10:00:0/);
    session.terminate();
    await session.done;
  });

  test('Ctrl-C ends a step that waits and leaves the session alive', async () => {
    const session = new SessionBench();
    await session.boot();
    await session.type(`${toggle}wait-serial never\r`);
    await session.advance(1_000);
    await session.type('\x03');
    expect(session.shown).toMatch(/interrupted\n[^]*bench> $/);
    await session.type('quit\r');
    expect(await session.done).toBe(0);
  });

  test('Tab completes, and Ctrl-] leads back to the console and what it printed', async () => {
    const session = new SessionBench();
    await session.boot();
    await session.type(`${toggle}power cu`);
    await session.type('\t');
    await session.type('\r');
    await session.advance(1_000);
    await session.type('power on\r');
    await session.advance(4_000);
    const before = session.shown.match(/nasboard firmware/g)?.length ?? 0;
    await session.type(toggle);
    expect(session.shown.match(/nasboard firmware/g)).toHaveLength(before + 1);
    expect(session.shown).toMatch(/login: $/);
    session.terminate();
    await session.done;
  });

  test('a trace is written where it is wanted', async () => {
    const session = new SessionBench();
    await session.boot();
    await session.type(`${toggle}trace ${join(folder, 'out.jsonl')}\r`);
    const [header] = readFileSync(join(folder, 'out.jsonl'), 'utf8').split('\n');
    expect(JSON.parse(header ?? '')).toMatchObject({ trace: 'nasboard', seed: 1 });
    session.terminate();
    await session.done;
  });
});

describe('the web server of the NAS', () => {
  test('is told where it is, above what is being typed, and answers true clients', async () => {
    const session = new SessionBench();
    await session.boot();
    await session.type('adm');
    expect(session.shown).toContain(
      'NAS web    a free port of 127.0.0.1   (once the NAS is ready)',
    );
    const [, url = ''] = /NAS web {4}(http:\S+)\r\nTS-453N login: /.exec(session.shown) ?? [];
    const answer = await fetch(`${url}/cgi-bin/authLogin.cgi`);
    expect(answer.headers.get('content-type')).toBe('text/xml');
    expect(await answer.text()).toContain('<authPassed>');
    expect(session.shown).toMatch(/login: adm$/);
    session.terminate();
    expect(await session.done).toBe(0);
    await expect(fetch(url)).rejects.toThrow(/fetch failed/);
  });

  test('is told on stderr where standard output is the console’s', async () => {
    const session = new SessionBench({}, { isTerminal: false });
    await session.boot();
    expect(session.errors).toMatch(/\n {2}NAS web {4}http:\/\/127\.0\.0\.1:\d+\n$/);
    session.terminate();
    await session.done;
  });

  test('at an address of another machine is refused before the board starts', async () => {
    const { done } = new SessionBench({ web: { host: '192.0.2.1' } });
    await expect(done).rejects.toThrow(/--host 192\.0\.2\.1 is no address of this machine/);
  });
});

describe('without a terminal', () => {
  test('standard output is what the console prints and nothing else', async () => {
    const session = new SessionBench({}, { isTerminal: false });
    await session.boot();
    expect(session.shown).toMatch(/^\[ {4}0\.000\] nasboard firmware/);
    expect(session.shown).toMatch(/TS-453N login: $/);
    expect(session.errors).toMatch(/password of admin: 245EBE/);
    expect(session.screen.rawModes).toEqual([]);
    session.terminate();
    expect(await session.done).toBe(0);
  });

  test('what is piped in is typed at the console, and its end ends the session', async () => {
    const session = new SessionBench({}, { isTerminal: false });
    await session.boot();
    await session.type('admin\n');
    expect(session.shown).toMatch(/login: admin\s+Password: $/);
    session.screen.input.end();
    expect(await session.done).toBe(0);
  });

  test('without any input the board runs until it is told to end', async () => {
    const session = new SessionBench({}, { isTerminal: false, hasInput: false });
    await session.boot();
    expect(session.shown).toMatch(/TS-453N login: $/);
    session.terminate();
    expect(await session.done).toBe(0);
  });

  test('with --no-console lines of the prompt are read, done in order, and their end is the end', async () => {
    const session = new SessionBench({ hasConsole: false, speed: 'max' }, { isTerminal: false });
    session.screen.type('wait-state appliance ready\npause\npress reset 3s\nstates\n');
    session.screen.input.end();
    expect(await session.done).toBe(0);
    expect(session.shown).toMatch(/ok\n[^]*-> {2}basic reset[^]*appliance {6}resetting-basic/);
  });
});

describe('--state', () => {
  test('flash and label outlive the session, and the directory is free again', async () => {
    const first = new SessionBench({ seed: 7, statePath: folder });
    await first.boot();
    await first.type(`${toggle}log\r`);
    first.terminate();
    await first.done;
    expect(readdirSync(folder)).toEqual(['board.state']);

    const second = new SessionBench({ statePath: folder });
    await second.boot();
    await second.type(`${toggle}log\r`);
    expect(second.shown).toMatch(/the board kept in/);
    expect(second.shown).toMatch(/seed 7/);
    expect(second.shown.match(/started \(power-on\)/g)).toHaveLength(2);
    second.terminate();
    await second.done;
  });

  test('a change is saved soon, so that a crash of the program loses little', async () => {
    const session = new SessionBench({ statePath: folder });
    await session.boot();
    expect(readdirSync(folder)).toContain('board.state');
    session.terminate();
    await session.done;
  });

  test('the clock chip goes on while the program does not run', async () => {
    const start = Date.UTC(2026, 10, 24, 10) * 1000;
    const first = new SessionBench({ statePath: folder, startUs: start });
    await first.boot();
    first.terminate();
    await first.done;
    const second = new SessionBench({ statePath: folder, startUs: start + 3_600_000_000 });
    await second.boot();
    // It was set when a second began, give or take a millisecond, and reads whole seconds.
    expect(second.shown).toMatch(/clock: 2026-11-24 1(0:59:59|1:00:00) UTC from rtc/);
    second.terminate();
    await second.done;
  });

  test('another seed, another label and a second user are refused', async () => {
    const first = new SessionBench({ seed: 7, statePath: folder });
    await first.boot();
    await expect(new SessionBench({ statePath: folder }).done).rejects.toThrow(/in use/);
    first.terminate();
    await first.done;
    await expect(new SessionBench({ seed: 8, statePath: folder }).done).rejects.toThrow(
      /seed 7, not 8/,
    );
    const boardPath = join(folder, 'board.yaml');
    writeFileSync(boardPath, 'model: TS-X\n');
    const other = new SessionBench({ statePath: folder, boardPath }).done;
    await expect(other).rejects.toThrow(/keeps a board with model TS-453N/);
    expect(readdirSync(folder)).not.toContain('lock');
  });
});

describe('what goes wrong', () => {
  test('a bug is shown with seed, time and how to report it; the terminal is given back', async () => {
    class BrokenClock extends FakeHostClock {
      override setTimeout(callback: () => void, delayMs: number): unknown {
        if (delayMs > 1_000) throw new SimulatorBug('broken on purpose');
        return super.setTimeout(callback, delayMs);
      }
    }
    const session = new SessionBench({ seed: 7 }, { clock: new BrokenClock() });
    await session.boot();
    expect(await session.done).toBe(3);
    expect(session.errors).toMatch(/this is a bug[^]*what {4}SimulatorBug: broken on purpose/);
    expect(session.errors).toMatch(/when {4}true time 2026-11-24T10:00:0.*after power-on/);
    expect(session.errors).toMatch(
      /seed {4}7\n {2}report {2}please send .* the trace in .*\.jsonl/,
    );
    expect(session.screen.rawModes).toEqual([true, false]);
    const trace = /the trace in (\S+)/.exec(session.errors)?.[1] ?? '';
    expect(readFileSync(trace, 'utf8')).toMatch(/^{"trace":"nasboard"/);
    rmSync(trace);
  });

  test('a state that cannot be saved is told at the end', async () => {
    const session = new SessionBench({ statePath: folder });
    await session.boot();
    rmSync(folder, { recursive: true });
    session.terminate();
    await expect(session.done).rejects.toThrow(/the board’s state could not be saved in/);
    expect(session.screen.rawModes).toEqual([true, false]);
  });
});

describe('--board', () => {
  test('a board file names the board; --seed and --start weigh more than it', async () => {
    const boardPath = join(folder, 'board.yaml');
    writeFileSync(boardPath, 'model: TS-X\nseed: 5\nmac-addresses: [aa:bb:cc:00:00:01]\n');
    const session = new SessionBench({ boardPath, seed: 6 });
    await session.boot();
    expect(session.shown).toMatch(/board TS-X /);
    expect(session.shown).toMatch(/password of admin: AABBCC000001/);
    expect(session.shown).toMatch(/seed 6/);
    session.terminate();
    await session.done;
  });

  test('what is wrong with it is told with line and column', async () => {
    const boardPath = join(folder, 'board.yaml');
    writeFileSync(boardPath, 'model: TS-X\nrtc:\n  drift: 3\nfoo: 1\n');
    const { done } = new SessionBench({ boardPath });
    await expect(done).rejects.toThrow(/board\.yaml:3:10 {2}rtc\.drift[^]*board\.yaml:4:1 {2}foo/);
  });
});

describe('--start', () => {
  test.each([
    ['2026-11-24T10:00:00Z', Date.UTC(2026, 10, 24, 10)],
    ['2026-11-24 10:00:00Z', Date.UTC(2026, 10, 24, 10)],
    ['2026-11-24T10:00:00+02:00', Date.UTC(2026, 10, 24, 8)],
    ['2038-01-19', Date.UTC(2038, 0, 19)],
  ])('%s', (text, timeMs) => {
    expect(parseStart(text)).toBe(timeMs * 1000);
  });

  test.each(['', 'now', '2026-11-24T10:00:00', '2026-13-01', '1'])('«%s» is refused', (text) => {
    expect(() => parseStart(text)).toThrow(UsageError);
  });
});
