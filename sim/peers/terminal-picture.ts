/** A picture in grey: RGBA, four bytes a pixel, rows from the top. */
export interface Picture {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** One character of a terminal is twice as high as wide: two squares, each of one brightness. */
interface Cell {
  readonly top: number;
  readonly bottom: number;
  /** A block, or a colour behind the character: no letter, no empty place. */
  readonly isDrawn: boolean;
}

interface Pen {
  ink: number | undefined;
  paper: number | undefined;
  isReversed: boolean;
}

/** What a terminal shows where no colour is asked for: light letters on a dark screen. */
const inkOtherwise = 229;
const paperOtherwise = 0;

/** A line of a drawing has at least so many drawn cells; a drawing at least so many lines. */
const drawnCellsMin = 8;
const linesMin = 10;

/** So much of the screen shows around a drawing, in squares. */
const border = 4;

/** Pixels a square, enough for a reader of pictures. */
const scale = 6;

/**
 * The last thing that was drawn on a terminal with half or full blocks or with coloured
 * backgrounds, as a camera would see it on a dark screen; undefined where nothing was. Colours are
 * taken from SGR sequences; other sequences move nothing here. Letters leave no mark.
 */
export function pictureOfLastDrawing(text: string): Picture | undefined {
  const pen: Pen = { ink: undefined, paper: undefined, isReversed: false };
  let drawing: Cell[][] = [];
  let last: Cell[][] | undefined;
  for (const line of text.split('\n')) {
    const cells = cellsOf(line, pen);
    if (cells.filter(({ isDrawn }) => isDrawn).length >= drawnCellsMin) {
      drawing.push(cells);
      if (drawing.length >= linesMin) last = drawing;
    } else {
      drawing = [];
    }
  }
  return last === undefined ? undefined : paint(last);
}

function cellsOf(line: string, pen: Pen): Cell[] {
  const cells: Cell[] = [];
  for (const [token, parameters] of line.matchAll(
    /\u001b\[([0-9;]*)m|\u001b\[[0-9;?]*[A-Za-z]|[^]/gu,
  )) {
    if (parameters !== undefined) setColours(pen, parameters);
    else if (!token.startsWith('\u001b') && token >= ' ') cells.push(cellOf(token, pen));
  }
  return cells;
}

function cellOf(character: string, pen: Pen): Cell {
  const front = pen.ink ?? inkOtherwise;
  const back = pen.paper ?? paperOtherwise;
  const [ink, paper] = pen.isReversed ? [back, front] : [front, back];
  const isUpper = character === '▀' || character === '█';
  const isLower = character === '▄' || character === '█';
  return {
    top: isUpper ? ink : paper,
    bottom: isLower ? ink : paper,
    isDrawn: isUpper || isLower || pen.paper !== undefined || pen.isReversed,
  };
}

function paint(lines: readonly (readonly Cell[])[]): Picture {
  const columns = Math.max(...lines.map((cells) => cells.length));
  const width = (columns + 2 * border) * scale;
  const height = (2 * lines.length + 2 * border) * scale;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(y / scale) - border;
    const cells = lines[Math.floor(row / 2)];
    for (let x = 0; x < width; x += 1) {
      const cell = cells?.[Math.floor(x / scale) - border];
      const grey = (row % 2 === 0 ? cell?.top : cell?.bottom) ?? paperOtherwise;
      data.set([grey, grey, grey, 255], (y * width + x) * 4);
    }
  }
  return { data, width, height };
}

/** Does one «select graphic rendition» sequence (ECMA-48 8.3.117), as far as it is of colours. */
function setColours(pen: Pen, parameters: string): void {
  const codes = parameters.split(';').map(Number);
  for (let place = 0; place < codes.length; place += 1) {
    const code = codes[place] ?? 0;
    if (code === 0) Object.assign(pen, { ink: undefined, paper: undefined, isReversed: false });
    else if (code === 7) pen.isReversed = true;
    else if (code === 27) pen.isReversed = false;
    else if (code === 39) pen.ink = undefined;
    else if (code === 49) pen.paper = undefined;
    else if (code >= 30 && code <= 37) pen.ink = greys[code - 30];
    else if (code >= 40 && code <= 47) pen.paper = greys[code - 40];
    else if (code >= 90 && code <= 97) pen.ink = greys[code - 82];
    else if (code >= 100 && code <= 107) pen.paper = greys[code - 92];
    else if (code === 38 || code === 48) {
      const isIndexed = codes[place + 1] === 5;
      const [red = 0, green = 0, blue = 0] = codes.slice(place + 2);
      const grey = isIndexed ? greyOfIndex(red) : greyOf(red, green, blue);
      if (code === 38) pen.ink = grey;
      else pen.paper = grey;
      place += isIndexed ? 2 : 4;
    }
  }
}

/** How bright the sixteen named colours are: black, red, green … and their bright forms. */
const greys = [0, 61, 120, 182, 27, 88, 147, 229, 127, 76, 150, 237, 56, 105, 179, 255] as const;

/** A colour of the table of 256: sixteen names, a cube of six levels, twenty-four greys. */
function greyOfIndex(index: number): number {
  if (index < 16) return greys[index] ?? 0;
  if (index >= 232) return 8 + (index - 232) * 10;
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const place = index - 16;
  return greyOf(level(Math.floor(place / 36)), level(Math.floor(place / 6) % 6), level(place % 6));
}

function greyOf(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
