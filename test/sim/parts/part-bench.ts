import { World } from '#sim/kernel/world';
import { BoardLife } from '#sim/parts/life';
import { BoardSite } from '#sim/parts/site';

/** A world, a place on a board for one part, and lives to connect the part to. */
export interface PartBench {
  readonly world: World;
  readonly site: BoardSite;
  /** Begins a life; the one before it, if any, ends. */
  begin(crystalPpm?: number): BoardLife;
}

export function createPartBench(seed = 1): PartBench {
  const world = new World({ seed });
  const site = new BoardSite(world);
  let life: BoardLife | undefined;
  return {
    world,
    site,
    begin: (crystalPpm = 0) => {
      life?.end();
      life = new BoardLife({
        world,
        boardName: site.boardName,
        crystalPpm,
        onPowerFailure: (failing) => failing.end(),
      });
      return life;
    },
  };
}

/** The kinds of the records of one source so far. */
export function kindsOf(world: World, source: string): readonly string[] {
  return world.trace.records
    .filter((record) => record.source === source)
    .map((record) => record.kind);
}
