import type { Picture } from './terminal-picture.ts';

/** What a camera makes of a picture. */
export type QrReading =
  | { readonly ok: true; readonly text: string }
  /** Light and dark are exchanged: some readers manage, many phones do not. */
  | { readonly ok: false; readonly reason: 'inverted' | 'unreadable' };

/** Reads the QR code in a picture: dark on light, with its quiet zone, as ISO/IEC 18004 has it. */
export async function readQrCode({ data, width, height }: Picture): Promise<QrReading> {
  // Loaded by who scans and by nobody else.
  const read = (await import('jsqr')).default.default;
  const readAs = (pixels: Uint8ClampedArray): string | undefined =>
    read(pixels, width, height, { inversionAttempts: 'dontInvert' })?.data;
  const text = readAs(data);
  if (text !== undefined) return { ok: true, text };
  // Not by the reader's own option for this, which reads nothing at all.
  const inverted = readAs(data.map((value, place) => (place % 4 === 3 ? value : 255 - value)));
  return { ok: false, reason: inverted === undefined ? 'unreadable' : 'inverted' };
}

/** The picture in a PNG file; undefined where the bytes are none. */
export async function pictureOfPng(bytes: Uint8Array): Promise<Picture | undefined> {
  // By its default export, which is there in a bundle as well.
  const { read } = (await import('pngjs')).default.PNG.sync;
  try {
    const { data, width, height } = read(Buffer.from(bytes));
    return { data: new Uint8ClampedArray(data), width, height };
  } catch {
    return undefined;
  }
}
