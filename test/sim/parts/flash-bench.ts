import { World } from '#sim/kernel/world';
import { FlashPart, type FlashOptions } from '#sim/parts/flash';
import { BoardLife } from '#sim/parts/life';

/** A flash on a board that is nothing but a supply. */
export function flashBench(options: FlashOptions & { seed?: number } = {}) {
  const { seed = 1, ...flashOptions } = options;
  const world = new World({ seed });
  const flash = new FlashPart(world, flashOptions);
  const lives: BoardLife[] = [];
  const powerOn = () => {
    const onPowerFailure = (life: BoardLife) => life.end();
    const life = new BoardLife({ world, boardName: 'board', crystalPpm: 0, onPowerFailure });
    lives.push(life);
    return flash.connect(life);
  };
  const powerOff = () => lives.at(-1)?.end();
  return { world, flash, powerOn, powerOff };
}

/** All that a storage has of one file. */
export function readAll(storage: {
  size(name: string): number;
  read(name: string, offset: number, into: Uint8Array): number;
}) {
  return (name: string): Uint8Array => {
    const bytes = new Uint8Array(storage.size(name));
    storage.read(name, 0, bytes);
    return bytes;
  };
}

/** So many bytes, all the same. */
export function filled(count: number, byte: number): Uint8Array {
  return new Uint8Array(count).fill(byte);
}
