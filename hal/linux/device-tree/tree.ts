import { DeviceTreeError, type FlatNode } from './flattened.ts';

/** A GPIO line as a property of the tree names it. */
export interface TreeLine {
  /** The node of the GPIO controller. */
  readonly controller: TreeNode;
  /** Its place among the lines of the controller; undefined where only its driver knows. */
  readonly offset: number | undefined;
  /** From `gpio-line-names`; such names are what the kernel calls the line. */
  readonly name: string | undefined;
  readonly isActiveLow: boolean;
  readonly bias: 'pull-up' | 'pull-down' | 'disabled' | undefined;
}

/** Bits of a GPIO specifier's flags, as `dt-bindings/gpio/gpio.h` has them. */
const lineFlag = { activeLow: 1, pullUp: 16, pullDown: 32, pullDisable: 64 } as const;

/** A node of a device tree, with its properties read in the forms that bindings use. */
export class TreeNode {
  readonly name: string;
  readonly parent: TreeNode | undefined;
  readonly children: readonly TreeNode[];
  /** Whether the kernel is to drive it, as far as the tree says. */
  readonly isEnabled: boolean;
  readonly #properties: ReadonlyMap<string, Uint8Array>;
  #byName: ReadonlyMap<string, TreeNode> | undefined;

  constructor(flat: FlatNode, parent?: TreeNode) {
    this.name = flat.name;
    this.parent = parent;
    this.#properties = flat.properties;
    const status = this.text('status');
    const isOwn = status === undefined || status === 'okay' || status === 'ok';
    this.isEnabled = isOwn && (parent === undefined || parent.isEnabled);
    this.children = flat.children.map((child) => new TreeNode(child, this));
  }

  /** `rtc` of `rtc@68`: what kind of device it is, by the specification's list of names. */
  get kind(): string {
    return this.name.replace(/@.*$/, '');
  }

  get path(): string {
    if (this.parent === undefined) return '/';
    const around = this.parent.path;
    return `${around === '/' ? '' : around}/${this.name}`;
  }

  /** The node at a path that begins here. */
  at(path: string): TreeNode | undefined {
    const names = path.split('/', depthMax).filter((name) => name !== '');
    return names.reduce<TreeNode | undefined>(
      (node, name) => (node === undefined ? undefined : node.#child(name)),
      this,
    );
  }

  #child(name: string): TreeNode | undefined {
    this.#byName ??= new Map(this.children.map((child) => [child.name, child]));
    return this.#byName.get(name);
  }

  has(property: string): boolean {
    return this.#properties.has(property);
  }

  propertyNames(): readonly string[] {
    return [...this.#properties.keys()];
  }

  /** A list of texts, each with a NUL after it. */
  texts(property: string): readonly string[] {
    const bytes = this.#properties.get(property);
    if (bytes === undefined || bytes.length === 0) return [];
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
    return text.replace(/\u0000$/, '').split('\u0000');
  }

  text(property: string): string | undefined {
    return this.texts(property)[0];
  }

  /** Big-endian words; what is left over at the end is none. */
  words(property: string): readonly number[] {
    const bytes = this.#properties.get(property) ?? new Uint8Array();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => view.getUint32(at * 4));
  }

  word(property: string): number | undefined {
    return this.words(property)[0];
  }

  isCompatible(pattern: RegExp): boolean {
    return this.texts('compatible').some((each) => pattern.test(each));
  }
}

/** A device tree, with what finds things in it. */
export class DeviceTree {
  readonly root: TreeNode;
  /** All nodes, each before its children, in the order of the file. */
  readonly nodes: readonly TreeNode[];
  readonly #byPhandle = new Map<number, TreeNode>();
  readonly #aliases: ReadonlyMap<string, TreeNode>;
  readonly #aliasesOf = new Map<TreeNode, string[]>();
  readonly #labelOf = new Map<TreeNode, string>();
  readonly #lineNames = new Map<TreeNode, readonly string[]>();

