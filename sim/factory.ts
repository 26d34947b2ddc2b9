import { inflateRawSync } from 'node:zlib';
import { openStore } from '#firmware/store/store';
import { SimBoard } from './board.ts';
import { factoryImageBase64 } from './factory-image.ts';
import { invariant } from './kernel/invariant.ts';
import { World } from './kernel/world.ts';
import { deserialiseFlashImage, type FlashImage } from './parts/flash-image.ts';

let image: FlashImage | undefined;

/**
 * The flash as it leaves the factory: an empty store with factory defaults, nothing of any one
 * board. Unpacked once a process from what `makeFactoryImage` made; images are shared.
 */
export function factoryImage(): FlashImage {
  image ??= deserialiseFlashImage(inflateRawSync(Buffer.from(factoryImageBase64, 'base64')));
  return image;
}

/** What the firmware's own code makes of a blank flash, on a scratch board. */
export function makeFactoryImage(): FlashImage {
  const board = new SimBoard(new World({ seed: 0 }), { name: 'factory' });
  board.install(({ storage, random }) => {
    const opened = openStore(storage, { random });
    invariant(opened.ok, 'the factory could not make a store on a blank flash');
    opened.store.close();
    return { stop: () => undefined };
  });
  board.powerOn();
  board.powerOff();
  return board.flash.image();
}
