import { show } from '../duration.ts';
import { parsed } from '../schema.ts';
import { defineStep } from '../step.ts';

const bytesMax = 65_536;

const bytesOrText = parsed<string | readonly number[]>(
  (input) => {
    if (typeof input === 'number') return { ok: true, value: String(input) };
    if (typeof input === 'string' && input !== '') return { ok: true, value: input };
    if (!Array.isArray(input)) {
      return { ok: false, text: `expected text or a list of bytes, not ${show(input)}` };
    }
    const bytes: readonly unknown[] = input;
    const wrong = bytes.find((byte) => !isByte(byte));
    if (wrong !== undefined) return { ok: false, text: `${show(wrong)} is no byte: 0 to 255 are` };
    if (input.length === 0 || input.length > bytesMax) {
      return { ok: false, text: `${input.length} bytes: give 1 to ${bytesMax}` };
    }
    return { ok: true, value: bytes.filter(isByte) };
  },
  {
    anyOf: [
      { type: ['string', 'number'], minLength: 1 },
      {
        type: 'array',
        items: { type: 'integer', minimum: 0, maximum: 255 },
        minItems: 1,
        maxItems: bytesMax,
      },
    ],
  },
);

function isByte(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255;
}

/** Types at the console's far end: text as UTF-8 (`\r` is the Enter key), or bytes. */
export const writeSerial = defineStep({
  key: 'write-serial',
  schema: bytesOrText,
  // It may be a password.
  told: () => 'write-serial',
  usage: 'write-serial admin\\r',
  fromWords: (words) => words.join(' ').replaceAll('\\r', '\r').replaceAll('\\n', '\n'),
  run(context, data) {
    const { uart } = context.bench.board;
    uart.write(typeof data === 'string' ? context.expand(data) : Uint8Array.from(data));
    return undefined;
  },
});
