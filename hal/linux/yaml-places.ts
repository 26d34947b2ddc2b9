import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';

/** Something wrong with a file, and where; counted from 1. */
export interface PlacedProblem {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** A YAML text as plain data that knows where everything stands. */
export interface PlacedYaml {
  readonly value: unknown;
  /** Of the field's name or the element, or of the nearest thing around it that exists. */
  placeOf(path: readonly (string | number)[]): { readonly line: number; readonly column: number };
}

const charactersMax = 65_536;

/** Reads YAML 1.2; fields that are given twice are a problem, and what is not YAML. */
export function readYaml(
  text: string,
): PlacedYaml | { readonly problems: readonly PlacedProblem[] } {
  if (text.length > charactersMax) {
    return { problems: [{ line: 1, column: 1, text: 'the file is larger than 64 KiB' }] };
  }
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = attempt(() => parseDocument(text, { lineCounter: lines, prettyErrors: false }));
  if (document === undefined) return tooDeep;
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { problems: faults.map(({ pos, message }) => ({ ...place(pos[0]), text: message })) };
  }
  const plain = attempt(() => ({ value: document.toJS() as unknown }));
  if (plain === undefined) return tooDeep;
  return {
    ...plain,
    placeOf: (path) => place(offsetOf(document.contents, path)),
  };
}

const tooDeep = {
  problems: [{ line: 1, column: 1, text: 'it is nested too deeply, or has aliases of aliases' }],
};

/** The library gives up by these two errors on what would take all of the stack or the memory. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof RangeError || error instanceof ReferenceError) return undefined;
    throw error;
  }
}

function offsetOf(root: unknown, path: readonly (string | number)[]): number {
  let node: unknown = root;
  let offset = startOf(root);
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) break;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = startOf(node);
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number {
  return isNode(node) ? ((node as Node).range?.[0] ?? 0) : 0;
}
