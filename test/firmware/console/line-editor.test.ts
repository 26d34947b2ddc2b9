import { describe, expect, it } from 'vitest';
import {
  LineEditor,
  lineLengthMax,
  type LineEvent,
  type LineMode,
} from '#firmware/console/line-editor';

const open: LineMode = { isSecret: false, hasHistory: false };
const secret: LineMode = { isSecret: true, hasHistory: false };
const recalled: LineMode = { isSecret: false, hasHistory: true };

/** Types text or bytes into a fresh editor; every line has the same mode. */
function type(input: string | readonly number[], mode: LineMode = open) {
  const editor = new LineEditor();
  editor.begin(mode);
  const bytes =
    typeof input === 'string' ? new TextEncoder().encode(input) : Uint8Array.from(input);
  const events: LineEvent[] = [];
  let echo = '';
  for (let from = 0; from < bytes.length;) {
    const taken = editor.take(bytes, from);
    from = taken.next;
    echo += taken.echo;
    if (taken.event === undefined) continue;
    events.push(taken.event);
    editor.begin(mode);
  }
  return { editor, events, echo };
}

const line = (text: string): LineEvent => ({ kind: 'line', text });

/** What a terminal shows of an echo, one row a line: enough of a terminal for BS and spaces. */
function rendered(echo: string): string[] {
  return echo.split('\r\n').map((row) => {
    const cells: string[] = [];
    let column = 0;
    for (const character of row.replaceAll('\x07', '')) {
      if (character === '\b') column = Math.max(0, column - 1);
      else cells[column++] = character;
    }
    return cells.join('').trimEnd();
  });
}

describe('a line', () => {
  it.each([
    ['CR', 'ab\rcd\r'],
    ['LF', 'ab\ncd\n'],
    ['CR LF', 'ab\r\ncd\r\n'],
    ['CR NUL', 'ab\r\0cd\r\0'],
  ])('ends at %s, once', (_name, input) => {
    expect(type(input).events).toEqual([line('ab'), line('cd')]);
  });

  it('may be empty', () => {
    expect(type('\r\r\n\n\r').events).toEqual([line(''), line(''), line(''), line('')]);
  });

  it('takes the LF of a CR that came before the editor was made', () => {
    const editor = new LineEditor({ isAfterReturn: true });
    editor.begin(open);
    expect(editor.take(Uint8Array.of(0x0a))).toEqual({ next: 1, echo: '' });
    expect(editor.take(Uint8Array.of(0x0a)).event).toEqual(line(''));
  });

  it('is echoed as it is typed and ended with CR LF', () => {
    expect(type('größe 日本 🙂\r').echo).toBe('größe 日本 🙂\r\n');
  });

  it('stops the editor at its end, so that what follows waits', () => {
    const editor = new LineEditor();
    editor.begin(open);
    const bytes = new TextEncoder().encode('admin\rsecret');
    expect(editor.take(bytes)).toEqual({ next: 6, echo: 'admin\r\n', event: line('admin') });
    editor.begin(secret);
    expect(editor.take(bytes, 6)).toEqual({ next: 12, echo: '' });
  });
});

describe('editing', () => {
  it.each([
    ['backspace erases a character', 'abc\bd\r', 'abd'],
    ['DEL erases a character', 'abc\x7fd\r', 'abd'],
    ['backspace at the start does nothing', '\b\bab\r', 'ab'],
    ['backspace erases a whole wide character', 'a日\bb\r', 'ab'],
    ['backspace erases a combining mark alone', 'ae\u0301\bb\r', 'aeb'],
    ['Ctrl-U erases the line', 'abc\x15d\r', 'd'],
    ['Ctrl-W erases a word and the blanks after it', 'ab cd  \x17e\r', 'ab e'],
    ['Ctrl-W erases the only word', 'ab\x17c\r', 'c'],
    ['Ctrl-K erases to the end', 'abcd\x1b[D\x1b[D\x0b\r', 'ab'],
    ['left and right move the cursor', 'ad\x1b[Dbc\x1b[Ce\r', 'abcde'],
    ['home and end move the cursor', 'bc\x1b[Ha\x1b[Fd\r', 'abcd'],
    ['the keys of other terminals move it too', 'bc\x1b[1~a\x1b[4~d\x1bOH0\x1bOFe\r', '0abcde'],
    ['Ctrl-A and Ctrl-E move it too', 'bc\x01a\x05d\r', 'abcd'],
    ['delete erases under the cursor', 'abc\x01\x1b[3~\r', 'bc'],
    ['Ctrl-D erases under the cursor of a line that is begun', 'abc\x01\x04\r', 'bc'],
    ['a tab counts as a blank', 'a\tb\r', 'a b'],
    ['other control characters are dropped', 'a\x06\x07\x0f\x13\x1cb\r', 'ab'],
  ])('%s', (_title, input, expected) => {
    const { events, echo } = type(input);
    expect(events).toEqual([line(expected)]);
    if (!/[^\x00-\x7f]/.test(input)) expect(rendered(echo)).toEqual([expected, '']);
  });

  it('draws wide characters at their width', () => {
    expect(type('日\b').echo).toBe('日\b\b  \b\b');
  });

  it('recalls earlier lines with the arrow keys and returns to the one begun', () => {
    const { events, echo } = type('one\rtwo\rthr\x1b[A\x1b[A\x1b[A\x1b[B\x1b[Bee\r', recalled);
    expect(events).toEqual([line('one'), line('two'), line('three')]);
    expect(rendered(echo)).toEqual(['one', 'two', 'three', '']);
  });

  it('remembers neither blanks nor repetitions nor more than 32 lines', () => {
    const many = Array.from({ length: 40 }, (_, index) => `line ${index}\r`).join('');
    const { events } = type(`${many}last\r  \rlast\r${'\x1b[A'.repeat(50)}\r`, recalled);
    expect(events.at(-1)).toEqual(line('line 9'));
  });

  it('recalls nothing where a line has no history', () => {
    expect(type('one\r\x1b[A\r').events).toEqual([line('one'), line('')]);
  });

  it('recalls nothing once the history is forgotten', () => {
    const { editor } = type('one\r', recalled);
    editor.forgetHistory();
    expect(editor.take(new TextEncoder().encode('\x1b[A\r')).event).toEqual(line(''));
  });
});

