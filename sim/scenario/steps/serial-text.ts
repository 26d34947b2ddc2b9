import * as v from 'valibot';
import { tellableEnd } from '../../parts/shown-secrets.ts';
import type { StepContext } from '../context.ts';
import type { Pattern } from '../pattern.ts';
import { closed, fieldsOr, pattern, text, timeout, type FieldSchema } from '../schema.ts';

/** What is looked for in the console's output. */
export interface SerialText {
  readonly text?: string | undefined;
  readonly pattern?: Pattern | undefined;
  readonly timeout?: number | undefined;
}

const optionalText = v.exactOptional(text);
const optionalPattern = v.exactOptional(pattern);

/** Plain text, or fields of which exactly one is `text` or `pattern`. */
export function serialText(options: { readonly hasTimeout: boolean }): FieldSchema<SerialText> {
  const entries = { text: optionalText, pattern: optionalPattern };
  const fields = options.hasTimeout ? closed({ ...entries, timeout }) : closed(entries);
  return fieldsOr<SerialText>(
    v.pipe(
      fields as FieldSchema<SerialText>,
      v.check(
        (value) => (value.text === undefined) !== (value.pattern === undefined),
        'give one of text and pattern',
      ),
    ),
    v.pipe(
      text,
      v.transform((plain) => ({ text: plain })),
    ),
  );
}

/** With its `${…}` filled in. */
export function expandSerialText(context: StepContext, wanted: SerialText): string | RegExp {
  return wanted.pattern === undefined
    ? context.expand(wanted.text ?? '')
    : context.expandPattern(wanted.pattern);
}

/** The end of what has not matched, for a failure's report. */
export function unreadEnd(context: StepContext): string {
  const { unread } = context.serial;
  if (unread === '') return 'nothing since the last match';
  const told = tellableEnd(context.bench.board.uart.output, unread);
  const shown = told.length <= 120 ? told : `…${told.slice(-119)}`;
  return JSON.stringify(shown);
}

/** As it stands in a report. */
export function quote(wanted: string | RegExp): string {
  return typeof wanted === 'string' ? JSON.stringify(wanted) : String(wanted);
}
