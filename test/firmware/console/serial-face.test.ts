import { describe, expect, it } from 'vitest';
import { createBench } from '#sim/bench';
import { adminAtMenu, adminPassword, bootedConsole, consoleOf } from './console-bench.ts';

describe('a record', () => {
  it('exists only at the login prompt with nothing typed', async () => {
    const console = await bootedConsole();
    const record = () => console.bench.firmware?.record();
    expect(record()).toBeDefined();
    await console.type('a');
    expect(record()).toBeUndefined();
    await console.type('\x7f');
    expect(record()).toBeDefined();
    await console.type(Uint8Array.of(0xc3));
    expect(record()).toBeUndefined();
    await console.type('\x03');
    expect(record()).toBeDefined();
    await console.enter('admin');
    expect(record()).toBeUndefined();
    await console.enter('wrong', 1_000);
    expect(record()).toBeUndefined();
    await console.wait(1_100);
    expect(record()).toBeDefined();
  });

  it('is plain data, and goes on in silence where it was taken', async () => {
    const first = await adminAtMenu();
    await first.type('\x04');
    await first.type('\r');
    const { bench } = first;
    const record = structuredClone(bench.firmware?.record());
    if (record === undefined) throw new Error('there is no record of an idle board');
    bench.stop();

    const resumed = createBench({
      board: { flash: { image: bench.board.flash.image() } },
      firmware: { resume: record },
    });
    resumed.board.powerOn();
    const second = consoleOf(resumed);
    expect(await second.wait(1_000)).toBe('');
    expect(second.state()).toBe('login');
    expect(await second.type('\n')).toBe('');
    expect(await second.enter('admin')).toBe('admin\r\nPassword: ');
    await second.enter(adminPassword);
    expect(second.state()).toBe('menu');
  });
});

describe('the states', () => {
  it('are told as they come, those of a login too', async () => {
    const console = await bootedConsole();
    const seen: string[] = [];
    console.bench.firmware?.onState((chart, state) => {
      if (chart === 'console') seen.push(state);
    });
    await console.enter('admin');
    await console.enter('wrong', 2_100);
    await console.enter('admin');
    await console.enter(console.bench.board.defaultPassword);
    await console.enter(adminPassword);
    await console.enter(adminPassword);
    await console.enter('q');
    await console.enter('y');
    await console.enter('passwd');
    await console.type('\x03\x04');
    expect(seen).toEqual([
      'password',
      'refused',
      'login',
      'password',
      'new-password',
      'repeat-password',
      'menu',
      'quit-confirm',
      'shell',
      'prompt',
      'shell',
      'login',
    ]);
  });
});

describe('the line', () => {
  it('carries breaks, framing errors and noise without harm', async () => {
    const console = await bootedConsole();
    const { uart } = console.bench.board;
    for (let count = 0; count < 50; count += 1) {
      uart.sendBreak();
      uart.sendFramingError();
      uart.noise(40);
      await console.wait(10);
    }
    await console.type('\x03', 3_000);
    await console.type('\x03');
    await console.enter('admin');
    await console.enter(console.bench.board.defaultPassword);
    expect(console.state()).toBe('new-password');
    expect(console.bench.states()['appliance']).toBe('ready');
  });

  it('may be cut in mid-typing, and the next life starts clean', async () => {
    const console = await adminAtMenu();
    await console.type('q\ry\rpasswd\rhalf');
    console.bench.board.cutPower();
    console.bench.board.powerOn();
    await console.wait(4_000);
    expect(console.state()).toBe('login');
    await console.enter('admin');
    await console.enter(adminPassword);
    expect(console.state()).toBe('menu');
  });

  it('works the same at the speed of a real one', async () => {
    const bench = createBench({ board: { uart: { pacing: true } } });
    bench.board.powerOn();
    const console = consoleOf(bench);
    await console.wait(4_000);
    await console.type(`admin\r${bench.board.defaultPassword}\r${adminPassword}\r`, 200);
    await console.type(`${adminPassword}\r`, 500);
    expect(console.state()).toBe('menu');
    expect(bench.board.uart.output).toMatch(/Q: Quit to the shell\r\n\r\n>> $/);
  });
});
