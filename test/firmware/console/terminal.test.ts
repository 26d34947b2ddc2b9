import { describe, expect, it } from 'vitest';
import { Terminal, type SettledLine } from '#firmware/console/terminal';

const open = { isSecret: false, hasHistory: false };
const secret = { isSecret: true, hasHistory: false };

function createTerminal(onLine: (line: SettledLine, terminal: Terminal) => void = () => undefined) {
  const lines: SettledLine[] = [];
  const screen = { text: '' };
  const terminal: Terminal = new Terminal({
    write: (text) => void (screen.text += text),
    onLine: (line) => {
      lines.push(line);
      onLine(line, terminal);
    },
  });
  const type = (text: string): void => terminal.receive(new TextEncoder().encode(text));
  return { terminal, lines, screen, type };
}

describe('output', () => {
  it('ends lines with CR LF and is made harmless', () => {
    const { terminal, screen } = createTerminal();
    terminal.print('a\nb\x1b[2J');
    expect(screen.text).toBe('a\r\nb?[2J\r\n');
  });

  it('over a prompt draws it again, with what was typed', () => {
    const { terminal, screen, type } = createTerminal();
    terminal.ask('>> ', open);
    type('abc\x1b[D');
    screen.text = '';
    terminal.print('news');
    expect(screen.text).toBe('\r\nnews\r\n>> abc\b');
  });

  it('over a prompt for a secret draws nothing of it', () => {
    const { terminal, screen, type } = createTerminal();
    terminal.ask('Password: ', secret);
    type('abc');
    terminal.print('news');
    expect(screen.text).toBe('Password: \r\nnews\r\nPassword: ');
  });
});

describe('input', () => {
  it('before the first question is nobody’s', () => {
    const { terminal, lines, screen, type } = createTerminal();
    type('abc\r');
    terminal.ask('>> ', open);
    expect(lines).toEqual([]);
    expect(screen.text).toBe('>> ');
  });

  it('typed ahead waits, unseen, until somebody asks', () => {
    const { terminal, lines, screen, type } = createTerminal();
    terminal.ask('1> ', open);
    type('one\rtwo\rthr');
    expect(lines).toEqual([{ kind: 'line', text: 'one' }]);
    expect(screen.text).toBe('1> one\r\n');
    type('ee');
    terminal.ask('2> ', secret);
    expect(lines.at(-1)).toEqual({ kind: 'line', text: 'two' });
    terminal.ask('3> ', open);
    expect(screen.text).toBe('1> one\r\n2> \r\n3> three');
  });

  it('of many lines at once is answered line by line', () => {
    const { terminal, lines, screen, type } = createTerminal((_line, asked) =>
      asked.ask('> ', open),
    );
    terminal.ask('> ', open);
    type('a\rb\rc\r');
    expect(lines).toHaveLength(3);
    expect(screen.text).toBe('> a\r\n> b\r\n> c\r\n> ');
  });

  it('that is refused is asked for again, and says why', () => {
    const { terminal, lines, screen, type } = createTerminal();
    terminal.ask('> ', open);
    terminal.receive(Uint8Array.of(0xff, 0x0d));
    expect(screen.text).toBe('> \r\nInput refused: it is not valid UTF-8.\r\n> ');
    screen.text = '';
    type(`${'x'.repeat(1025)}\r`);
    expect(screen.text).toContain('Input refused: longer than 1024 characters.\r\n> ');
    expect(lines).toEqual([]);
  });

  it('typed ahead beyond all measure is dropped whole, and says so', () => {
    const { terminal, lines, screen, type } = createTerminal();
    terminal.ask('> ', open);
    type('one\r');
    for (let count = 0; count < 5; count += 1) type('y'.repeat(1000));
    type('reset\r');
    terminal.ask('> ', open);
    expect(screen.text).toContain('Input dropped: too much was typed ahead.');
    type('two\r');
    expect(lines).toEqual([
      { kind: 'line', text: 'one' },
      { kind: 'line', text: 'two' },
    ]);
  });

  it('typed ahead is forgotten when a line is abandoned', () => {
    const { terminal, lines, screen, type } = createTerminal();
    terminal.ask('> ', open);
    type('abc');
    terminal.abandonLine();
    terminal.print('bye');
    terminal.ask('> ', open);
    type('d\r');
    expect(screen.text).toBe('> abc\r\nbye\r\n> d\r\n');
    expect(lines).toEqual([{ kind: 'line', text: 'd' }]);
  });
});

describe('what it knows of itself', () => {
  it('is untouched at a prompt with nothing typed', () => {
    const { terminal, type } = createTerminal();
    expect(terminal.isUntouched).toBe(false);
    terminal.ask('> ', open);
    expect(terminal.isUntouched).toBe(true);
    type('a');
    expect(terminal.isUntouched).toBe(false);
    type('\x7f');
    expect(terminal.isUntouched).toBe(true);
  });

  it('is in the middle of a secret once one is begun', () => {
    const { terminal, type } = createTerminal();
    terminal.ask('Password: ', secret);
    expect(terminal.isMidSecret).toBe(false);
    type('a');
    expect(terminal.isMidSecret).toBe(true);
  });
});
