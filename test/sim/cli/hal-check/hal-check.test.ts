import { existsSync, readdirSync } from 'node:fs';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLinuxBoard } from '#hal/linux/board';
import { readBoardFile } from '#hal/linux/board-file';
import { CheckRig, ownRtc } from './check-rig.ts';

let rig: CheckRig;

beforeEach(() => {
  rig = new CheckRig();
});

afterEach(async () => {
  await rig.close();
});

const startMs = Date.UTC(2026, 10, 24, 10);
const own = (options = ''): string =>
  `{ driver: module, path: own-rtc.mjs, options: { log: ${rig.bench.folder.at('rtc.log')}, startMs: ${startMs}${options} } }`;

function ownRtcBoard(options = ''): void {
  rig.bench.folder.put('own-rtc.mjs', ownRtc);
  rig.board('', (text) => text.replace(/^rtc: .*$/m, `rtc: ${own(options)}`));
}

describe('nasboard hal check, with nobody there', () => {
  test('it checks what needs nobody, and tells of the rest why it was left out', async () => {
    expect(await rig.check({ part: 'reset-button,leds,rtc,console,storage' })).toBe(0);
    const { out, err } = rig.said;
    expect(err).toBe('');
    expect(out).toContain(' reset button   evdev ');
    expect(out).toContain('   ✓ 1 check passed\n   - 9 skipped: nobody presses RESET: needs a');
    expect(out).toContain(
      '   ✓ 11 checks passed\n   - 3 skipped: nobody looks: needs a terminal\n',
    );
    expect(out).toContain('1 skipped: it sets the clock chip to many times, and back');
    expect(out).toContain('7 skipped: nothing is known of the far end: join TX and RX');
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      '0 of 5 parts conform, 2 partly checked, 3 not checked',
    );
  });

  test('all of a board: with hands that are programs, a wire, and leave to do it', async () => {
    const { folder } = rig.bench;
    ownRtcBoard();
    const stopWire = rig.loopBack();
    for (const [name, value] of Object.entries({ press: 1, release: 0 })) {
      const bytes = Buffer.alloc(48);
      bytes.writeUInt16LE(1, 16);
      bytes.writeUInt16LE(408, 18);
      bytes.writeInt32LE(value, 20);
      folder.put(`${name}.bin`, bytes.toString('latin1'));
    }
    const act = (name: string): string =>
      `iconv -f utf8 -t latin1 ${folder.at(`${name}.bin`)} > ${folder.at('key')}`;
    const junit = folder.at('hal.xml');
    const json = folder.at('hal.json');
    const code = await rig.check({
      yes: true,
      loopBack: true,
      actPress: act('press'),
      actRelease: act('release'),
      part: 'reset-button,console,storage,data-volume,identity,network,sensors,random,power',
      junit,
      json,
    });
    stopWire();
    expect(rig.said.out).toContain('9 of 9 parts conform\n');
    expect(code).toBe(0);
    expect(readdirSync(folder.at('flash')).filter((name) => name.startsWith('HAL'))).toEqual([]);
    expect(readdirSync(folder.at('flash/DATA'))).toEqual([]);

    const report = JSON.parse(folder.text('hal.json')) as {
      readonly counts: object;
      readonly exitCode: number;
      readonly parts: readonly { readonly port: string; readonly checks: readonly object[] }[];
    };
    expect(report).toMatchObject({ exitCode: 0, counts: { conforms: 9, fails: 0 } });
    expect(report.parts[0]).toMatchObject({ port: 'reset-button', verdict: 'conforms' });
    expect(report.parts[0]?.checks[0]).toMatchObject({ result: 'passed' });
    expect(XMLValidator.validate(folder.text('hal.xml'))).toBe(true);
  });

  test('hands that are programs and fail are told of with what they said', async () => {
    const code = await rig.check({
      part: 'reset-button',
      actPress: 'true',
      actRelease: 'echo no relay >&2; exit 3',
    });
    expect(code).toBe(1);
    expect(rig.said.out).toContain('ended with 3: no relay');
  });

  test('a relay that moves nothing makes the checks fail, not pass', async () => {
    rig.speed = 50;
    const code = await rig.check({ part: 'reset-button', actPress: 'true', actRelease: 'true' });
    expect(code).toBe(1);
    expect(rig.said.out).toContain('pressed while held: expected true, seen false');
    expect(rig.said.out).toContain('0 of 1 part conforms, 1 does not\n');
  });
});

