import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boardSignals, type BoardSignal, type WaveValue } from '#sim/waves/signals';
import { microsecond, parseTimescale, type Timescale } from '#sim/waves/timescale';
import { readVcd, VcdError, type VcdCapture } from '#sim/waves/vcd-reader';
import { VcdWriter } from '#sim/waves/vcd-writer';

const runs = process.env['NASBOARD_PROOF'] === 'full' ? 20_000 : 300;

type Change = readonly [atUs: number, signal: BoardSignal, value: WaveValue];

function written(changes: readonly Change[], timescale: Timescale = microsecond): string {
  const pieces: Uint8Array[] = [];
  const header = { startUs: 1_795_514_400_000_000, version: 'nasboard', comment: 'seed=1 $end ü' };
  const writer = new VcdWriter((bytes) => void pieces.push(bytes), header, timescale);
  for (const { name } of boardSignals) writer.change(0, name, undefined);
  writer.begin();
  for (const change of changes) writer.change(...change);
  writer.end(changes.at(-1)?.[0] ?? 0);
  return Buffer.concat(pieces).toString('latin1');
}

function readAll(text: string): VcdCapture {
  return readVcd(text, (signals) => signals);
}

/** Text as the writer has it in a file, back to what it was. */
function unescaped(word: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < word.length; at += 1) {
    if (word.charAt(at) === '\\') {
      bytes.push(Number.parseInt(word.slice(at + 2, at + 4), 16));
      at += 3;
    } else {
      bytes.push(word.charCodeAt(at));
    }
  }
  return Buffer.from(bytes).toString('utf8');
}

const change = fc
  .tuple(fc.nat({ max: 5_000_000 }), fc.constantFrom(...boardSignals))
  .chain(([gapUs, { name, kind }]): fc.Arbitrary<Change> => {
    const values: Record<string, fc.Arbitrary<WaveValue>> = {
      wire: fc.constantFrom<WaveValue>(0, 1, undefined),
      real: fc.integer().map((thousandths) => thousandths / 1000),
      text: fc.string({ unit: 'grapheme', maxLength: 30 }),
    };
    return (values[kind] as fc.Arbitrary<WaveValue>).map((value): Change => [gapUs, name, value]);
  });

const recording = fc.array(change, { maxLength: 60 }).map((gaps) => {
  let atUs = 0;
  return gaps.map(([gapUs, name, value]): Change => [(atUs += gapUs), name, value]);
});