describe('interrupt and end of file', () => {
  it('Ctrl-C drops the line and says so', () => {
    expect(type('abc\x03d\r')).toMatchObject({
      events: [{ kind: 'interrupt' }, line('d')],
      echo: 'abc^C\r\nd\r\n',
    });
  });

  it('Ctrl-D on an empty line ends the file', () => {
    expect(type('\x04').events).toEqual([{ kind: 'end-of-file' }]);
  });
});

describe('escape sequences', () => {
  it.each([
    ['an unknown CSI', '\x1b[12;34z'],
    ['a colour', '\x1b[1;31m'],
    ['a mouse report', '\x1b[<0;1;1M'],
    ['an OSC ended by BEL', '\x1b]0;title\x07'],
    ['an OSC ended by ST', '\x1b]52;c;AAAA\x1b\\'],
    ['a DCS', '\x1bPq#0\x1b\\'],
    ['an SS3', '\x1bOP'],
    ['a charset choice', '\x1b(B'],
    ['a full reset', '\x1bc'],
    ['an ESC within a CSI', '\x1b[1\x1b[2J'],
    ['a CSI that CAN broke off', '\x1b[12\x18'],
    ['an eight-bit CSI', '\u009b'],
    ['a bidirectional override', '\u202e'],
    ['a line separator', '\u2028'],
  ])('%s is swallowed', (_name, sequence) => {
    expect(type(`a${sequence}b\r`)).toMatchObject({ events: [line('ab')], echo: 'ab\r\n' });
  });

  it.each(['\x1b', '\x1b[', '\x1b[1;', '\x1bO', '\x1b]0;ti', '\x1bP', '\x1b('])(
    'a line end or Ctrl-C gets through a sequence that never ended (%j)',
    (sequence) => {
      expect(type(`a${sequence}\rb${sequence}\x03c\r`).events).toEqual([
        line('a'),
        { kind: 'interrupt' },
        line('c'),
      ]);
    },
  );
});

describe('what cannot be taken', () => {
  it.each([
    [lineLengthMax - 1, 'line'],
    [lineLengthMax, 'line'],
    [lineLengthMax + 1, 'refused'],
    [100_000, 'refused'],
  ])('a line of %i characters: %s', (length, kind) => {
    const [first, second] = type(`${'x'.repeat(length)}\rok\r`).events;
    expect(first).toMatchObject({ kind, ...(kind === 'refused' && { reason: 'too-long' }) });
    expect(second).toEqual(line('ok'));
  });

  it('counts characters, not bytes', () => {
    expect(type(`${'🙂'.repeat(lineLengthMax)}\r`).events).toMatchObject([{ kind: 'line' }]);
  });

  it('sounds the bell once where a line grows too long', () => {
    expect(type('x'.repeat(lineLengthMax + 9)).echo).toBe(`${'x'.repeat(lineLengthMax)}\x07`);
  });

  it.each([
    ['a stray continuation', [0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['an overlong form of three', [0xe0, 0x80, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a byte that never occurs', [0xff]],
    ['a sequence cut short by the line end', [0xe2, 0x82]],
    ['a sequence cut short by a letter', [0xe2, 0x82, 0x41]],
  ])('%s is refused whole and nothing of it echoed', (_name, bytes) => {
    const { events, echo } = type([...bytes, 0x0d, 0x6f, 0x6b, 0x0d]);
    expect(events).toEqual([{ kind: 'refused', reason: 'not-utf8' }, line('ok')]);
    expect(echo.replace('A', '')).toBe('\r\nok\r\n');
  });

  it('is forgotten by Ctrl-U', () => {
    expect(type([0xff, 0x15, 0x61, 0x0d]).events).toEqual([line('a')]);
    expect(type(`${'x'.repeat(2000)}\x15a\r`).events).toEqual([line('a')]);
  });

  it('a break (NUL) is nothing at all, even within a character', () => {
    expect(type([0, 0xc3, 0, 0xa4, 0, 0x0d, 0]).events).toEqual([line('ä')]);
  });
});

describe('a secret', () => {
  it('is taken as typed and edited, and echoes its end only', () => {
    expect(type('pä ss\bS\u202e\r', secret)).toMatchObject({
      events: [line('pä sS\u202e')],
      echo: '\r\n',
    });
  });

  it('echoes neither bell nor correction nor movement', () => {
    expect(type(`${'x'.repeat(2000)}\x15ab\x1b[D\x01\x17\x7f`, secret).echo).toBe('');
  });
});

describe('untouched', () => {
  it.each([
    ['nothing', [], true],
    ['a line that ended', [0x61, 0x0d], true],
    ['a break', [0], true],
    ['a letter', [0x61], false],
    ['a letter that was erased', [0x61, 0x7f], true],
    ['half a character', [0xc3], false],
    ['half an escape sequence', [0x1b], false],
    ['a bad byte', [0xff], false],
  ])('after %s: %s %s', (_name, bytes, expected) => {
    expect(type(bytes).editor.isUntouched).toBe(expected);
  });
});