describe('a clock chip', () => {
  beforeEach(() => {
    rig.speed = 20;
  });

  test('is set to many times, and back to the one it had', async () => {
    ownRtcBoard();
    expect(await rig.check({ part: 'rtc', yes: true })).toBe(0);
    expect(rig.said.out).toContain('3 not possible here');
    const log = rig.bench.folder.text('rtc.log').trim().split('\n');
    expect(log.length).toBeGreaterThan(15);
    expect(log.at(-1)).toBe('closed');
    // The clock of the check hurries: all it did took less than five minutes of it.
    const lastMs = Number(log.at(-2));
    expect(lastMs).toBeGreaterThanOrEqual(startMs);
    expect(lastMs).toBeLessThan(startMs + 300_000);
  });

  test('that lost its time is told of, and left as it is', async () => {
    ownRtcBoard(', valid: false');
    expect(await rig.check({ part: 'rtc', yes: true })).toBe(1);
    expect(rig.said.out).toContain('✗ holds a time that is worth something');
    expect(rig.said.out).toContain('set it once: nasboard hal set-rtc --board ');
    expect(rig.bench.folder.text('rtc.log')).toBe('closed\n');
  });

  test('whose driver is an hour off is caught', async () => {
    ownRtcBoard(', aheadMs: 3600000');
    expect(await rig.check({ part: 'rtc', yes: true })).toBe(1);
    expect(rig.said.out).toContain('✗ holds a leap day\n       time: expected "2028-02-29T12:00');
    expect(rig.said.out).toContain('✗ is set back to the time it had');
  });

  test('is set back also where the checks are stopped', async () => {
    ownRtcBoard();
    const checking = rig.check({ part: 'rtc,storage', yes: true });
    await rig.waitFor(' rtc ');
    rig.stop();
    expect(await checking).toBe(1);
    expect(rig.said.out).toContain(
      '0 of 2 parts conform, 1 partly checked, 1 not checked, stopped',
    );
    expect(rig.bench.folder.text('rtc.log')).toMatch(/^\d+\nclosed\n$/);
  });
});

describe('a watchdog', () => {
  const dog = (nowayout: string | undefined): void => {
    rig.bench.folder.put('dev/watchdog0', '');
    if (nowayout !== undefined) {
      rig.bench.folder.put('sys/class/watchdog/watchdog0/nowayout', nowayout);
    }
    rig.board('watchdog: dev/watchdog0');
  };

  test.each(['1\n', undefined])(
    'that may be impossible to stop is never started: nowayout %j',
    async (nowayout) => {
      dog(nowayout);
      expect(await rig.check({ part: 'watchdog', yes: true })).toBe(0);
      expect(rig.said.out).toContain('would start it, and nothing says that it can be stopped');
      expect(rig.bench.folder.text('dev/watchdog0')).toBe('');
    },
  );

  test('that can be stopped is, each time', async () => {
    dog('0\n');
    await rig.check({ part: 'watchdog', yes: true });
    // A file is no watchdog: it does not say how long it counts. It is told to stop all the same.
    expect(rig.bench.folder.text('dev/watchdog0')).toBe('V');
    expect(rig.said.out).toContain('would let it bite, which restarts this machine');
  });

  test('is not started without leave', async () => {
    dog('0\n');
    expect(await rig.check({ part: 'watchdog' })).toBe(0);
    expect(rig.said.out).toContain(
      '1 skipped: it arms it, and stops it at once, and nobody agreed',
    );
    expect(rig.bench.folder.text('dev/watchdog0')).toBe('');
  });
});

describe('a console', () => {
  test('whose wire brings seven bits of eight is caught', async () => {
    const stopWire = rig.loopBack((bytes) => Buffer.from(bytes.map((byte) => byte & 0x7f)));
    expect(await rig.check({ part: 'console', loopBack: true })).toBe(1);
    stopWire();
    expect(rig.said.out).toContain('✗ sends every value of a byte as it is');
  });

  test('without the wire that was promised is caught, and no more is tried', async () => {
    expect(await rig.check({ part: 'console', loopBack: true })).toBe(1);
    expect(rig.said.out).toContain('✗ hears over the wire what it sends');
    expect(rig.said.out).toContain('nothing came back: is TX joined to RX');
  });
});

