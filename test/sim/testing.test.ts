import { spawnSync } from 'node:child_process';
import { AssertionError } from 'node:assert';
import { describe, expect, test } from 'vitest';
import { UsageError } from '#sim/kernel/invariant';
import { powerOn, resume } from '#sim/testing';
import '#sim/testing-vitest';

describe('powerOn', () => {
  test('answers at the login prompt of a ready, silent board, the beeps of the boot taken', async () => {
    await using bench = await powerOn({ seed: 7 });
    expect(bench.states).toMatchObject({ appliance: 'ready', console: 'login' });
    expect(bench.buzzer.isSounding).toBe(false);
    expect(bench.buzzer.beeps).toEqual([]);
    expect(bench.serial.output).toMatch(/login: $/);
    expect(bench.label.defaultPassword).toBe(bench.label.macAddresses[0]?.replaceAll(':', ''));
  });

  test('the same seed gives the same trace, another seed another board', async () => {
    const runs = await Promise.all(
      [7, 7, 8].map(async (seed) => {
        await using bench = await powerOn({ seed });
        await bench.resetButton.hold('3s', { bounce: { edges: 7, within: '12ms' } });
        return bench.bench.traceText();
      }),
    );
    expect(runs[1]).toBe(runs[0]);
    expect(runs[2]).not.toBe(runs[0]);
  });

  test('answers before the first event where that is asked for, at the given true time', async () => {
    await using bench = await powerOn({ until: 'power-on', start: '2030-01-02T03:04:05Z' });
    expect(bench.now.toISOString()).toBe('2030-01-02T03:04:05.000Z');
    expect(bench.states['appliance']).not.toBe('ready');
    await bench.ready();
    expect(bench.buzzer.takeBeeps()).toEqual(['500ms', '1.5s']);
    expect(bench.buzzer.takeBeeps()).toEqual([]);
  });

  test('a start that is no time is refused', async () => {
    await expect(powerOn({ start: 'tomorrow' })).rejects.toThrow(UsageError);
  });

  test('await using switches the board off', async () => {
    let kept;
    {
      await using bench = await powerOn();
      kept = bench;
    }
    expect(kept.power.isOn).toBe(false);
    await kept.stop();
  });
});

describe('time', () => {
  test('advance passes exactly that much', async () => {
    await using bench = await powerOn({ start: '2026-11-24T10:00:00Z' });
    const before = bench.now.getTime();
    await bench.advance('10m');
    expect(bench.now.getTime() - before).toBe(600_000);
  });

  test.each(['3', 'soon', '-1s', ''])('«%s» is no duration', async (text) => {
    await using bench = await powerOn();
    await expect(bench.advance(text)).rejects.toThrow(UsageError);
  });

  test('until ends at the instant the predicate holds, and fails with what was seen', async () => {
    await using bench = await powerOn({ seed: 7 });
    await bench.resetButton.press();
    const pressedAt = bench.now.getTime();
    await bench.until(() => bench.buzzer.isSounding);
    expect(bench.now.getTime() - pressedAt).toBe(3_000);
    const never = bench.until(() => false, { timeout: '5s' });
    await expect(never).rejects.toThrow(AssertionError);
    await expect(never).rejects.toThrow(/within 5s[^]*states[^]*appliance ready[^]*seed {6}7/);
  });
});

describe('serial', () => {
  test('a match is looked for from the last one on, and nothing is matched twice', async () => {
    await using bench = await powerOn();
    expect(await bench.serial.waitFor(/(\w+)-453N login:/g)).toEqual(['TS-453N login:', 'TS']);
    await expect(bench.serial.waitFor('login:', { timeout: '1s' })).rejects.toThrow(/nothing new/);
    await bench.serial.write('\r');
    await bench.serial.waitFor('login:');
  });

  test('what did not come is told with what came instead', async () => {
    await using bench = await powerOn({ seed: 7 });
    const missing = bench.serial.waitFor('panic', { timeout: '2s' });
    await expect(missing).rejects.toThrow(
      /within 2s\n {2}expected {2}"panic"\n {2}seen {6}".*login: "[^]*console[^]*seed {6}7/,
    );
  });

  test('login leads to the session, and a refused one fails', async () => {
    await using bench = await powerOn();
    const refused = bench.serial.login('admin', 'wrong-1');
    await expect(refused).rejects.toThrow(/admin could not log in[^]*seen {6}refused/);
    await bench.serial.login('admin', bench.label.defaultPassword);
    expect(bench).toBeInState({ console: 'new-password' });
  });

  test('discard leaves what came before unlooked at', async () => {
    await using bench = await powerOn();
    bench.serial.discard();
    expect(bench.serial.unmatched).toBe('');
    await expect(bench.serial.waitFor('login:', { timeout: '1s' })).rejects.toThrow();
  });
});

