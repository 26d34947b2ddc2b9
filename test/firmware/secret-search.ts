import type { Bench } from '#sim/bench';

/** Places where a secret could come to light, and all that is there to be read. */
export type Readable = Readonly<Record<string, string>>;

/** What a bench shows or keeps. */
export function readableOf(bench: Bench): Readable {
  const { trace, board, firmware } = bench;
  const serial = trace.records.filter(({ source }) => source === 'uart');
  // A word that came in several pieces is in no line of the trace, and yet there for all to read.
  const textOf = (wanted: string): string =>
    serial.flatMap(({ kind, text }) => (kind === wanted ? [text as string] : [])).join('');
  const image = board.flash.image();
  const files = [...image.files.keys()].map((name) => Buffer.from(image.read(name)));
  return {
    'the trace': bench.traceText(),
    'what was typed, in the trace': textOf('rx'),
    'what was shown, in the trace': textOf('tx'),
    'the console': board.uart.output,
    'the event log': JSON.stringify(firmware?.log?.page({ limit: 1_000 })),
    'the flash': Buffer.concat(files).toString('latin1'),
  };
}

/** The forms that a program may give a word. */
function formsOf(secret: string | Uint8Array): readonly string[] {
  const bytes = Buffer.from(secret as string);
  const encoded = (['base64', 'base64url', 'hex'] as const).map((form) =>
    bytes.toString(form).replace(/=+$/, ''),
  );
  if (typeof secret !== 'string') return [bytes.toString('latin1'), ...encoded];
  const quoted = JSON.stringify(secret).slice(1, -1);
  return [secret, ...encoded, encodeURIComponent(secret), quoted, bytes.toString('latin1')];
}

/** The places where a secret can be read, in any of its forms, whatever the case. */
export function placesOf(secret: string | Uint8Array, places: Readable): string[] {
  const forms = [...new Set(formsOf(secret).map((form) => form.toLowerCase()))];
  return Object.entries(places)
    .filter(([, text]) => {
      const lower = text.toLowerCase();
      return forms.some((form) => (/^\d+$/.test(form) ? hasNumber : hasText)(lower, form));
    })
    .map(([place]) => place);
}

function hasText(text: string, form: string): boolean {
  return text.includes(form);
}

/** A code is six digits: in a longer number they mean nothing. */
function hasNumber(text: string, form: string): boolean {
  return new RegExp(`(?<!\\d)${form}(?!\\d)`).test(text);
}
