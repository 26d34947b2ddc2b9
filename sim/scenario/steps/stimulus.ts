import * as v from 'valibot';
import { UsageError } from '../../kernel/invariant.ts';
import type { ContactEdge } from '../../waves/contact-capture.ts';
import { captureBytesMax, readContact } from '../../waves/contact-capture.ts';
import { closed, duration, fieldsOr, flag, text, type FieldSchema } from '../schema.ts';
import { defineStep } from '../step.ts';
import { placeholdersOf } from '../template.ts';

interface Stimulus {
  readonly file: string;
  readonly signal?: string;
  readonly invert?: boolean;
  readonly from?: number;
  /** What the file says, once it is read. */
  readonly edges?: readonly ContactEdge[];
}

const fields: FieldSchema<Stimulus> = closed({
  file: text,
  signal: v.exactOptional(text),
  invert: v.exactOptional(flag),
  from: v.exactOptional(duration),
});

const plain: FieldSchema<Stimulus> = v.pipe(
  text,
  v.transform((file): Stimulus => ({ file })),
);

/**
 * The RESET contact does what it did in a capture, a VCD file; goes on at the instant of the last
 * edge.
 */
export const stimulus = defineStep<Stimulus>({
  key: 'stimulus',
  schema: fieldsOr(fields, plain),
  usage: 'stimulus press.vcd',
  fromWords: ([file, signal]) => (signal === undefined ? file : { file, signal }),
  load(value, files) {
    const { file, signal, invert, from: fromUs } = value;
    if (placeholdersOf(file).length > 0) {
      return { ok: false, text: 'the file is read before anything runs: give its plain name' };
    }
    const wish = {
      ...(signal !== undefined && { signal }),
      ...(invert !== undefined && { invert }),
      ...(fromUs !== undefined && { fromUs }),
    };
    return files.once(`contact ${JSON.stringify([file, wish])}`, () => {
      const read = files.text(file, captureBytesMax);
      if (!read.ok) return read;
      const edges = readContact(read.value, wish);
      if (!edges.ok) return { ok: false, text: `${file}, ${edges.text}` };
      return { ok: true, value: { ...value, edges: edges.value } };
    });
  },
  async run(context, { file, edges }) {
    if (edges === undefined) throw new UsageError(`${file} has not been read`);
    const { endsAtUs } = context.bench.board.resetButton.follow(edges);
    await context.pass(endsAtUs);
    return undefined;
  },
});