describe('matchers fail with expected, seen, time, states, console and seed', () => {
  test.each([
    ['toHaveBeeped', /expected {2}500ms, 500ms\n {2}seen {6}500ms\n {2}time/],
    ['toHaveReset', /expected {2}none\n {2}seen {6}basic\n/],
    ['toBeInState', /expected {2}console shell\n {2}seen {6}console login\n/],
    ['toShow', /expected {2}steady red\n {2}seen/],
    ['toHaveLogged', /expected {2}\/no such\/\n {2}seen {6}"started/],
    ['toHavePrinted', /expected {2}"panic"\n {2}seen/],
  ] as const)('%s', async (matcher, text) => {
    await using bench = await powerOn({ seed: 7 });
    await bench.resetButton.hold('3s');
    const fail = {
      toHaveBeeped: () => expect(bench.buzzer).toHaveBeeped(['500ms', '500ms']),
      toHaveReset: () => expect(bench).toHaveReset('none'),
      toBeInState: () =>
        expect(bench).toBeInState({ appliance: 'resetting-basic', console: 'shell' }),
      toShow: () => expect(bench.leds.status).toShow('red'),
      toHaveLogged: () => expect(bench).toHaveLogged(/no such/),
      toHavePrinted: () => expect(bench.serial).toHavePrinted('panic'),
    }[matcher];
    expect(fail).toThrow(text);
    expect(fail).toThrow(
      / {2}time .*after power-on\)\n {2}states .*\n {2}console [^]*\n {2}seed {6}7/,
    );
  });

  test('what was found as expected is taken; what was not is still there', async () => {
    await using bench = await powerOn();
    await bench.resetButton.hold('3s');
    expect(() => expect(bench).toHaveReset('advanced')).toThrow();
    expect(bench).toHaveReset('basic');
    expect(bench).toHaveReset('none');
    expect(bench.buzzer).toHaveBeeped(['500ms']);
    expect(bench.buzzer).toHaveBeeped([]);
  });

  test('.not fails with what was found', async () => {
    await using bench = await powerOn();
    expect(bench).not.toHaveReset('basic');
    expect(() => expect(bench).not.toBeInState('ready')).toThrow(/expected {2}not appliance ready/);
  });

  test.each([
    ['a beep of 500 ms passes for one of 549 ms', '549ms', true],
    ['a beep of 500 ms passes for one of 460 ms', '460ms', true],
    ['a beep of 500 ms does not pass for one of 560 ms', '560ms', false],
    ['a beep of 500 ms does not pass for one of 450 ms', '450ms', false],
  ])('%s', async (_, length, isGood) => {
    await using bench = await powerOn();
    await bench.resetButton.hold('3s');
    const check = (): void => {
      expect(bench.buzzer).toHaveBeeped([length]);
    };
    if (isGood) expect(check).not.toThrow();
    else expect(check).toThrow();
  });

  test('a matcher on the wrong thing says what it is for', () => {
    expect(() => expect(7).toHaveReset('none')).toThrow(
      /expect\(the bench that powerOn answered\)/,
    );
  });
});

describe('the status LED', () => {
  test('blinks green while the board starts, is steady when ready, and dark without power', async () => {
    await using bench = await powerOn({ until: 'power-on' });
    await bench.advance('1.6s');
    expect(bench.leds.status).toShow('green', { blink: '500ms' });
    await bench.ready();
    expect(bench.leds.status).toShow('green');
    await bench.power.off();
    expect(bench.leds.status).toShow('off');
  });
});

test('works the same in node:test', () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', '--test', 'docs/examples/with-node-test.mjs'],
    { encoding: 'utf8' },
  );
  expect(stdout).toMatch(/pass 2\b/);
  expect(status).toBe(0);
});

describe('a snapshot', () => {
  test('waits until the board is at rest, and each test goes on from there alike', async () => {
    await using bench = await powerOn({ seed: 7 });
    const snapshot = await bench.snapshot();
    const seen: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      await using again = resume(snapshot);
      expect(again.now).toEqual(bench.now);
      await again.resetButton.hold('3s', { bounce: { edges: 7, within: '12ms' } });
      expect(again).toHaveReset('basic');
      seen.push(again.trace.records.map((record) => JSON.stringify(record)).join('\n'));
    }
    expect(seen[1]).toBe(seen[0]);
  });

  test('says what may be in the way where the board does not come to rest', async () => {
    await using bench = await powerOn({ seed: 7 });
    await bench.resetButton.press();
    await expect(bench.snapshot({ timeout: '1s' })).rejects.toThrow(/let presses, beeps/);
  });

  test('keeps the accounts of the phone and its clock', async () => {
    await using bench = await powerOn({ seed: 7 });
    await bench.phone.add('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', 'maria');
    bench.phone.setSkew('-90s');
    await using again = resume(await bench.snapshot());
    expect(again.phone.now).toEqual(bench.phone.now);
    expect(again.phone.code('maria')).toBe(bench.phone.code('maria'));
  });
});