describe('the writer', () => {
  test('says whose file it is, without letting a remark end its section', () => {
    const lines = written([]).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      '$date 2026-11-24T10:00:00.000Z $end',
      '$version nasboard $end',
      '$comment seed=1 _end ? $end',
      '$timescale 1us $end',
      '$scope module board $end',
    ]);
  });

  test('never lets time go back, and what it writes is read as it was', () => {
    fc.assert(
      fc.property(recording, (changes) => {
        const text = written(changes);
        const { signals, changes: read } = readAll(text);
        const times = [...text.matchAll(/^#(\d+)$/gm)].map(([, time]) => Number(time));
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(new Set(times).size).toBe(times.length);
        expect(/^[\n -~]*$/.test(text)).toBe(true);
        for (const { name, id } of signals) {
          const { kind } = boardSignals.find((each) => each.name === name) as { kind: string };
          const wanted = changes.filter(([, signal]) => signal === name);
          const seen = (read.get(id) ?? []).slice(1).map(({ atUs, value }) => {
            if (kind === 'text') return [atUs, unescaped(value)];
            return [atUs, value === 'x' ? undefined : Number(value)];
          });
          expect(seen).toEqual(wanted.map(([atUs, , value]) => [atUs, value]));
        }
      }),
      { numRuns: runs },
    );
  });

  test.each([
    ['1ns', '#1234567000'],
    ['100ns', '#12345670'],
    ['1us', '#1234567'],
    ['10us', '#123456'],
    ['1ms', '#1234'],
    ['1s', '#1'],
    ['100s', undefined],
  ])('a timescale of %s counts 1.234567 s as %s', (text, time) => {
    const timescale = parseTimescale(text);
    expect.assert(timescale.ok);
    const seen = written([[1_234_567, 'reset', 1]], timescale.value);
    expect(seen.split('\n').findLast((line) => line.startsWith('#') && line !== '#0')).toBe(time);
  });

  test('a coarse timescale writes each time once', () => {
    const timescale = parseTimescale('1ms');
    expect.assert(timescale.ok);
    const text = written(
      [100, 200, 1_100, 1_900].map((atUs, place): Change => [atUs, 'reset', (place % 2) as 0 | 1]),
      timescale.value,
    );
    expect(text.slice(text.indexOf('#0')).match(/^#.*$/gm)).toEqual(['#0', '#1']);
  });

  test('pieces of any length make one file', () => {
    const long = 'x'.repeat(200_000);
    const many = Array.from({ length: 20_000 }, (_, at): Change => [
      at,
      'reset',
      (at % 2) as 0 | 1,
    ]);
    const { signals, changes } = readAll(written([...many, [30_000, 'uart_tx_text', long]]));
    const idOf = (name: string): string => signals.find((each) => each.name === name)?.id ?? '';
    expect(changes.get(idOf('reset'))).toHaveLength(20_001);
    expect(changes.get(idOf('uart_tx_text'))?.at(-1)?.value).toBe(long);
  });
});

const header =
  '$timescale 1 ns $end $scope module m $end $var wire 1 ! a $end $enddefinitions $end';

describe('the reader', () => {
  test.each([
    ['1 s', '#2', 2_000_000],
    ['10 ms', '#2', 20_000],
    ['1us', '#2', 2],
    ['100 ns', '#20', 2],
    ['1 ps', '#2000000', 2],
    ['1 fs', '#2000000000', 2],
  ])('takes a timescale of %s', (timescale, time, atUs) => {
    const text = `${header.replace('1 ns', timescale)}\n#0 0!\n${time} 1!\n`;
    expect(readAll(text).changes.get('!')?.at(-1)).toMatchObject({ atUs, value: '1' });
  });

  test('takes all on one line, vectors of one bit, weak levels, remarks, and what it does not want', () => {
    const vars = '$var reg 8 v bus [7:0] $end $var real 64 r x $end $enddefinitions';
    const text = `${header.replace('$enddefinitions', vars)}
      #0 $dumpvars 0! bx v r0 r $end #1 b1 ! b10101010 v r1e3 r $comment x $end #2 L! #3 H! #4 U!`;
    const { changes } = readVcd(text, (signals) => signals.filter(({ name }) => name === 'a'));
    expect(changes.get('!')?.map(({ value }) => value)).toEqual(['0', '1', '0', '1', 'x']);
    expect(changes.has('v')).toBe(false);
  });

  test.each([
    ['nothing', '', 'line 1: ends before $enddefinitions'],
    ['something else', '{"trace":"nasboard"}', 'is no section of a VCD header: is it a VCD file?'],
    ['a section without end', '$date today\n', 'line 1: "$date" has no $end'],
    ['no timescale', '$enddefinitions $end', 'line 1: no $timescale before the changes'],
    ['a strange timescale', '$timescale 5 us $end', '"5us" is no timescale: write 1, 10 or 100 of'],
    ['an inherited unit', '$timescale 1 constructor $end', 'is no timescale'],
    ['half a variable', '$var wire 1 $end', '$var needs a type'],
    ['time that goes back', `${header}\n#5\n#4\n`, 'line 3: "#4": time goes back'],
    ['a time of letters', `${header}\n#x\n`, 'line 2: "#x" is no time'],
    ['a time without end', `${header}\n#${'9'.repeat(20)}\n`, 'is too far off'],
    ['a stranger', `${header}\n#0\n1?\n`, 'line 3: no $var has the identifier "?"'],
    ['a vector without identifier', `${header}\n#0\nb1`, '"b1" has no identifier'],
    ['a word', `${header}\n#0\nquit`, '"quit" is neither a time nor a change'],
    ['a remark without end', `${header}\n$comment`, '"$comment" has no $end'],
    [
      'scopes without end',
      '$scope a b $end\n'.repeat(100),
      'line 65: scopes are nested too deeply',
    ],
    [
      'too many signals',
      '$var wire 1 ! a $end\n'.repeat(5_000),
      'line 4097: more than 4096 signals',
    ],
    ['too many changes', `${header}\n#0\n${'1!\n'.repeat(1_000_001)}`, 'more than 1000000 changes'],
  ])('refuses %s, and says where', (_what, text, said) => {
    expect(() => readAll(text)).toThrow(VcdError);
    expect(() => readAll(text)).toThrow(said);
  });

  const piece = fc.oneof(
    fc.constantFrom('$var wire 1 ! a $end', '$timescale 1 ns $end', '$enddefinitions $end', '$end'),
    fc.constantFrom('#0', '#1', '#99', '1!', '0!', 'x!', 'b1 !', 'r1 !', 's !', '$dumpvars', '$'),
    fc.constantFrom('$scope module m $end', '$upscope $end', '$comment', '__proto__', '#-1', '\0'),
    fc.string(),
  );
  const file = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('\n'));

  /** A capture comes of it, or an error with a line of the text. */
  function expectReadable(text: string, read = readAll): void {
    try {
      const { startUs, endUs } = read(text);
      if (!(startUs <= endUs)) throw new Error(`ends before it begins: ${startUs} ${endUs}`);
    } catch (error) {
      if (!(error instanceof VcdError)) throw error;
      const lines = text.split('\n').length;
      if (!(error.line >= 1 && error.line <= lines)) throw new Error('no place', { cause: error });
    }
  }

  test('finds in any text a capture, or an error that has a line', () => {
    const whole = fc.tuple(fc.constant(`${header}\n`), file).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(file, whole), (text) => expectReadable(text)),
      {
        numRuns: runs * 5,
      },
    );
  });

  test('canary: a reader that crashes is caught', () => {
    const crashes = (text: string): VcdCapture => {
      if (text.includes('b1')) throw new TypeError('of undefined');
      return readAll(text);
    };
    const outcome = fc.check(
      fc.property(file, (text) => expectReadable(text, crashes)),
      {
        numRuns: 2_000,
      },
    );
    expect(outcome.failed).toBe(true);
  });
});
