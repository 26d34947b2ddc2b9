import { createRequire } from 'node:module';
import type { QRCode, QRCodeOptions } from 'qrcode';

/** Two modules of a QR code above each other, in one character: upper, lower. */
const halves = [
  [' ', '▄'],
  ['▀', '█'],
] as const;

/** Black on white (grey, where a terminal has no brighter), and back: never inverted. */
const blackOnWhite = '\x1b[30;47;107m';
const asBefore = '\x1b[0m';

/** The light margin that the standard asks for, and the one that scanners get along with. */
const marginModules = { standard: 4, narrow: 2 } as const;

/** A terminal has 24 lines of 80 columns; one is left for the prompt below. */
const linesMax = 23;
const columnsMax = 80;

interface Encoder {
  create(text: string, options?: QRCodeOptions): QRCode;
}

let loaded: Encoder | undefined;

/** Only the encoder of the package (its renderers read files), and only where one is drawn. */
function encoder(): Encoder {
  loaded ??= createRequire(import.meta.url)('qrcode/lib/core/qrcode.js') as Encoder;
  return loaded;
}

/**
 * A QR code as lines for a terminal that shows half blocks and colours (SGR). The margin shrinks
 * where the code then fits on a screen of 24 lines. Undefined where the text is too long for 80
 * columns.
 */
export function qrPicture(text: string): readonly string[] | undefined {
  // The lowest level of error correction: a screen has no stains, and modules should be large.
  const { modules } = encoder().create(text, { errorCorrectionLevel: 'L' });
  const { size } = modules;
  const isLow = size + 2 * marginModules.standard <= 2 * linesMax;
  const margin = isLow ? marginModules.standard : marginModules.narrow;
  const columns = size + 2 * margin;
  if (columns > columnsMax) return undefined;
  const isDark = (row: number, column: number): 0 | 1 =>
    row >= 0 && row < size && column >= 0 && column < size && modules.get(row, column) === 1
      ? 1
      : 0;
  const lineOf = (upper: number): string => {
    const cells = Array.from({ length: columns }, (_, place) => {
      const column = place - margin;
      return halves[isDark(upper, column)][isDark(upper + 1, column)];
    });
    return `${blackOnWhite}${cells.join('')}${asBefore}`;
  };
  return Array.from({ length: Math.ceil(columns / 2) }, (_, line) => lineOf(2 * line - margin));
}
