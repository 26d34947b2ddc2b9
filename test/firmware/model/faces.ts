import { ConsoleFace, consoleTraits } from './console-face.ts';
import type { Door, Face, Traits } from './face.ts';
import { HttpFace, httpTraits } from './http-face.ts';
import { QtsFace, qtsTraits } from './qts-face.ts';
import type { Open } from './replay.ts';
import { isFull } from './thoroughness.ts';

/** A way into the appliance that paths are replayed at. */
export interface FaceCase<F extends Door> {
  readonly face: string;
  readonly open: Open<F>;
  readonly traits: Traits;
}

/** Those where all can be done. */
export const faces: readonly FaceCase<Face>[] = [
  {
    face: 'serial console',
    open: ({ bench }) => new ConsoleFace(bench),
    traits: consoleTraits,
  },
  { face: 'JSON API', open: ({ bench }) => new HttpFace(bench), traits: httpTraits },
];

/** Those where people can log in. */
export const doors: readonly FaceCase<Door>[] = [
  ...faces,
  { face: 'QTS wire', open: ({ bench }) => new QtsFace(bench), traits: qtsTraits },
];

/** Where it is seen that paths of a wrong model fail: for every change, one of them is enough. */
export const facesOfFlaws = isFull ? faces : faces.slice(0, 1);
