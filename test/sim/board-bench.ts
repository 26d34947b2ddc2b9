import type { Board } from '#hal/board';
import { SimBoard } from '#sim/board';
import { World } from '#sim/kernel/world';

/** A board, and firmware for it that does nothing but remember what it was given. */
export interface BoardBench {
  readonly world: World;
  board: SimBoard;
  /** The hardware of each life so far. */
  readonly lives: readonly Board[];
  /** Lives whose firmware was stopped, and what tests add. */
  readonly stops: string[];
  /** Installs the firmware on `board`; `start` runs at each of its starts. */
  install(start?: (hardware: Board) => void): void;
  /** The hardware of the latest life. */
  hal(): Board;
}

export function createBoardBench(): BoardBench {
  const world = new World({ seed: 7 });
  const lives: Board[] = [];
  const stops: string[] = [];
  const bench: BoardBench = {
    world,
    board: new SimBoard(world),
    lives,
    stops,
    install: (start) => {
      bench.board.install((hardware) => {
        lives.push(hardware);
        start?.(hardware);
        const life = lives.length;
        return { stop: () => void stops.push(`life ${life}`) };
      });
    },
    hal: () => {
      const latest = lives.at(-1);
      if (latest === undefined) throw new Error('the board has not started yet');
      return latest;
    },
  };
  return bench;
}
