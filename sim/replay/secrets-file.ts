import * as v from 'valibot';
import { UsageError } from '../kernel/invariant.ts';
import type { Stimulus, Trace } from '../kernel/trace.ts';

const headerSchema = v.looseObject({ secrets: v.literal('nasboard'), version: v.literal(1) });

const lineSchema = v.strictObject({
  line: v.pipe(v.number(), v.safeInteger(), v.minValue(2)),
  secret: v.record(v.string(), v.unknown()),
});

/** What a trace leaves out, by the line of the trace that it belongs to. */
export type SecretsByLine = ReadonlyMap<number, Stimulus['fields']>;

/** As JSON Lines: a header, then a line for each stimulus with something to hide. */
function secretsText(secrets: SecretsByLine): string {
  const lines: unknown[] = [{ secrets: 'nasboard', version: 1 }];
  for (const [line, secret] of secrets) lines.push({ line, secret });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Reads what `secretsText` made; a `UsageError` names the line that it cannot read. */
export function readSecrets(text: string, file: string): SecretsByLine {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const [first = '', ...rest] = lines;
  if (!v.is(headerSchema, parsed(first, `${file}:1`))) {
    throw new UsageError(`${file}:1: this is no file of secrets of version 1`);
  }
  return new Map(
    rest.map((line, index) => {
      const at = `${file}:${index + 2}`;
      const found = v.safeParse(lineSchema, parsed(line, at));
      if (!found.success) throw new UsageError(`${at}: expected a line and its secret`);
      return [found.output.line, found.output.secret as Stimulus['fields']];
    }),
  );
}

function parsed(line: string, at: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new UsageError(`${at}: this line is no JSON`, { cause });
  }
}

/** Gathers the secrets of a trace while it is made. */
export class SecretsRecorder {
  readonly #secrets = new Map<number, Stimulus['fields']>();
  #stop: () => void = () => undefined;

  /** From the first record of the trace on. */
  constructor(trace: Trace) {
    this.follow(trace);
  }

  /** This trace goes on from an earlier instant of the one before. */
  follow(trace: Trace): void {
    this.#stop();
    for (const line of this.#secrets.keys()) {
      if (line > trace.records.length + 1) this.#secrets.delete(line);
    }
    this.#stop = trace.onStimulus(({ secret }) => {
      // The record of it is the last by now, and below the header.
      if (secret !== undefined) this.#secrets.set(trace.records.length + 1, secret);
    });
  }

  /** What there is so far, for a file; nothing more is gathered. */
  finish(): string {
    this.#stop();
    return secretsText(this.#secrets);
  }
}
