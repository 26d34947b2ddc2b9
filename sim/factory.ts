import { openStore } from '#firmware/store/store';
import { SimBoard } from './board.ts';
import { invariant } from './kernel/invariant.ts';
import { World } from './kernel/world.ts';
import type { FlashImage } from './parts/flash-image.ts';

let image: FlashImage | undefined;

/**
 * The flash as it leaves the factory: an empty store with factory defaults, nothing of any one
 * board. Made once a process, by the firmware's own code on a scratch board; images are shared.
 */
export function factoryImage(): FlashImage {
  if (image !== undefined) return image;
  const board = new SimBoard(new World({ seed: 0 }), { name: 'factory' });
  board.install(({ storage, random }) => {
    const opened = openStore(storage, { random });
    invariant(opened.ok, 'the factory could not make a store on a blank flash');
    opened.store.close();
    return { stop: () => undefined };
  });
  board.powerOn();
  board.powerOff();
  image = board.flash.image();
  return image;
}
