import { describe, expect, test } from 'vitest';
import { Terminal, type TerminalMode } from '#sim/cli/terminal';
import { rest } from '../kernel/fake-host-clock.ts';
import { FakeTerminal } from './fake-terminal.ts';

function createAttached(mode: TerminalMode = 'console') {
  const screen = new FakeTerminal();
  const modes: TerminalMode[] = [];
  let typed = '';
  let prompted = '';
  let ends = 0;
  const terminal = new Terminal(mode, {
    input: screen.input,
    output: screen.output,
    onTyped: (bytes) => {
      typed += Buffer.from(bytes).toString('latin1');
    },
    onMode: (changed) => void modes.push(changed),
    onEnd: () => {
      ends += 1;
    },
  });
  terminal.promptInput.on('data', (bytes: Buffer) => {
    prompted += bytes.toString();
  });
  terminal.attach();
  return {
    screen,
    terminal,
    modes,
    typed: () => typed,
    prompted: () => prompted,
    ends: () => ends,
  };
}

describe('the keyboard', () => {
  test('every key reaches the console, Ctrl-C and eight-bit bytes among them', async () => {
    const { screen, typed } = createAttached();
    screen.type(new Uint8Array([0x61, 0x03, 0x04, 0x1a, 0x1c, 0xc3, 0xa4, 0x00, 0xff]));
    await rest();
    expect(typed()).toBe('a\x03\x04\x1a\x1c\xc3\xa4\x00\xff');
  });

  test('Ctrl-] leads to the prompt and back, and is given to neither', async () => {
    const { screen, typed, prompted, modes, terminal } = createAttached();
    screen.type('console\x1d');
    screen.type('prompt');
    await rest();
    expect(terminal.mode).toBe('prompt');
    screen.type('\x1dagain');
    await rest();
    expect([typed(), prompted(), modes]).toEqual(['consoleagain', 'prompt', ['prompt', 'console']]);
  });

  test('a paste with several Ctrl-] is divided at each of them', async () => {
    const { screen, typed, prompted } = createAttached();
    screen.type('a\x1db\x1dc\x1d\x1dd');
    await rest();
    expect([typed(), prompted()]).toEqual(['acd', 'b']);
  });
});

describe('the screen', () => {
  test('what the console prints is shown byte for byte', () => {
    const { screen, terminal } = createAttached();
    terminal.showConsole(Buffer.from('login: \x1b[1mä\r\n'));
    expect(screen.raw).toBe('login: \x1b[1mä\r\n');
  });

  test('what the console prints while the prompt is shown appears on the way back', () => {
    const { screen, terminal } = createAttached('prompt');
    terminal.showConsole(Buffer.from('booting\r\n'));
    expect(screen.raw).toBe('');
    terminal.switchTo('console');
    expect(screen.raw).toBe('\nbooting\r\n');
    terminal.switchTo('prompt');
    terminal.switchTo('console');
    expect(screen.raw.match(/booting/g)).toHaveLength(1);
  });

  test('of much that was printed meanwhile the end is kept', () => {
    const { screen, terminal } = createAttached('prompt');
    for (let line = 0; line < 20_000; line += 1)
      terminal.showConsole(Buffer.from(`line ${line}\n`));
    terminal.switchTo('console');
    expect(screen.raw.length).toBeLessThan(65 * 1024);
    expect(screen.raw).toMatch(/line 19999\n$/);
  });
});

describe('the device', () => {
  test('is in raw mode from attach to detach', () => {
    const { screen, terminal } = createAttached();
    expect(screen.rawModes).toEqual([true]);
    terminal.switchTo('prompt');
    terminal.detach();
    terminal.detach();
    expect(screen.rawModes).toEqual([true, false]);
  });

  test('what is typed after detach is not read', async () => {
    const { screen, terminal, typed } = createAttached();
    terminal.detach();
    screen.type('secret');
    await rest();
    expect(typed()).toBe('');
    expect(screen.input.listenerCount('data')).toBe(0);
  });

  test('a closed window is told once, and its device is left alone', async () => {
    const { screen, terminal, ends } = createAttached();
    screen.input.end();
    await rest();
    screen.input.destroy();
    await rest();
    terminal.detach();
    expect(ends()).toBe(1);
    expect(screen.rawModes).toEqual([true]);
  });
});
