import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LineEditor,
  lineLengthMax,
  type LineMode,
  type Taken,
} from '#firmware/console/line-editor';
import { anyInput, cutAnyhow } from './any-input.ts';

interface Editor {
  begin(mode: LineMode): void;
  take(bytes: Uint8Array, from?: number): Taken;
}

const open: LineMode = { isSecret: false, hasHistory: true };
const secret: LineMode = { isSecret: true, hasHistory: false };

/** Lines are open and secret by turns, as at a login. */
function typeInto(editor: Editor, chunks: readonly Uint8Array[]) {
  const settled: { mode: LineMode; text?: string; kind: string }[] = [];
  const echoes = { open: '', secret: '' };
  let mode = open;
  editor.begin(mode);
  for (const chunk of chunks) {
    for (let from = 0; from < chunk.length;) {
      const { next, echo, event } = editor.take(chunk, from);
      from = next;
      echoes[mode.isSecret ? 'secret' : 'open'] += echo;
      if (event === undefined) continue;
      settled.push({ mode, kind: event.kind, ...(event.kind === 'line' && { text: event.text }) });
      mode = mode.isSecret ? open : secret;
      editor.begin(mode);
    }
  }
  return { settled, echoes };
}

/** What holds for every input, however it is cut. */
function checkEditor(create: () => Editor): void {
  fc.assert(
    fc.property(anyInput(), fc.infiniteStream(fc.nat({ max: 40 })), (bytes, cuts) => {
      const whole = typeInto(create(), [bytes]);
      const cut = typeInto(create(), cutAnyhow(bytes, cuts));
      expect(cut).toEqual(whole);
      expect(whole.echoes.secret.replaceAll('^C', '').replaceAll('\r\n', '')).toBe('');
      expect(whole.echoes.open).not.toMatch(/(?![\b\x07\r\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(whole.echoes.open).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
      for (const { text = '', mode } of whole.settled) {
        expect(Array.from(text).length).toBeLessThanOrEqual(lineLengthMax);
        expect(text).not.toMatch(mode.isSecret ? /\p{Cc}/u : /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }

      const editor = create();
      typeInto(editor, [bytes, Uint8Array.of(0x03)]);
      editor.begin(open);
      expect(editor.take(new TextEncoder().encode('admin\r'))).toMatchObject({
        event: { kind: 'line', text: 'admin' },
        echo: 'admin\r\n',
      });
    }),
    { numRuns: 300 },
  );
}

/** An editor with a fault put in: each must be found by the same check. */
function broken(fault: (taken: Taken, bytes: Uint8Array, mode: LineMode) => Taken): () => Editor {
  return () => {
    const editor = new LineEditor();
    let present = open;
    return {
      begin(mode) {
        present = mode;
        editor.begin(mode);
      },
      take: (bytes, from = 0) => fault(editor.take(bytes, from), bytes, present),
    };
  };
}

describe('the line editor, whatever comes', () => {
  it('never fails, leaks, or echoes a secret, and a login works afterwards', () => {
    checkEditor(() => new LineEditor());
  });

  it.each([
    [
      'echoes control characters',
      broken((taken, bytes) => {
        const control = bytes.subarray(0, taken.next).find((byte) => byte === 0x1b);
        return control === undefined ? taken : { ...taken, echo: `${taken.echo}\x1b` };
      }),
    ],
    [
      'shows a star for a character of a secret',
      broken((taken, _bytes, { isSecret }) =>
        isSecret && taken.event === undefined ? { ...taken, echo: '*' } : taken,
      ),
    ],
    [
      'shows the first byte of each chunk, secret or not',
      broken((taken, bytes) =>
        (bytes[0] ?? 0) > 0x20 && taken.echo === '' ? { ...taken, echo: 'x' } : taken,
      ),
    ],
    [
      'fails on a byte that never occurs in UTF-8',
      broken((taken, bytes) => {
        if (bytes.includes(0xff)) throw new Error('unexpected byte');
        return taken;
      }),
    ],
  ])('a broken editor is caught: one that %s', (_fault, create) => {
    expect(() => checkEditor(create)).toThrow();
  });
});
