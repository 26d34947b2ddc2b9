import { Document, isCollection, isMap, isSeq, parse, type Node } from 'yaml';
import { timeText } from '../../scenario/timed-fault.ts';
import { isRecord } from '../../scenario/schema.ts';
import type { CaseResult } from '../../scenario/result.ts';
import type { Judge } from '../../scenario/judge.ts';
import { substitute, type Scalar, type Variables } from '../../scenario/template.ts';
import type { Shrinkable } from './shrink.ts';

/** A scenario file with one case, as plain data: what shrinking starts from. */
export interface CaseDocument extends Shrinkable {
  /** Name, version, board with its seed, and what judges it. */
  readonly header: Readonly<Record<string, unknown>>;
}

/** The one case that failed, taken out of its file: no list is left, chance has been decided. */
export function documentOf(
  text: string,
  { variables, seed, faults }: Pick<CaseResult, 'variables' | 'seed' | 'faults'>,
  judgedBy: Judge,
): CaseDocument {
  const whole = parse(text) as Readonly<Record<string, unknown>>;
  const { steps, board, ...rest } = whole;
  const kept = Object.entries(rest).filter(([key]) => !['sweep', 'table', 'faults'].includes(key));
  const known: Variables = new Map<string, Scalar>(Object.entries(variables));
  const fixed = (value: unknown): unknown => substitute(withOneHold(value, known), known);
  const ownBoard = fixed(board);
  return {
    header: {
      ...Object.fromEntries(kept),
      board: { ...(isRecord(ownBoard) && ownBoard), seed },
      ...(judgedBy !== 'steps' && { 'judged-by': judgedBy }),
    },
    faults: faults.map(({ atUs, source }) => ({
      at: timeText(atUs),
      ...(parse(`{ ${source} }`) as object),
    })),
    steps: fixed(steps) as readonly unknown[],
  };
}

/** A list of holds has made cases: this one's is the value of `hold`. */
function withOneHold(value: unknown, known: Variables): unknown {
  if (Array.isArray(value)) return value.map((item) => withOneHold(item, known));
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).map(([key, field]) => {
    const isList = key === 'hold' && Array.isArray(field);
    return [key, isList ? known.get('hold') : withOneHold(field, known)];
  });
  return Object.fromEntries(fields) as unknown;
}

/** The text of the file, a line for each step and fault. `remarks` stand above it. */
export function writeDocument(
  { header, faults, steps }: CaseDocument,
  remarks: readonly string[] = [],
): string {
  const whole = { ...header, ...(faults.length > 0 && { faults }), steps };
  const document = new Document(whole, { aliasDuplicateObjects: false });
  for (const name of ['board', 'faults', 'steps']) flatten(document.get(name) as Node | undefined);
  const comment = remarks.map((line) => `# ${line.replaceAll(/[^\P{C}]+/gu, ' ')}\n`).join('');
  return `${comment}${document.toString({ lineWidth: 0 })}`;
}

/** Loops stay open; what is in them, and all else, is on one line. */
function flatten(node: Node | undefined): void {
  if (isSeq(node)) {
    for (const item of node.items) flatten(item as Node);
    return;
  }
  if (!isMap(node)) return;
  for (const { value } of node.items) {
    const inner = isMap(value) ? (value.get('steps') as Node | undefined) : undefined;
    if (inner !== undefined) flatten(inner);
    else if (isCollection(value)) value.flow = true;
  }
}
