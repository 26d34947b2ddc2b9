import { UsageError } from '../kernel/invariant.ts';
import type { Random } from '../kernel/random.ts';
import type { TraceValue } from '../kernel/trace.ts';
import type { World } from '../kernel/world.ts';

type Fields = { readonly [field: string]: TraceValue };

const boardNames = new WeakMap<World, Set<string>>();

/**
 * Where the parts of one board sit: their world, the board's name and their way into the trace.
 * A world's first board leaves its name out of the trace; those of the others say whose they are.
 */
export class BoardSite {
  readonly world: World;
  readonly boardName: string;
  /** How many boards the world had before this one. */
  readonly ordinal: number;

  /** Names are unique in a world; without one the board is `board`, `board-2` and so on. */
  constructor(world: World, name?: string) {
    let names = boardNames.get(world);
    if (names === undefined) boardNames.set(world, (names = new Set()));
    this.world = world;
    this.ordinal = names.size;
    this.boardName = name ?? (names.size === 0 ? 'board' : `board-${names.size + 1}`);
    if (names.has(this.boardName)) {
      throw new UsageError(`this world has a board «${this.boardName}»: give it another name`);
    }
    names.add(this.boardName);
  }

  /** The chance of one part, apart from that of all others. */
  random(part: string): Random {
    return this.world.random.stream(`${this.boardName}/${part}`);
  }

  /** What a part that traces by itself calls itself. */
  sourceName(part: string): string {
    return this.ordinal === 0 ? part : `${this.boardName}/${part}`;
  }

  /** Traces something the world did to a part; see `Trace.stimulus`. */
  stimulus(source: string, kind: string, fields?: Fields, secret?: () => Fields): void {
    this.world.trace.stimulus(source, kind, this.#named(fields), secret);
  }

  /** Traces something that could be observed from outside the board. */
  output(source: string, kind: string, fields?: Fields): void {
    this.world.trace.output(source, kind, this.#named(fields));
  }

  #named(fields: Fields | undefined): Fields | undefined {
    return this.ordinal === 0 ? fields : { board: this.boardName, ...fields };
  }
}
