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
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return { problems: faults.map(({ pos, message }) => ({ ...place(pos[0]), text: message })) };
  }
  return {
    value: document.toJS(),
    placeOf: (path) => place(offsetOf(document.contents, path)),
  };
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