describe('drivers that break their contract', () => {
  test('a button that reads pressed at rest is caught without a hand', async () => {
    rig.bench.folder.put(
      'own-button.mjs',
      'export const createButton = () => ({ isPressed: () => true, onEdge: () => () => {} });',
    );
    rig.board('', (text) =>
      text.replace(/^resetButton: .*$/m, 'resetButton: { driver: module, path: own-button.mjs }'),
    );
    expect(await rig.check({ part: 'reset-button' })).toBe(1);
    expect(rig.said.out).toContain('it reads pressed: is somebody holding it?');
  });

  test('an LED that says it has no brightness is caught', async () => {
    rig.bench.folder.put('leds/green/max_brightness', '0\n');
    expect(await rig.check({ part: 'leds' })).toBe(1);
    expect(rig.said.out).toContain('✗ can be used\n       leds: ');
  });
});

describe('the reports', () => {
  test('tell what failed, what was skipped and what cannot be, and never as passed', async () => {
    const { folder } = rig.bench;
    const junit = folder.at('hal.xml');
    const json = folder.at('hal.json');
    ownRtcBoard(', aheadMs: 3600000');
    rig.speed = 20;
    await rig.check({ part: 'leds,rtc,power', yes: true, junit, json });
    const xml = folder.text('hal.xml');
    expect(XMLValidator.validate(xml)).toBe(true);
    const parsed = new XMLParser({ ignoreAttributes: false }).parse(xml) as {
      readonly testsuites: { readonly testsuite: readonly Record<string, string>[] };
    };
    const [leds, rtc, power] = parsed.testsuites.testsuite;
    expect(leds).toMatchObject({ '@_name': 'status LED', '@_failures': '0', '@_skipped': '3' });
    expect(Number(rtc?.['@_failures'])).toBeGreaterThan(5);
    expect(power).toMatchObject({ '@_tests': '4', '@_skipped': '3' });
    const report = JSON.parse(folder.text('hal.json')) as {
      readonly counts: object;
      readonly parts: readonly { readonly checks: readonly { readonly result: string }[] }[];
    };
    expect(report.counts).toEqual({ conforms: 1, fails: 1, partly: 1, unchecked: 0 });
    const results = report.parts[2]?.checks.map(({ result }) => result);
    expect(results).toEqual(['passed', 'impossible', 'impossible', 'impossible']);
  });
});

describe('what cannot be checked at all', () => {
  test('a board file that is wrong is refused with line and column', async () => {
    rig.board('colour: red');
    expect(await rig.check({})).toBe(2);
    expect(rig.said.err).toMatch(/board\.yaml:\d+:1 {2}there is no field "colour"/);
    expect(existsSync(rig.bench.folder.at('flash'))).toBe(false);
  });

  test('a board that somebody has is left alone', async () => {
    const file = readBoardFile(rig.bench.folder.at('board.yaml'));
    const board = await createLinuxBoard(file, { buildDateMs: 0 });
    expect(await rig.check({})).toBe(2);
    expect(rig.said.err).toContain('this process holds');
    expect(rig.said.out).toBe('');
    await board.close();
  });

  test.each([
    [{ part: 'flux' }, 'this board has no part «flux» to check; it has reset-button, leds,'],
    [{ part: 'buzzer' }, 'this board has no part «buzzer»'],
    [{ actPress: 'true' }, 'say both: --act-press COMMAND and --act-release COMMAND'],
  ])('%j is refused with what to say instead', async (flags, text) => {
    await expect(rig.check(flags)).rejects.toThrow(text);
  });

  test('a part whose driver is not there is told of, and the others are checked', async () => {
    rig.bench.folder.remove('leds');
    expect(await rig.check({ part: 'leds,random' })).toBe(1);
    expect(rig.said.out).toMatch(/✗ can be used\n {7}leds: cannot .*\(not-present\)/);
    expect(rig.said.out).toContain('1 of 2 parts conform, 1 does not\n');
  });
});

describe('the program', () => {
  test('it checks a board, and says so by its exit code', async () => {
    const run = rig.bench.start('hal', 'check', '--board', 'board.yaml', '--part', 'leds,random');
    expect(await run.end).toBe(0);
    expect(run.said().out).toContain('1 of 2 parts conform, 1 partly checked\n');
  });

  test.each([
    [['hal'], 'say what to do with the hardware: nasboard hal check, … set-rtc'],
    [['hal', 'check'], "required option '--board <file>' not specified"],
  ])('%j is refused', async (words, text) => {
    const run = rig.bench.start(...words);
    expect(await run.end).toBe(2);
    expect(run.said().err).toContain(text);
  });
});