  constructor(flat: FlatNode) {
    this.root = new TreeNode(flat);
    if (this.root.children.some(isOfOverlay)) {
      throw new DeviceTreeError(
        'this is an overlay, which names parts of another tree: put both together first ' +
          '(`fdtoverlay -i base.dtb -o board.dtb overlay.dtbo`, Debian: device-tree-compiler)',
      );
    }
    this.nodes = withChildren(this.root);
    for (const node of this.nodes) {
      const phandle = node.word('phandle') ?? node.word('linux,phandle');
      if (phandle !== undefined) this.#byPhandle.set(phandle, node);
    }
    this.#aliases = this.#namedBy('aliases');
    for (const [name, node] of this.#aliases) {
      this.#aliasesOf.set(node, [...(this.#aliasesOf.get(node) ?? []).slice(0, 7), name]);
    }
    for (const [label, node] of this.#namedBy('__symbols__')) this.#labelOf.set(node, label);
  }

  /** By its whole path, or by an alias. */
  node(path: string): TreeNode | undefined {
    return path.startsWith('/') ? this.root.at(path) : this.#aliases.get(path);
  }

  /** The number in `rtc0`, `i2c1`, `serial2`: by it the kernel names the device. */
  aliasNumber(node: TreeNode, stem: string): number | undefined {
    const names = this.#aliasesOf.get(node) ?? [];
    const numbers = names.flatMap((name) => (name.startsWith(stem) ? name.slice(stem.length) : []));
    const number = numbers.find((each) => /^\d{1,3}$/.test(each));
    return number === undefined ? undefined : Number(number);
  }

  /** What a person calls a node: the label of its source, an alias, or its path. */
  labelOf(node: TreeNode): string {
    return this.#labelOf.get(node) ?? this.#aliasesOf.get(node)?.[0] ?? node.path;
  }

  /** GPIO controllers that the kernel is to drive, in the order of the file. */
  get controllers(): readonly TreeNode[] {
    return this.nodes.filter((node) => node.has('gpio-controller') && node.isEnabled);
  }

  /** The lines that a property such as `gpios` names; what points nowhere is left out. */
  lines(node: TreeNode, property = 'gpios'): readonly TreeLine[] {
    const words = node.words(node.has(property) ? property : property.replace(/s$/, ''));
    const lines: TreeLine[] = [];
    for (let at = 0; at < words.length && lines.length < linesMax;) {
      const controller = this.#byPhandle.get(words[at] ?? 0);
      const cells = controller?.word('#gpio-cells');
      // Without it nobody can tell where the next one begins.
      if (controller === undefined || cells === undefined || cells > 8) break;
      const specifier = words.slice(at + 1, at + 1 + cells);
      if (specifier.length === cells) lines.push(this.#lineOf(controller, specifier));
      at += 1 + cells;
    }
    return lines;
  }

  /** The first line of a controller whose name is like that. */
  lineNamed(pattern: RegExp): TreeLine | undefined {
    for (const controller of this.controllers) {
      const offset = this.#namesOf(controller).findIndex((name) => pattern.test(name));
      if (offset >= 0) return this.#lineOf(controller, [offset, 0]);
    }
    return undefined;
  }

  #lineOf(controller: TreeNode, specifier: readonly number[]): TreeLine {
    // One cell is the line, two are line and flags; with three the driver has banks of its own.
    const [first, second = 0, third = 0] = specifier;
    const hasBanks = specifier.length > 2;
    const flags = hasBanks ? third : second;
    const offset = hasBanks || (first ?? 0) > offsetMax ? undefined : first;
    const name = offset === undefined ? '' : (this.#namesOf(controller)[offset] ?? '');
    return {
      controller,
      offset,
      name: name === '' ? undefined : name,
      isActiveLow: (flags & lineFlag.activeLow) !== 0,
      bias: biasOf(flags),
    };
  }

  /** What the properties of a node such as `/aliases` name, by paths. */
  #namedBy(name: string): ReadonlyMap<string, TreeNode> {
    const names = this.root.at(name);
    return new Map(
      (names?.propertyNames() ?? []).flatMap((each) => {
        const node = this.root.at(names?.text(each) ?? '');
        return node === undefined || node === this.root ? [] : [[each, node] as const];
      }),
    );
  }

  #namesOf(controller: TreeNode): readonly string[] {
    const known = this.#lineNames.get(controller) ?? controller.texts('gpio-line-names');
    this.#lineNames.set(controller, known);
    return known;
  }
}

/** More than any chip has. */
const offsetMax = 65_535;
/** Nodes are nested no deeper. */
const depthMax = 66;
/** No property of a button or an LED names so many. */
const linesMax = 64;

function withChildren(node: TreeNode): TreeNode[] {
  return [node, ...node.children.flatMap(withChildren)];
}

function isOfOverlay({ name, children }: TreeNode): boolean {
  return name === '__fixups__' || children.some((child) => child.name === '__overlay__');
}

function biasOf(flags: number): TreeLine['bias'] {
  if ((flags & lineFlag.pullUp) !== 0) return 'pull-up';
  if ((flags & lineFlag.pullDown) !== 0) return 'pull-down';
  return (flags & lineFlag.pullDisable) === 0 ? undefined : 'disabled';
}
