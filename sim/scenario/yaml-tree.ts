import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  type Node,
} from 'yaml';
import { show } from './duration.ts';
import type { ScenarioProblem } from './problem.ts';

/** A place in a tree: field names and places in lists, from the root. */
export type TreePath = readonly (string | number)[];

/** A value of the file and the text it was read from. */
export interface TreeNode {
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
  /** By field name or place in the list; absent at the leaves. */
  readonly children: ReadonlyMap<string | number, TreeChild> | undefined;
}

interface TreeChild {
  readonly keyStart: number;
  readonly node: TreeNode;
}

/** A scenario file as plain data that knows where everything stands. */
export interface Tree {
  readonly value: unknown;
  /** Of the value at a path, or of the nearest thing around it that exists. */
  positionOf(path: TreePath): { readonly line: number; readonly column: number };
  /** Of the field's name. */
  keyPositionOf(path: TreePath): { readonly line: number; readonly column: number };
  /** The text of a field, its name included, on one line. */
  sourceOf(path: TreePath): string;
}

const charactersMax = 262_144;
const depthMax = 64;
/** Far more than a scenario needs; aliases of aliases reach it soon. */
const nodesMax = 200_000;

/** Reads YAML 1.2 without tags. Depth, size and aliases are bounded: any text has an answer. */
export function readTree(text: string, file: string): Tree | readonly ScenarioProblem[] {
  const tooMuch = outsizeOf(text);
  if (tooMuch !== undefined) return [{ file, line: 1, column: 1, text: tooMuch }];
  const lines = new LineCounter();
  const place = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(Math.max(0, Math.min(offset, text.length)));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    version: '1.2',
  });
  const problems: ScenarioProblem[] = [...document.errors, ...document.warnings]
    .slice(0, 20)
    .map((error) => ({ file, ...place(error.pos[0]), text: error.message }));
  const { version } = document.directives?.yaml ?? {};
  if (version !== undefined && version !== '1.2') {
    problems.push({ file, line: 1, column: 1, text: `YAML ${version} is not read; 1.2 is` });
  }
  if (problems.length > 0) return problems;
  const plain = new Plain((offset, problem) => {
    if (problems.length < 20) problems.push({ file, ...place(offset), text: problem });
  });
  const root = plain.read(document.contents as Node | null, { start: 0, depth: 0 });
  return problems.length > 0 ? problems : createTree(root, text, place);
}

function createTree(
  root: TreeNode,
  text: string,
  place: (offset: number) => { line: number; column: number },
): Tree {
  const find = (path: TreePath): { node: TreeNode; keyStart: number } => {
    let node = root;
    let keyStart = root.start;
    for (const step of path) {
      const child = node.children?.get(step);
      if (child === undefined) break;
      ({ node, keyStart } = child);
    }
    return { node, keyStart };
  };
  return {
    value: root.value,
    positionOf: (path) => place(find(path).node.start),
    keyPositionOf: (path) => place(find(path).keyStart),
    sourceOf: (path) => {
      const { node, keyStart } = find(path);
      const source = text.slice(Math.min(keyStart, node.start), node.end);
      return source
        .replaceAll(/(^|\s)#.*$/gm, '')
        .replaceAll(/\s+/g, ' ')
        .trim();
    },
  };
}

/** Turns the nodes of the YAML library into plain data and places. */
class Plain {
  readonly #anchors = new Map<string, Node>();
  readonly #tell: (offset: number, problem: string) => void;
  #nodes = 0;

  constructor(tell: (offset: number, problem: string) => void) {
    this.#tell = tell;
  }

  read(node: Node | null, around: { start: number; depth: number }): TreeNode {
    const [start, end] = node?.range ?? [around.start, around.start];
    const { depth } = around;
    this.#nodes += 1;
    if (node === null) return { value: null, start, end, children: undefined };
    if (depth > depthMax) return this.#refuse(start, 'nested too deeply');
    if (this.#nodes > nodesMax) return this.#refuse(start, 'too large once aliases are resolved');
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined) return this.#refuse(start, `no anchor ${show(node.source)} before`);
      return { ...this.read(target, { start, depth: depth + 1 }), start, end };
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#readMap(node.items, { start, end, depth });
    if (isSeq(node)) return this.#readList(node.items as Node[], { start, end, depth });
    return { value: isScalar(node) ? node.value : null, start, end, children: undefined };
  }

  #readMap(
    items: readonly { key: unknown; value: unknown }[],
    { start, end, depth }: { start: number; end: number; depth: number },
  ): TreeNode {
    const children = new Map<string | number, TreeChild>();
    for (const pair of items) {
      const key = pair.key as Node | null;
      const keyStart = key?.range?.[0] ?? start;
      if (!isScalar(key) || typeof key.value !== 'string') {
        this.#tell(keyStart, 'a field has a plain name');
        continue;
      }
      if (key.anchor !== undefined) this.#anchors.set(key.anchor, key);
      if (children.has(key.value)) this.#tell(keyStart, `${show(key.value)} is given twice`);
      const around = { start: key.range?.[1] ?? start, depth: depth + 1 };
      children.set(key.value, { keyStart, node: this.read(pair.value as Node | null, around) });
    }
    // `fromEntries` defines fields: one called `__proto__` is a field like any other.
    const value = Object.fromEntries([...children].map(([name, { node }]) => [name, node.value]));
    return { value, start, end, children };
  }

  #readList(
    items: readonly Node[],
    { start, end, depth }: { start: number; end: number; depth: number },
  ): TreeNode {
    const nodes = items.map((item) => this.read(item, { start, depth: depth + 1 }));
    const children = new Map<string | number, TreeChild>(
      nodes.map((node, index) => [index, { keyStart: node.start, node }]),
    );
    return { value: nodes.map((node) => node.value), start, end, children };
  }

  #refuse(offset: number, problem: string): TreeNode {
    this.#tell(offset, problem);
    return { value: null, start: offset, end: offset, children: undefined };
  }
}

/**
 * The YAML library works by recursion and dies, not only throws, where nesting exhausts the stack:
 * so depth is bounded before it is called. Each level of a block needs another column.
 */
function outsizeOf(text: string): string | undefined {
  if (text.length > charactersMax) return 'the file is larger than 256 KiB';
  const columnsMax = 4 * depthMax;
  for (const [lead] of text.matchAll(/^[ \t]*(?:(?:[-?:]|[&!][^\s]*)[ \t]+)+|^[ \t]{64,}/gm)) {
    if (lead.length > columnsMax) return 'nested too deeply';
  }
  return countOpen(text, /[[\]{}]/g) > depthMax && hasDeepFlow(text)
    ? 'nested too deeply'
    : undefined;
}

function countOpen(text: string, brackets: RegExp): number {
  let open = 0;
  let most = 0;
  for (const [bracket] of text.matchAll(brackets)) {
    open += bracket === '[' || bracket === '{' ? 1 : -1;
    most = Math.max(most, open);
    if (open < 0) open = 0;
  }
  return most;
}

/** Brackets in quotes are none: only the library's lexer, which does not recurse, can tell. */
function hasDeepFlow(text: string): boolean {
  let open = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') open += 1;
    else if (token === ']' || token === '}') open = Math.max(0, open - 1);
    if (open > depthMax) return true;
  }
  return false;
}
